package io.aegis.postgres.steps;

import static io.aegis.postgres.PostgresCode.PROMOTION_FAILED;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.Json;
import io.aegis.kernel.Report;
import io.aegis.postgres.archive.IncarnationClaim.Origin;
import io.aegis.postgres.archive.Incarnations;
import io.aegis.postgres.archive.WalArchive;
import io.aegis.postgres.server.ReplayState;
import io.aegis.postgres.server.ServerLog;
import io.aegis.postgres.steps.PostgresStep.Job;
import io.aegis.postgres.steps.PostgresStep.Promote;
import io.aegis.recovery.Probe;
import io.aegis.recovery.StepContext;
import io.aegis.recovery.StepResult;
import io.aegis.recovery.StepRunner;
import io.aegis.repository.Ports;
import io.aegis.repository.Repository;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;

/**
 * Ends recovery. The new life is claimed in the repository before it begins, and the feeder lives
 * until it has begun: promotion asks once more for the last segment and for history files.
 */
final class PromoteRunner implements StepRunner<Promote> {
  private static final Duration POLL = Duration.ofMillis(50);

  private final Repository repository;
  private final Ports ports;

  PromoteRunner(Repository repository, Ports ports) {
    this.repository = repository;
    this.ports = ports;
  }

  @Override
  public StepResult run(Promote step, StepContext context) throws InterruptedException {
    var site = new Site(repository, step.job(), ports.time());
    site.requireRestored();
    FenceRunner.requireSilent(step.primary());
    claim(step.job());
    context.milestones().reach("promote.claimed");
    if (!site.wasPromoted()) {
      standAtTarget(site, context);
      context.milestones().reach("promote.at-target");
      FenceRunner.requireSilent(step.primary()); // getting there again can have taken hours
    }
    try (var _ = site.feed()) {
      site.server().start(Site.PATIENCE);
      return promote(site, context);
    }
  }

  /**
   * An attempt that died may have asked for the promotion already; then it can end while this one
   * looks. Where the new timeline left the old one is asserted afterwards all the same.
   */
  private static void standAtTarget(Site site, StepContext context) throws InterruptedException {
    try {
      site.standAtTarget(context);
    } catch (Damaged elsewhere) {
      if (!site.wasPromoted()) {
        throw elsewhere;
      }
    }
  }

  private void claim(Job job) {
    var log = job.log();
    var parent = new WalArchive(repository.records()).requireClaim(log.incarnation());
    var fork = new Origin.Fork(parent.id(), job.goal().timeline(), log.replayEnd());
    new Incarnations(repository, ports.time()).claimFork(job.goal().incarnation(), parent, fork);
  }

  private StepResult promote(Site site, StepContext context) throws InterruptedException {
    var log = site.server().logFromNow();
    try (var connection = site.connect()) {
      if (!(ReplayState.ask(connection) instanceof ReplayState.Writable)) {
        try (var statement = connection.createStatement()) {
          statement.execute("SELECT pg_promote(false)");
        }
      }
      context.milestones().reach("promote.asked");
      while (!(ReplayState.ask(connection) instanceof ReplayState.Writable)) {
        context.checkpoint();
        ports.time().sleep(POLL);
      }
      context.milestones().reach("promote.writable");
      site.departure().require(Departure.timeline(connection));
      return result(connection);
    } catch (SQLException e) {
      throw new Unavailable(
          Report.of(PROMOTION_FAILED, "the server did not become writable")
              .why(why(e, log))
              .safe("it is still behind its fence: no client can reach it")
              .next("see its log: " + site.server().place().log(), "resume the execution"),
          e);
    }
  }

  /** A server that died says why in its log; its client has met a broken connection. */
  private static String why(SQLException met, ServerLog log) {
    try {
      String said = log.why();
      return said.isEmpty() ? "" + met.getMessage() : said + " (" + met.getMessage() + ")";
    } catch (UncheckedIOException e) {
      return "" + met.getMessage();
    }
  }

  private static StepResult result(Connection connection) throws SQLException {
    String question =
        "SELECT timeline_id, pg_current_wal_insert_lsn() FROM pg_control_checkpoint()";
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(question)) {
      rows.next();
      var facts = Json.object()
          .with("timelineAtLastCheckpoint", rows.getLong(1))
          .with("insertLsn", rows.getString(2));
      return done(connection).with(facts);
    }
  }

  private static StepResult done(Connection connection) throws SQLException {
    var done = StepResult.of("takes writes, behind its fence");
    return prepared(connection).map(done::warning).orElse(done);
  }

  /**
   * Transactions that were prepared at this moment and not ended: they come back at the end of
   * recovery ({@code RecoverPreparedTransactions}, access/transam/twophase.c), and are not shown
   * before.
   */
  private static Optional<String> prepared(Connection connection) throws SQLException {
    String question = "SELECT gid, database FROM pg_prepared_xacts ORDER BY prepared";
    var open = new ArrayList<String>();
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(question)) {
      while (rows.next()) {
        open.add("'" + rows.getString(1) + "' in " + rows.getString(2));
      }
    }
    return open.isEmpty()
        ? Optional.empty()
        : Optional.of("prepared transactions are open, and hold their locks until somebody ends"
            + " them (COMMIT PREPARED, ROLLBACK PREPARED): " + open.size() + ", the first "
            + open.getFirst());
  }

  @Override
  public Probe probe(Promote step, StepContext context) {
    var site = new Site(repository, step.job(), ports.time());
    if (!site.wasPromoted()) {
      return new Probe.NotBegun();
    }
    if (site.server().running().isEmpty()) {
      return new Probe.HalfDone("it was promoted and does not run");
    }
    try (var connection = site.connect()) {
      if (!(ReplayState.ask(connection) instanceof ReplayState.Writable)) {
        return new Probe.HalfDone("it is being promoted");
      }
      return site.departure()
          .fault(Departure.timeline(connection))
          .<Probe>map(Probe.HalfDone::new)
          .orElse(new Probe.Done(done(connection)));
    } catch (SQLException | Unavailable | Refused e) {
      return new Probe.HalfDone("it takes no connections yet");
    }
  }
}
