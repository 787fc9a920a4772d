package io.aegis.postgres.steps;

import io.aegis.recovery.StepType;
import io.aegis.repository.Ports;
import io.aegis.repository.Repository;
import java.util.List;

/**
 * Every kind of step of this module with its codec and its runner.
 *
 * @param fence stops the old primary
 * @param preflight looks whether all will work
 * @param restore puts the files back
 * @param replay brings them to the target
 * @param verify measures them there
 * @param promote ends recovery
 * @param smoke runs the owner's script
 * @param open lets clients in
 */
public record StepTypes(
    StepType<PostgresStep.FenceSource> fence,
    StepType<PostgresStep.Preflight> preflight,
    StepType<PostgresStep.RestoreBase> restore,
    StepType<PostgresStep.Replay> replay,
    StepType<PostgresStep.Verify> verify,
    StepType<PostgresStep.Promote> promote,
    StepType<PostgresStep.Smoke> smoke,
    StepType<PostgresStep.Open> open) {

  public StepTypes(Repository repository, Ports ports) {
    this(
        new StepType<>("postgres.fence-source", 1, StepJson.FENCE, new FenceRunner(ports.time())),
        new StepType<>(
            "postgres.preflight", 1, StepJson.PREFLIGHT, new PreflightRunner(repository)),
        new StepType<>(
            "postgres.restore-base", 1, StepJson.RESTORE, new RestoreRunner(repository, ports)),
        new StepType<>(
            "postgres.replay", 1, StepJson.REPLAY, new ReplayRunner(repository, ports.time())),
        new StepType<>(
            "postgres.verify", 1, StepJson.VERIFY, new VerifyRunner(repository, ports.time())),
        new StepType<>(
            "postgres.promote", 1, StepJson.PROMOTE, new PromoteRunner(repository, ports)),
        new StepType<>(
            "postgres.smoke-test", 1, StepJson.SMOKE, new SmokeRunner(repository, ports.time())),
        new StepType<>(
            "postgres.open", 1, StepJson.OPEN, new OpenRunner(repository, ports.time())));
  }

  public List<StepType<?>> all() {
    return List.of(fence, preflight, restore, replay, verify, promote, smoke, open);
  }
}
