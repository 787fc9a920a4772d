package io.aegis.recovery.evidence;

import io.aegis.kernel.Json;
import io.aegis.recovery.Execution;
import java.util.Optional;

/**
 * Objective, estimate and actual, never mixed. What a recovery lost is known to the protectors
 * only; one says so by putting {@code rpoActualMillis} and {@code recoveryPoint} into its step's
 * facts.
 */
final class Objectives {
  private static final String LOST = "rpoActualMillis";
  private static final String POINT = "recoveryPoint";

  private Objectives() {}

  static Json.Obj of(Execution now) {
    var promised = now.plan().header().objectives();
    return Json.object()
        .with("rtoObjectiveMillis", promised.rto().toMillis())
        .with("rtoEstimate", now.plan().estimate().words())
        .with("rtoActualMillis", actual(now))
        .with("rtoMet", met(rto(now), promised.rto().toMillis()))
        .with("machineMillis", now.clock().machine().toMillis())
        .with("peopleMillis", now.clock().people().toMillis())
        .with("rpoObjectiveMillis", promised.rpo().toMillis())
        .with(LOST, lost(now).<Json>map(Json::number).orElseGet(Json.Null::new))
        .with("rpoMet", met(lost(now), promised.rpo().toMillis()))
        .with(POINT, point(now));
  }

  /** Only what was brought to its end has an actual recovery time. */
  private static Optional<Long> rto(Execution now) {
    return now.state().isSuccess()
        ? Optional.of(now.clock().elapsed().toMillis())
        : Optional.empty();
  }

  private static Json actual(Execution now) {
    return rto(now).<Json>map(Json::number).orElseGet(Json.Null::new);
  }

  private static Json met(Optional<Long> actual, long objective) {
    return actual.<Json>map(millis -> new Json.Bool(millis <= objective)).orElseGet(Json.Null::new);
  }

  /** What was lost: of several parts the worst rules. */
  static Optional<Long> lost(Execution now) {
    return now.steps().stream()
        .filter(step -> step.result().facts().find(LOST) instanceof Json.Num)
        .map(step -> step.result().facts().number(LOST))
        .max(Long::compare);
  }

  private static Json point(Execution now) {
    return now.steps().stream()
        .filter(step -> step.result().facts().find(POINT) instanceof Json.Str)
        .map(step -> step.result().facts().text(POINT))
        .findFirst()
        .<Json>map(Json.Str::new)
        .orElseGet(Json.Null::new);
  }
}
