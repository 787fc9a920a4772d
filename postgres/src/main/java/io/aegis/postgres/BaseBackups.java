package io.aegis.postgres;

import io.aegis.kernel.ByteSize;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Progress;
import io.aegis.postgres.Readiness.Level;
import io.aegis.postgres.archive.Incarnations;
import io.aegis.postgres.layout.Tablespace;
import io.aegis.postgres.snapshot.BackupFactsFormat;
import io.aegis.postgres.snapshot.SnapshotRun;
import io.aegis.repository.ComponentName;
import io.aegis.repository.Ports;
import io.aegis.repository.Repository;
import io.aegis.repository.SnapshotSummary;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The base backups of one database component: takes new ones and lists those that were taken.
 *
 * @param component whose snapshots they are
 */
public record BaseBackups(Repository repository, ComponentName component, Ports ports) {

  /**
   * Takes a base backup of a running server. Either it is complete, and the log from its beginning
   * to its end is durable, or it does not exist; an attempt that was interrupted makes the next one
   * cheaper.
   *
   * <p>Pages that are corrupt on the source do not end it: they are captured as they are, and the
   * outcome names them. Whoever calls this must say so loudly.
   *
   * @param progress in bytes of the data directory
   * @throws io.aegis.kernel.Failure.Refused if the server or its directory is not fit for it
   * @throws io.aegis.kernel.Failure.Unavailable if the server, its session or the log is lost
   */
  public Outcome take(
      PostgresCluster cluster, WalDurability wal, Options options, Progress progress)
      throws InterruptedException {
    return new SnapshotRun(this, cluster, wal, progress).run(options);
  }

  /** Those that can be had, oldest first. */
  public List<BaseBackup> list() {
    return repository.snapshots(component).stream().map(BaseBackups::backup).toList();
  }

  /** Those that were taken, with those of them that were lost since. */
  public Taken taken() {
    var taken = repository.taken(component);
    var there = taken.legible().stream().map(BaseBackups::backup).toList();
    var lost = taken.lost().entrySet().stream()
        .map(each -> LostBackup.among(there, each.getKey(), each.getValue()))
        .toList();
    return new Taken(there, lost);
  }

  private static BaseBackup backup(SnapshotSummary summary) {
    return BackupFactsFormat.of(summary).asBaseBackup(summary.id());
  }

  /**
   * All backups that are known to have been taken.
   *
   * @param there oldest first
   * @param lost oldest first
   */
  public record Taken(List<BaseBackup> there, List<LostBackup> lost) {
    public Taken {
      there = List.copyOf(there);
      lost = List.copyOf(lost);
    }

    /** A backup that was lost was taken nevertheless: nobody is told that there never was one. */
    void requireNotLost(Target target) {
      for (var one : lost.reversed()) {
        boolean named = target instanceof Target.AtSnapshot(var id) && id.equals(one.id());
        if (named || there.isEmpty()) {
          throw one.cause();
        }
      }
    }
  }

  /**
   * The lives that snapshots of other components rest on, with whose these are. A snapshot that
   * cannot be read tells nothing.
   */
  Map<Incarnation, Set<ComponentName>> livesOfOthers() {
    var lives = new LinkedHashMap<Incarnation, Set<ComponentName>>();
    for (var other : repository.components()) {
      if (!other.equals(component)) {
        repository.snapshots(other).stream()
            .flatMap(summary -> life(summary).stream())
            .forEach(
                life -> lives.computeIfAbsent(life, _ -> new LinkedHashSet<>()).add(other));
      }
    }
    return lives;
  }

  private static Optional<Incarnation> life(SnapshotSummary summary) {
    try {
      return Optional.of(backup(summary).incarnation());
    } catch (Damaged unreadable) {
      return Optional.empty();
    }
  }

  /** The cluster that they are of, as the newest of them says. */
  public Optional<SystemIdentifier> cluster() {
    return newest(repository, component);
  }

