package io.aegis.postgres.steps;

import io.aegis.postgres.Lsn;
import io.aegis.postgres.restore.Goal;
import io.aegis.postgres.server.MachineName;
import io.aegis.postgres.verify.Invariant;
import io.aegis.postgres.verify.SmokeTest;
import io.aegis.repository.SnapshotId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What a step of PostgreSQL's is to do. */
public sealed interface PostgresStep {

  /**
   * Everything that most steps need to know of the one recovery they belong to.
   *
   * @param snapshot whose files are restored
   * @param goal where to, and to which position
   * @param log where the log is filed
   * @param local how the server is run and reached here
   */
  record Job(SnapshotId snapshot, Goal goal, LogToReplay log, Local local) {}

  /**
   * The log between the snapshot and the target.
   *
   * @param incarnation under which the last of it is filed
   * @param begin where replay begins
   * @param replayEnd where replay must stand in the end
   * @param bytes how much that is
   */
  record LogToReplay(
      io.aegis.postgres.Incarnation incarnation, Lsn begin, Lsn replayEnd, long bytes) {}

  /**
   * How the server is run and reached on this machine.
   *
   * @param binaries the directory of its programs
   * @param sockets in which a private directory is made for its socket
   * @param role to connect as; what only a superuser may do is done as one of the cluster's own
   * @param database to connect to
   * @param workers how much is done at once
   */
  record Local(Path binaries, Path sockets, String role, String database, int workers) {
    public Local {
      if (workers < 1) {
        throw new IllegalArgumentException("nothing can be done by " + workers + " workers");
      }
    }
  }

  /** Makes sure that the old primary does not run, and stops it if it does. */
  record FenceSource(OldPrimary.Here primary) implements PostgresStep {}

  /** The server that was lost. */
  sealed interface OldPrimary {
    /** Where it was reached. */
    String host();

    int port();

    /**
     * It was on this machine, where it can be looked for and stopped.
     *
     * @param machine the one that the plan was made on; nothing can be looked for on another
     * @param dataDirectory where its data directory is, or was
     */
    record Here(MachineName machine, Path dataDirectory, String host, int port)
        implements OldPrimary {
      /** Whether this is that machine: elsewhere the same path is another's. */
      public boolean isInSight() {
        return machine.equals(MachineName.here());
      }
    }

    /** It was elsewhere, and a person says that it is down. */
    record Elsewhere(String host, int port) implements OldPrimary {}
  }

  /** Looks whether the restore can succeed, before anything is written. */
  record Preflight(Job job) implements PostgresStep {}

  /** Puts the files back. */
  record RestoreBase(Job job) implements PostgresStep {}

  /** Replays the log up to the target, and stands there. */
  record Replay(Job job) implements PostgresStep {}

  /**
   * Looks at the database while nothing can write.
   *
   * @param invariants what must be true of it
   * @param limit for each query
   */
  record Verify(Job job, List<Invariant> invariants, Duration limit) implements PostgresStep {
    public Verify {
      invariants = List.copyOf(invariants);
    }
  }

  /** Ends recovery: from here on the database takes writes, and there is no way back. */
  record Promote(Job job, OldPrimary primary) implements PostgresStep {}

  /** Runs the owner's script against it. */
  record Smoke(Job job, SmokeTest test) implements PostgresStep {}

  /** Takes the fence down and starts it as it is configured. */
  record Open(Job job, OldPrimary primary) implements PostgresStep {}
}
