package io.aegis.postgres.steps;

import static io.aegis.postgres.PostgresCode.SMOKE_TEST_FAILED;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.HumanTime;
import io.aegis.kernel.Report;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.account.Account;
import io.aegis.postgres.steps.PostgresStep.Smoke;
import io.aegis.recovery.Probe;
import io.aegis.recovery.StepContext;
import io.aegis.recovery.StepResult;
import io.aegis.recovery.StepRunner;
import io.aegis.repository.Repository;
import java.util.Map;

/** Runs the owner's script against the promoted server, through its private socket. */
final class SmokeRunner implements StepRunner<Smoke> {
  private final Repository repository;
  private final TimeSource time;

  SmokeRunner(Repository repository, TimeSource time) {
    this.repository = repository;
    this.time = time;
  }

  @Override
  public StepResult run(Smoke step, StepContext context) throws InterruptedException {
    var site = new Site(repository, step.job(), time);
    site.requireRestored();
    var server = site.server();
    server.start(Site.PATIENCE);
    var local = step.job().local();
    var runner = Account.ownerOf(server.place().data());
    var environment = Map.of(
        "PGHOST", server.place().sockets().path().toString(),
        "PGPORT", Integer.toString(server.port()),
        "PGUSER", local.role(),
        "PGDATABASE", local.database());
    var measured = step.test().run(runner, environment, context::log, time);
    if (measured.hasFailed()) {
      throw new Refused(
          Report.of(SMOKE_TEST_FAILED, "the smoke test of the recovered database failed")
              .why(measured.words() + ": " + step.test().command())
              .safe("the database runs behind its fence: no client can reach it")
              .next("see the lines it wrote above", "remove the cause, then resume the execution"));
    }
    return StepResult.of(measured.words() + " in " + HumanTime.of(measured.took()));
  }

  /**
   * Whether a script may be run twice is its owner's to see to; not to run it would prove nothing.
   */
  @Override
  public Probe probe(Smoke step, StepContext context) {
    return new Probe.NotBegun();
  }
}
