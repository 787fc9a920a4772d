package io.aegis.postgres.steps;

import io.aegis.kernel.ByteSize;
import io.aegis.kernel.Hex;
import io.aegis.kernel.HumanTime;
import io.aegis.kernel.Json;
import io.aegis.postgres.restore.Restore;
import io.aegis.postgres.restore.RestoredCluster.Stage;
import io.aegis.postgres.server.StopMode;
import io.aegis.postgres.steps.PostgresStep.RestoreBase;
import io.aegis.recovery.Probe;
import io.aegis.recovery.StepContext;
import io.aegis.recovery.StepResult;
import io.aegis.recovery.StepRunner;
import io.aegis.repository.Ports;
import io.aegis.repository.Repository;
import java.time.Duration;

/** Puts the files back; what an earlier attempt put there is not copied again. */
final class RestoreRunner implements StepRunner.Undoable<RestoreBase> {
  private final Repository repository;
  private final Ports ports;

  RestoreRunner(Repository repository, Ports ports) {
    this.repository = repository;
    this.ports = ports;
  }

  @Override
  public StepResult run(RestoreBase step, StepContext context) throws InterruptedException {
    long begun = ports.time().nanos();
    try (var snapshot = repository.open(step.job().snapshot())) {
      var plan = Restores.plan(step.job(), snapshot);
      new Restore(plan, snapshot, context.milestones(), run())
          .run(step.job().local().workers(), context.progress());
      var took = Duration.ofNanos(ports.time().nanos() - begun);
      var result = StepResult.of("%s in %d files in %s"
              .formatted(new ByteSize(plan.bytes()), plan.files(), HumanTime.of(took)))
          .with(Json.object().with("files", plan.files()).with("bytes", plan.bytes()));
      return context.attempt() == 1 ? result.measured("bytes", plan.bytes(), took) : result;
    }
  }

  private String run() {
    return Hex.of(ports.entropy().bytes(8));
  }

  @Override
  public Probe probe(RestoreBase step, StepContext context) {
    var site = new Site(repository, step.job(), ports.time());
    return switch (site.cluster().stage()) {
      case NOT_BEGUN -> new Probe.NotBegun();
      case HALF_COPIED -> new Probe.HalfDone("some of the files are there");
      case FENCED, OPEN -> new Probe.Done(StepResult.of("all files are there"));
    };
  }

  /** Only as long as nothing was ever written to it: a promoted database is never thrown away. */
  @Override
  public StepResult undo(RestoreBase step, StepContext context) throws InterruptedException {
    var site = new Site(repository, step.job(), ports.time());
    var stage = site.cluster().stage();
    if (stage == Stage.NOT_BEGUN) {
      return StepResult.of(
              "nothing of this restore was found in " + step.job().goal().target())
          .with(Json.object().with(StepResult.NOTHING, true));
    }
    if (stage == Stage.OPEN || stage == Stage.FENCED && site.wasPromoted()) {
      return left(site);
    }
    site.server().stop(StopMode.FAST, Site.PATIENCE);
    var since = site.cluster().tablespacesSince();
    site.cluster().discard();
    site.server().place().sockets().remove();
    var result = StepResult.of("what was restored was removed; the directory is empty");
    for (var number : since) {
      result = result.warning("left: what this recovery had replayed into the directory of"
          + " tablespace " + number + ", which was made after the snapshot; the next recovery names"
          + " that directory, and stops there until it is empty");
    }
    return result;
  }

  /** Neither the directory nor its server is touched, and both may be forgotten: they are named. */
  private static StepResult left(Site site) {
    var server = site.server();
    var data = server.place().data();
    String kept = "kept " + data + ": it was promoted and may hold what is nowhere else";
    String words = server
        .running()
        .map(running -> kept + "; its server still runs, process " + running.pid() + " (pg_ctl -D "
            + data + " stop -m fast)")
        .orElse(kept);
    return StepResult.of(words).warning(words).with(Json.object().with(StepResult.KEPT, true));
  }
}
