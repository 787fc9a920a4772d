package io.aegis.postgres;

import io.aegis.kernel.Failure;
import io.aegis.postgres.Resolution.PlannedTarget;
import io.aegis.postgres.loss.Heir;
import io.aegis.postgres.loss.LossPlan;
import io.aegis.recovery.Estimates;
import io.aegis.recovery.Person.Role;
import io.aegis.recovery.Plan;
import io.aegis.recovery.StepId;
import io.aegis.repository.Ports;
import io.aegis.repository.Repository;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Scenario database-loss: plans how a database comes back to a target that was resolved. Planning
 * only reads; the plan holds everything, so that what is approved is what is run.
 *
 * @param estimates what earlier executions measured
 */
public record DatabaseLoss(Repository repository, Estimates estimates, Ports ports) {

  /**
   * @param header for whom and for what; its target is shown to people
   * @param target as resolved: what is present
   * @throws io.aegis.kernel.Failure.Refused if the snapshot is no longer there
   */
  public Plan plan(Plan.Header header, PlannedTarget target, Request request) {
    return LossPlan.of(this, header, target, request);
  }

  /**
   * What carrying out a plan takes away, as things are now: a server that runs, work that is
   * durable behind its moment. Only reads.
   */
  public List<String> costs(Plan plan) {
    return LossPlan.costs(this, plan);
  }

  /** The steps of a plan from which on a recovered database takes writes, its own or a client's. */
  public List<StepId> promotions(Plan plan) {
    return LossPlan.promotions(this, plan);
  }

  /**
   * Asked of a plan that lay in a file or a journal: it is made again from what its own steps hold.
   *
   * @throws io.aegis.kernel.Failure.Refused if a step is missing, added, moved or cut off from
   *     those before it, if one does something else than the others are for, or if what is shown of
   *     the plan is not what its steps will do
   */
  public void requireWhole(Plan plan) {
    LossPlan.requireWhole(this, plan);
  }

  /**
   * Why a plan would fail at its first step, as this machine is now: asked before an execution is
   * begun that could only be cancelled. Only reads.
   */
  public Optional<Failure.Refused> refusal(Plan plan) {
    return LossPlan.refusal(this, plan);
  }

  /**
   * The server that runs on what this plan has restored, here, and that was not opened: whoever
   * gives the execution up leaves it behind.
   */
  public Optional<RunningServer> leftRunning(Plan plan) {
    return LossPlan.leftRunning(this, plan);
  }

  /**
   * What a plan runs, or where it writes, that a request of this configuration would not; empty for
   * whoever is not root, to whom the plan of another gives no right that they do not have.
   *
   * @param request for the usual place
   */
  public List<String> strange(Plan plan, Request request) {
    return LossPlan.strange(this, plan, request);
  }

  /**
   * Whether a database that comes back there can belong to its account, and be run by it: what a
   * plan would ask, without one. Only reads, and needs no repository.
   */
  public static Readiness ownership(Request request) {
    return Heir.readiness(request);
  }

  /**
   * What somebody asks for.
   *
   * @param place where the database is to come back
   * @param source what was lost
   * @param checks what is measured before clients are let in
   * @param approval what it takes to promote
   */
  public record Request(Place place, Source source, Checks checks, Approval approval) {}

  /**
   * Where the database is to come back: on this machine.
   *
   * @param dataDirectory to be made; absent or empty
   * @param tablespaces a directory for each OID; those not named get one beside the data directory
   * @param binaries the directory of PostgreSQL's programs
   * @param sockets where a private directory for the server's socket is made; its path is short
   * @param role to connect as; what only a superuser may do is done as one of the cluster's own
   * @param database to connect to
   * @param workers how much is done at once; 1 or more
   * @param account whose the files become and as whom the server runs, where Aegis is root; empty:
   *     the owner of what was lost, or of what is around it
   * @param apart directories that it must lie apart from: that of the live database, the repository
   */
  public record Place(
      Path dataDirectory,
      Map<Long, Path> tablespaces,
      Path binaries,
      Path sockets,
      String role,
      String database,
      int workers,
      String account,
      List<Path> apart) {
    public Place {
      tablespaces = Map.copyOf(tablespaces);
      apart = List.copyOf(apart);
    }
  }

  /** The server that was lost. */
  public sealed interface Source {

    /** It was on this machine: it is looked for, and stopped if it runs. */
    record Here(Path dataDirectory, String host, int port) implements Source {}

    /** It was elsewhere: a person says that it is down and stays down. */
    record Elsewhere(String host, int port) implements Source {}
  }

  /**
   * What is measured before clients are let in.
   *
   * @param invariants asked while nothing can write
   * @param limit for each query
   * @param smokeTest run after promotion, behind the fence
   */
  public record Checks(List<Invariant> invariants, Duration limit, SmokeTest smokeTest) {
    public Checks {
      invariants = List.copyOf(invariants);
    }
  }

  /**
   * A query whose one value is known beforehand.
   *
   * @param expected that value as text; SQL's null as an empty text
   */
  public record Invariant(String name, String database, String sql, String expected) {}

  /** The owner's own test. */
  public sealed interface SmokeTest {

    /**
     * A command for the shell; it finds the database by {@code PGHOST} and its like.
     *
     * @param limit after which it has failed
     */
    record Script(String command, Path directory, Duration limit) implements SmokeTest {}

    /** There is none. */
    record None() implements SmokeTest {}
  }

  /**
   * What it takes to promote.
   *
   * @param needed how many persons; 0 where the environment asks for none
   */
  public record Approval(Role role, int needed, Role owner) {}
}
