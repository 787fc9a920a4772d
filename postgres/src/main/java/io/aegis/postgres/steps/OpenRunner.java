package io.aegis.postgres.steps;

import io.aegis.kernel.Json;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.restore.RestoredCluster.Stage;
import io.aegis.postgres.server.LocalServer.Door;
import io.aegis.postgres.server.StopMode;
import io.aegis.postgres.steps.PostgresStep.Open;
import io.aegis.recovery.Probe;
import io.aegis.recovery.StepContext;
import io.aegis.recovery.StepResult;
import io.aegis.recovery.StepRunner;
import io.aegis.repository.Repository;

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
      FenceRunner.requireSilent(step.primary()); // later what answers there may be our own
      server.stop(StopMode.FAST, Site.PATIENCE);
      context.milestones().reach("open.stopped");
      site.cluster().open();
      context.milestones().reach("open.fence-down");
    }
    server.start(Door.AS_CONFIGURED, Site.PATIENCE);
    server.place().sockets().remove();
    return result(site)
        .warning("nothing protects it yet: it has no snapshot of its own, and its log is kept only"
            + " where 'aegis wal stream' runs at its address");
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
