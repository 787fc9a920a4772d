package io.aegis.postgres.loss;

import io.aegis.postgres.steps.PostgresStep.Job;
import io.aegis.postgres.steps.StepTypes;
import io.aegis.recovery.Plan;
import io.aegis.recovery.Step;
import io.aegis.recovery.StepType;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a plan hands to its steps. */
final class Payloads {
  private Payloads() {}

  /** Each step carries its own. */
  static Set<Job> jobs(Plan plan, StepTypes types) {
    var jobs = new LinkedHashSet<Job>();
    all(plan, types.preflight()).forEach(step -> jobs.add(step.job()));
    all(plan, types.restore()).forEach(step -> jobs.add(step.job()));
    all(plan, types.replay()).forEach(step -> jobs.add(step.job()));
    all(plan, types.verify()).forEach(step -> jobs.add(step.job()));
    all(plan, types.promote()).forEach(step -> jobs.add(step.job()));
    all(plan, types.smoke()).forEach(step -> jobs.add(step.job()));
    all(plan, types.open()).forEach(step -> jobs.add(step.job()));
    return jobs;
  }

  static <P> List<P> all(Plan plan, StepType<P> type) {
    return plan.steps().stream().flatMap(step -> of(step, type).stream()).toList();
  }

  static <P> Optional<P> first(Plan plan, StepType<P> type) {
    return all(plan, type).stream().findFirst();
  }

  static <P> Optional<P> of(Step step, StepType<P> type) {
    var given = switch (step.work()) {
      case Step.Work.Action(var payload) -> Optional.of(payload);
      case Step.Work.Check(var payload, var _) -> Optional.of(payload);
      case Step.Work.Approval _, Step.Work.Manual _, Step.Work.Wait _ ->
        Optional.<StepType.Payload>empty();
    };
    return given
        .filter(payload -> payload.kind().equals(type.kind()))
        .map(payload -> type.codec().decode(payload.content()));
  }
}
