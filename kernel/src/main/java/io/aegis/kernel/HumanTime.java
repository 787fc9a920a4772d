package io.aegis.kernel;

import java.time.Duration;
import java.util.Locale;

/** Durations as a tired person reads them: {@code 800ms}, {@code 14s}, {@code 5m01s}, {@code 3d04h}. */
public final class HumanTime {
  private HumanTime() {}

  public static String of(Duration duration) {
    if (duration.isNegative()) {
      return "-" + of(duration.negated());
    }
    long millis = duration.toMillis();
    if (millis < 1_000) {
      return millis + "ms";
    }
    if (millis < 10_000) {
      return String.format(Locale.ROOT, "%.1fs", Math.floor(millis / 100.0) / 10);
    }
    long seconds = duration.toSeconds();
    if (seconds < 60) {
      return seconds + "s";
    }
    if (seconds < 3_600) {
      return String.format(Locale.ROOT, "%dm%02ds", seconds / 60, seconds % 60);
    }
    if (seconds < 86_400) {
      return String.format(Locale.ROOT, "%dh%02dm", seconds / 3_600, seconds / 60 % 60);
    }
    return String.format(Locale.ROOT, "%dd%02dh", seconds / 86_400, seconds / 3_600 % 24);
  }
}
