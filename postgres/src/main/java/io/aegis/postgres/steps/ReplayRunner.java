package io.aegis.postgres.steps;

import io.aegis.kernel.ByteSize;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.HumanTime;
import io.aegis.kernel.Json;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.server.ReplayState;
import io.aegis.postgres.steps.PostgresStep.Job;
import io.aegis.postgres.steps.PostgresStep.Replay;
import io.aegis.recovery.Probe;
import io.aegis.recovery.StepContext;
import io.aegis.recovery.StepResult;
import io.aegis.recovery.StepRunner;
import io.aegis.repository.Repository;
import java.sql.SQLException;
import java.time.Duration;

/** Replays the log; afterwards the server stands at exactly the planned position, read-only. */
final class ReplayRunner implements StepRunner<Replay> {
  private final Repository repository;
  private final TimeSource time;

  ReplayRunner(Repository repository, TimeSource time) {
    this.repository = repository;
    this.time = time;
  }

  @Override
  public StepResult run(Replay step, StepContext context) throws InterruptedException {
    long begun = time.nanos();
    new Site(repository, step.job(), time).standAtTarget(context);
    var took = Duration.ofNanos(time.nanos() - begun);
    context.milestones().reach("replay.at-target");
    var result = result(
        step.job(),
        "%s of log in %s".formatted(new ByteSize(step.job().log().bytes()), HumanTime.of(took)));
    return context.attempt() == 1
        ? result.measured("bytes", step.job().log().bytes(), took)
        : result;
  }

  private static StepResult result(Job job, String how) {
    Lsn end = job.log().replayEnd();
    return StepResult.of("stands at " + end + ", read-only: " + how)
        .with(Json.object()
            .with("replayEnd", end.toString())
            .with("provenPoint", job.snapshot().value())
            .with("provenGrade", "restored"));
  }

  @Override
  public Probe probe(Replay step, StepContext context) {
    var site = new Site(repository, step.job(), time);
    if (!site.wasStarted()) {
      return new Probe.NotBegun();
    }
    if (site.server().running().isEmpty()) {
      return new Probe.HalfDone("the server was started and does not run");
    }
    try (var connection = site.connect()) {
      return ReplayState.ask(connection) instanceof ReplayState.Paused(var at)
              && at.equals(step.job().log().replayEnd())
          ? new Probe.Done(result(step.job(), "an earlier attempt brought it there"))
          : new Probe.HalfDone("the server is on its way");
    } catch (SQLException | Unavailable | Refused e) {
      return new Probe.HalfDone("the server takes no connections yet");
    }
  }
}
