package io.aegis.recovery;

import io.aegis.kernel.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a step that succeeded has to say. It is journalled, shown to people and read by later steps:
 * never put a secret into it.
 *
 * @param summary one line in plain words: {@code 212 GiB in 7m22s}
 * @param facts what later steps and the evidence need, in the protector's own terms
 * @param warnings what must be read although the step succeeded; with any, the execution cannot end
 *     plainly completed
 * @param measurements what may be used to forecast the next time
 */
public record StepResult(
    String summary, Json.Obj facts, List<String> warnings, List<Measurement> measurements) {
  /** A fact of an undo that took nothing back: what it would have removed is kept. */
  public static final String KEPT = "kept";

  /** A fact of an undo that found nothing: what the step may have reported to have made is gone. */
  public static final String NOTHING = "nothing";

  public StepResult {
    warnings = List.copyOf(warnings);
    measurements = List.copyOf(measurements);
  }

  public static StepResult of(String summary) {
    return new StepResult(summary, Json.object(), List.of(), List.of());
  }

  public StepResult with(Json.Obj newFacts) {
    return new StepResult(summary, newFacts, warnings, measurements);
  }

  public StepResult warning(String line) {
    var more = new ArrayList<>(warnings);
    more.add(line);
    return new StepResult(summary, facts, more, measurements);
  }

  public StepResult measured(String unit, long amount, Duration took) {
    var more = new ArrayList<>(measurements);
    more.add(new Measurement(unit, amount, took));
    return new StepResult(summary, facts, warnings, more);
  }

  /**
   * So much of something took so long.
   *
   * @param unit the plural of what was counted: {@code bytes}, {@code rows}, {@code objects}
   */
  public record Measurement(String unit, long amount, Duration took) {
    public Measurement {
      if (!unit.matches("[a-z][a-z-]{0,19}") || amount < 0 || took.isNegative()) {
        throw new IllegalArgumentException("not a measurement: " + amount + " " + unit);
      }
    }
  }
}