  private static Optional<SystemIdentifier> newest(Repository repository, ComponentName component) {
    var all = repository.snapshots(component);
    return all.isEmpty()
        ? Optional.empty()
        : Optional.of(BackupFactsFormat.of(all.getLast()).span().system());
  }

  /**
   * Whether a snapshot has all tablespaces of the server; one that was made since stops a recovery
   * from it (trap T47).
   *
   * @throws io.aegis.kernel.Failure.Unavailable if the server does not answer
   */
  public static Readiness tablespaces(SnapshotSummary snapshot, PostgresCluster cluster) {
    return cluster.tablespacesSince(BackupFactsFormat.of(snapshot).tablespaces().stream()
        .map(Tablespace::oid)
        .collect(Collectors.toSet()));
  }

  /**
   * @throws io.aegis.kernel.Failure.Refused if they are of another cluster than this one
   */
  public void requireCluster(SystemIdentifier met) {
    ForeignCluster.refuse(cluster(), met);
  }

  /**
   * Whether a backup or a stream would be refused since this server is another cluster than that of
   * the snapshots, or leads a life that a recovery has left; asks what they ask and writes nothing.
   *
   * @throws io.aegis.kernel.Failure.Unavailable if the server does not answer
   */
  public static Readiness continued(
      Repository repository, ComponentName component, PostgresCluster cluster) {
    var met = cluster.facts();
    try {
      var known = newest(repository, component);
      ForeignCluster.refuse(known, met.system());
      new Incarnations(repository, cluster.time()).requireNotLeft(met.incarnation());
      String found = known.isPresent()
          ? "it is the one of the snapshots"
          : "no recovery has left it; there is no snapshot yet to compare it with";
      return new Readiness(Level.READY, "cluster", found, "");
    } catch (Failure.Refused refused) {
      var report = refused.report();
      return new Readiness(
          Level.BLOCKING,
          "cluster",
          report.headline() + "; backup and stream refuse it",
          String.join("; or ", report.next()));
    }
  }

  /** How quickly the server writes its starting checkpoint. */
  public enum CheckpointSpeed {
    /** At once, with a burst of writes. */
    FAST,
    /** Spread over the server's usual interval: minutes, without being noticed. */
    SPREAD
  }

  /** What of earlier snapshots may be used. */
  public enum Extent {
    /** What has not changed is referred to, not stored again. */
    INCREMENTAL,
    /** Everything is read and stored anew, as if there were no earlier snapshot. */
    EVERYTHING
  }

  /**
   * How a backup is taken.
   *
   * @param workers files captured at once; 1 or more
   */
  public record Options(Extent extent, CheckpointSpeed checkpoint, int workers) {
    public Options {
      if (workers < 1) {
        throw new IllegalArgumentException("a backup needs a worker");
      }
    }
  }

  /** How it was found out what to store. */
  public enum Method {
    /** Everything was stored. */
    FULL,
    /** Everything was read, and stored where it differed from what the repository held. */
    COMPARED,
    /** Only what the log's summaries name was read, and a share of the rest compared. */
    SUMMARIZED
  }

  /**
   * What became of a backup that was taken.
   *
   * @param source the size of everything captured
   * @param read how much of it was read
   * @param stored what the repository grew by
   * @param corrupt pages whose checksum did not match; a finished backup with item failures
   * @param corruptPages how many of them in all; {@code corrupt} may list fewer
   * @param notices what people should know: links looked through, files left out
   */
  public record Outcome(
      BaseBackup backup,
      Method method,
      long files,
      ByteSize source,
      ByteSize read,
      ByteSize stored,
      Duration took,
      long corruptPages,
      List<CorruptPage> corrupt,
      List<String> notices) {
    public Outcome {
      corrupt = List.copyOf(corrupt);
      notices = List.copyOf(notices);
    }
  }

  /**
   * A page that does not match its checksum on the source.
   *
   * @param file its path within the data directory
   * @param block its number within the relation's fork
   */
  public record CorruptPage(String file, long block) {}
}
