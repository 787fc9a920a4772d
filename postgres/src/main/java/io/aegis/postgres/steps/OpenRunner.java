package io.aegis.postgres.steps;

import static io.aegis.postgres.PostgresCode.PROMOTION_FAILED;
import static io.aegis.postgres.PostgresCode.SERVER_UNREACHABLE;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.Json;
import io.aegis.kernel.Report;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.restore.RestoredCluster.Stage;
import io.aegis.postgres.server.LocalServer.Door;
import io.aegis.postgres.server.ReplayState;
import io.aegis.postgres.server.StopMode;
import io.aegis.postgres.steps.PostgresStep.Open;
import io.aegis.recovery.Probe;
import io.aegis.recovery.StepContext;
import io.aegis.recovery.StepResult;
import io.aegis.recovery.StepRunner;
import io.aegis.repository.Repository;
import java.sql.SQLException;

/** Takes the fence down: from here on the database is its owner's again. */
final class OpenRunner implements StepRunner<Open> {
  private final Repository repository;
  private final TimeSource time;

  OpenRunner(Repository repository, TimeSource time) {
    this.repository = repository;
    this.time = time;
  }

  @Override
  public StepResult run(Open step, StepContext context) throws InterruptedException {
    var site = new Site(repository, step.job(), time);
    site.requireRestored();
    var server = site.server();
    if (site.cluster().stage() == Stage.FENCED) {
      requirePromoted(site);
      FenceRunner.requireSilent(step.primary()); // later what answers there may be our own
      server.stop(StopMode.FAST, Site.PATIENCE);
      context.milestones().reach("open.stopped");
      site.cluster().open();
      context.milestones().reach("open.fence-down");
    }
    boolean tidy = site.cluster().tidy();
    server.start(Door.AS_CONFIGURED, Site.PATIENCE);
    server.place().sockets().remove();
    var opened = tidy ? result(site) : result(site).warning(leftOfRoots(site));
    return opened.warning(
        "nothing protected it when it was opened: it had no snapshot of its own, and its log is"
            + " kept only where 'aegis wal stream' runs at its address");
  }

  /**
   * Without its fence a server that is still in recovery goes on past the target and promotes
   * itself: nobody approved that, and no life was claimed for it.
   *
   * @throws Refused if its recovery is not over
   * @throws io.aegis.kernel.Failure.Damaged if it ended elsewhere than where the plan says
   */
  private static void requirePromoted(Site site) throws InterruptedException {
    if (!site.wasPromoted()) {
      throw notPromoted(site, "recovery.signal is still there");
    }
    site.server().start(Site.PATIENCE);
    try (var connection = site.connect()) {
      if (!(ReplayState.ask(connection) instanceof ReplayState.Writable)) {
        throw notPromoted(site, "its server takes no writes");
      }
      site.departure().require(Departure.timeline(connection));
    } catch (SQLException e) {
      throw new Unavailable(
          Report.of(SERVER_UNREACHABLE, "the recovered server stopped answering")
              .why(String.valueOf(e.getMessage()))
              .safe("it is still behind its fence: no client can reach it")
              .next("see its log: " + site.server().place().log(), "resume the execution"),
          e);
    }
  }

  private static Refused notPromoted(Site site, String why) {
    return new Refused(Report.of(PROMOTION_FAILED, "a database that was not promoted is not opened")
        .why("recovery in " + site.server().place().data() + " is not over: " + why)
        .safe("it is behind its fence, no client can reach it")
        .next(
            "aegis execution show <execution>    (what became of its step promote)",
            "begin anew: aegis plan"));
  }

  private static String leftOfRoots(Site site) {
    return "a run of root's was killed here and has left what root alone can remove; copies of the"
        + " data directory may stumble over it: rm -r "
        + site.server().place().data().resolve("aegis") + "/{spool,aegis-run-*}";
  }

  private static StepResult result(Site site) {
    int port = site.server().port();
    return StepResult.of("open to its clients on port " + port)
        .with(Json.object()
            .with("port", port)
            .with("dataDirectory", site.server().place().data().toString()));
  }

  @Override
  public Probe probe(Open step, StepContext context) {
    var site = new Site(repository, step.job(), time);
    if (site.cluster().stage() != Stage.OPEN) {
      return new Probe.NotBegun();
    }
    return site.server().takesConnections()
        ? new Probe.Done(result(site))
        : new Probe.HalfDone("its fence is down and it does not run");
  }
}
