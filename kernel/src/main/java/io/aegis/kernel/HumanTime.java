package io.aegis.kernel;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Durations as a tired person reads them: {@code 800ms}, {@code 14s}, {@code 5m01s}, {@code 3d04h}.
 */
public final class HumanTime {
  private static final Pattern WRITTEN =
      Pattern.compile("(?:([0-9]{1,9})d)?(?:([0-9]{1,9})h)?(?:([0-9]{1,9})m)?"
          + "(?:([0-9]{1,9})(?:[.]([0-9]))?s)?(?:([0-9]{1,9})ms)?");

  private HumanTime() {}

  /**
   * Reads what people write: {@code 500ms}, {@code 60s}, {@code 15m}, {@code 1h30m}, {@code 7d},
   * and what {@link #of} prints of a duration that is not negative: {@code 1.5s}.
   *
   * @throws IllegalArgumentException if it is not of that form; a number without a unit is not
   */
  public static Duration parse(String text) {
    var written = WRITTEN.matcher(text);
    if (text.isEmpty() || !written.matches()) {
      throw new IllegalArgumentException("not a duration like 30s, 15m or 1h30m: " + text);
    }
    return Duration.ofDays(number(written.group(1)))
        .plusHours(number(written.group(2)))
        .plusMinutes(number(written.group(3)))
        .plusSeconds(number(written.group(4)))
        .plusMillis(100 * number(written.group(5)))
        .plusMillis(number(written.group(6)));
  }

  private static long number(@Nullable String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }

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
