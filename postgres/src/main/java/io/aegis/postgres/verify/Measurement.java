package io.aegis.postgres.verify;

import java.time.Duration;

/**
 * One thing that was looked at.
 *
 * @param name what: {@code page checksums}, {@code indexes of shop}
 * @param took how long that took
 */
public record Measurement(String name, Verdict verdict, Duration took) {

  /** What came of it. */
  public sealed interface Verdict {

    /** It is as it must be; {@code words} say how much was looked at. */
    record Passed(String words) implements Verdict {}

    /** A figure for people: there is nothing that it could have contradicted. */
    record Observed(String words) implements Verdict {}

    /** It is not; {@code words} name what and where. */
    record Failed(String words) implements Verdict {}

    /** It was not looked at, or not to the end. */
    record NotMeasured(String why) implements Verdict {}
  }

  public boolean hasFailed() {
    return verdict instanceof Verdict.Failed;
  }

  /** One line for people. */
  public String words() {
    return switch (verdict) {
      case Verdict.Passed(var words) -> name + ": " + words;
      case Verdict.Observed(var words) -> name + ": " + words;
      case Verdict.Failed(var words) -> name + ": FAILED, " + words;
      case Verdict.NotMeasured(var why) -> name + ": not measured, " + why;
    };
  }
}
