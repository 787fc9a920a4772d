package io.aegis.postgres.feed;

import io.aegis.postgres.Lsn;
import io.aegis.postgres.Timeline;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a file of the log as PostgreSQL asks for it (src/include/access/xlog_internal.h).
 *
 * @param value a segment, 24 upper-case hexadecimal digits; or a history file, 8 and {@code
 *     .history}
 */
public record WalFileName(String value) {
  private static final Pattern SEGMENT = Pattern.compile("[0-9A-F]{24}");
  private static final Pattern HISTORY = Pattern.compile("[0-9A-F]{8}\\.history");

  public WalFileName {
    if (!isName(value)) {
      throw new IllegalArgumentException("not a file of the log: " + value);
    }
  }

  /** The text as such a name; empty for anything else, such as what an editor left behind. */
  static Optional<WalFileName> parse(String text) {
    return isName(text) ? Optional.of(new WalFileName(text)) : Optional.empty();
  }

  /** The segment that holds a position. */
  public static WalFileName segment(Timeline timeline, Lsn lsn, int segmentSize) {
    return segment(timeline, Long.divideUnsigned(lsn.value(), segmentSize), segmentSize);
  }

  private static WalFileName segment(Timeline timeline, long number, int segmentSize) {
    long perLog = (1L << 32) / segmentSize;
    return new WalFileName(
        String.format(Locale.ROOT, "%s%08X%08X", timeline.hex(), number / perLog, number % perLog));
  }

  public boolean isSegment() {
    return SEGMENT.matcher(value).matches();
  }

  /** The timeline in front of the name: hexadecimal, never decimal (trap T31). */
  public Timeline timeline() {
    return Timeline.ofHex(value.substring(0, 8));
  }

  /** The segment that follows on the same timeline. */
  public WalFileName next(int segmentSize) {
    if (!isSegment()) {
      throw new IllegalStateException("nothing follows " + value);
    }
    long perLog = (1L << 32) / segmentSize;
    long log = Long.parseLong(value.substring(8, 16), 16);
    long within = Long.parseLong(value.substring(16), 16);
    return segment(timeline(), log * perLog + within + 1, segmentSize);
  }

  @Override
  public String toString() {
    return value;
  }

  private static boolean isName(String text) {
    return SEGMENT.matcher(text).matches() || HISTORY.matcher(text).matches();
  }
}
