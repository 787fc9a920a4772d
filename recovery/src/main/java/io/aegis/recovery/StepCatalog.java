package io.aegis.recovery;

import io.aegis.kernel.ByteReader;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Report;
import java.time.DateTimeException;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The kinds of steps that the modules at hand know how to run. */
public final class StepCatalog {
  private final Map<String, StepType<?>> types;

  private StepCatalog(Map<String, StepType<?>> types) {
    this.types = types;
  }

  /** One type for each kind and version. */
  public static StepCatalog of(Collection<? extends StepType<?>> types) {
    var byName = new TreeMap<String, StepType<?>>();
    for (var type : types) {
      if (byName.put(name(type.kind(), type.version()), type) != null) {
        throw new IllegalArgumentException(
            "two types of steps are called " + name(type.kind(), type.version()));
      }
    }
    return new StepCatalog(byName);
  }

  /**
   * The payload together with the code that runs it.
   *
   * @throws Refused if no module here knows this kind and version, naming the module that is
   *     missing
   */
  public Bound<?> bind(StepType.Payload payload) {
    @Nullable StepType<?> type = types.get(name(payload.kind(), payload.version()));
    if (type == null) {
      throw unknown(payload);
    }
    return decode(type, payload);
  }

  /**
   * @throws Refused if some step of the plan cannot be run by the modules at hand
   */
  public void requireAll(Plan plan) {
    for (var step : plan.steps()) {
      switch (step.work()) {
        case Step.Work.Action(var payload) -> bind(payload);
        case Step.Work.Check(var payload, var _) -> bind(payload);
        case Step.Work.Approval _, Step.Work.Manual _, Step.Work.Wait _ -> {}
      }
    }
  }

  private static <S> Bound<S> decode(StepType<S> type, StepType.Payload payload) {
    try {
      return new Bound<>(type.runner(), type.codec().decode(payload.content()));
    } catch (ByteReader.Malformed
        | IllegalArgumentException
        | ArithmeticException
        | DateTimeException e) {
      throw new Refused(
          Report.of(
                  RecoveryCode.PLAN_NOT_READABLE,
                  "the plan was made by an earlier Aegis, or changed by hand")
              .why("its step '" + payload.kind() + "' is not in the form that is run here: "
                  + e.getMessage())
              .safe("nothing was run, and nothing was changed")
              .next("make it again: aegis plan -O <file>"),
          e);
    }
  }

  private Refused unknown(StepType.Payload payload) {
    String known = types.values().stream()
        .filter(type -> type.kind().equals(payload.kind()))
        .map(type -> "version " + type.version())
        .collect(Collectors.joining(", "));
    String why = known.isEmpty()
        ? "the module '" + payload.module() + "' is missing here, or too old to know it"
        : "this Aegis knows " + known + " of it";
    return new Refused(Report.of(
            RecoveryCode.UNKNOWN_STEP_KIND,
            "the plan has a step of kind '%s', version %d, which this Aegis cannot run"
                .formatted(payload.kind(), payload.version()))
        .why(why)
        .next(
            "run it with the Aegis that made the plan, or with one that has the module '"
                + payload.module() + "'",
            "compute a new plan with this one: aegis plan"));
  }

  private static String name(String kind, int version) {
    return kind + " v" + version;
  }

  /**
   * A payload and its runner.
   *
   * @param <S> the protector's own record of what the step is to do
   */
  public record Bound<S>(StepRunner<S> runner, S step) {
    public StepResult run(StepContext context) throws InterruptedException {
      return runner.run(step, context);
    }

    public StepResult simulate(StepContext context) throws InterruptedException {
      return runner.simulate(step, context);
    }

    public Probe probe(StepContext context) throws InterruptedException {
      return runner.probe(step, context);
    }

    public boolean isUndoable() {
      return runner instanceof StepRunner.Undoable<S>;
    }

    /**
     * @throws IllegalStateException if the step cannot be taken back
     */
    public StepResult undo(StepContext context) throws InterruptedException {
      if (runner instanceof StepRunner.Undoable<S> undoable) {
        return undoable.undo(step, context);
      }
      throw new IllegalStateException("the step has no undo");
    }
  }
}
