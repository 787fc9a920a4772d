package io.aegis.recovery;

import io.aegis.kernel.HumanTime;
import java.time.Duration;

/** How long something will take, and how that is known. Never a guess dressed as a measurement. */
public sealed interface Estimate {

  /** For people: the figure and its basis, or why there is none. */
  String words();

  /**
   * Drawn from what was measured before.
   *
   * @param expected the middle of what the measured rates give
   * @param low what the fastest of the measured rates give
   * @param high what the slowest of them give
   * @param samples how many measurements stand behind it, 1 or more
   */
  record Measured(Duration expected, Duration low, Duration high, int samples) implements Estimate {
    public Measured {
      if (samples < 1
          || low.isNegative()
          || low.compareTo(expected) > 0
          || expected.compareTo(high) > 0) {
        throw new IllegalArgumentException(
            "not an estimate: " + low + " " + expected + " " + high + " from " + samples);
      }
    }

    @Override
    public String words() {
      return "%s (from %d measured run%s)"
          .formatted(HumanTime.of(expected), samples, samples == 1 ? "" : "s");
    }
  }

  /** Some of the parts were never measured: the rest alone takes this long. */
  record AtLeast(Duration measuredPart, int partsNotMeasured) implements Estimate {
    @Override
    public String words() {
      return "at least %s (%d step%s not measured)"
          .formatted(
              HumanTime.of(measuredPart), partsNotMeasured, partsNotMeasured == 1 ? "" : "s");
    }
  }

  /** Nothing of the kind was ever measured. */
  record NotMeasured() implements Estimate {
    @Override
    public String words() {
      return "not measured";
    }
  }
}
