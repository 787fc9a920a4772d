package io.aegis.recovery.plan;

import io.aegis.recovery.Estimate;
import io.aegis.recovery.Step;
import io.aegis.recovery.StepId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The longest chain of steps, in machine time: what the whole cannot be quicker than. */
public record CriticalPath(Estimate estimate) {

  /** Through all steps, each as its plan estimates it. */
  public static CriticalPath of(List<Step> steps) {
    return of(steps, CriticalPath::planned);
  }

  /**
   * @param steps each after those it depends on
   * @param remaining what is left of each step; people's time counts as none
   */
  public static CriticalPath of(List<Step> steps, Function<Step, Estimate> remaining) {
    var sum = new Sum();
    steps.forEach(step -> sum.add(step, remaining.apply(step)));
    return new CriticalPath(sum.estimate());
  }

  private static Estimate planned(Step step) {
    return switch (step.work()) {
      case Step.Work.Action _, Step.Work.Check _ -> step.estimate();
      case Step.Work.Approval _, Step.Work.Manual _ -> nothing();
      case Step.Work.Wait(var length, var _) -> exactly(length);
    };
  }

  /** No machine time at all; known, not measured. */
  public static Estimate nothing() {
    return exactly(Duration.ZERO);
  }

  private static Estimate exactly(Duration length) {
    return new Estimate.Measured(length, length, length, Integer.MAX_VALUE);
  }

  private static final class Sum {
    private final Map<StepId, Duration[]> ends = new HashMap<>();
    private int missing;
    private int samples = Integer.MAX_VALUE;

    void add(Step step, Estimate estimate) {
      var length = switch (estimate) {
        case Estimate.Measured(var expected, var low, var high, var measured) -> {
          samples = Math.min(samples, measured);
          yield new Duration[] {low, expected, high};
        }
        case Estimate.AtLeast(var part, var parts) -> {
          missing += parts;
          yield new Duration[] {part, part, part};
        }
        case Estimate.NotMeasured() -> {
          missing++;
          yield new Duration[] {Duration.ZERO, Duration.ZERO, Duration.ZERO};
        }
      };
      for (int i = 0; i < length.length; i++) {
        int figure = i;
        length[i] = length[i].plus(latest(step.after().stream()
            .map(earlier -> ends.getOrDefault(earlier, length)[figure])
            .toList()));
      }
      ends.put(step.id(), length);
    }

    private static Duration latest(List<Duration> all) {
      return all.stream().max(Duration::compareTo).orElse(Duration.ZERO);
    }

    Estimate estimate() {
      var low = last(0);
      var expected = last(1);
      var high = last(2);
      if (missing > 0) {
        return expected.isZero()
            ? new Estimate.NotMeasured()
            : new Estimate.AtLeast(expected, missing);
      }
      return samples == Integer.MAX_VALUE && expected.isZero()
          ? new Estimate.NotMeasured()
          : new Estimate.Measured(expected, low, high, samples);
    }

    private Duration last(int figure) {
      return latest(ends.values().stream().map(end -> end[figure]).toList());
    }
  }
}
