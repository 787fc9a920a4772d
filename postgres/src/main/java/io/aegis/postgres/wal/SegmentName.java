package io.aegis.postgres.wal;

import io.aegis.postgres.Lsn;
import io.aegis.postgres.Timeline;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A segment of the log as PostgreSQL names its file: 24 hexadecimal digits, eight each for the
 * timeline, the 4 GiB stretch, and the segment within it ({@code XLogFileName}, xlog_internal.h).
 *
 * @param number counted from the beginning of the log
 */
public record SegmentName(Timeline timeline, long number, SegmentSize size) {
  private static final Pattern FORM = Pattern.compile("[0-9A-F]{24}");

  public static SegmentName at(Timeline timeline, Lsn lsn, SegmentSize size) {
    return new SegmentName(timeline, size.numberOf(lsn), size);
  }

  /**
   * @throws IllegalArgumentException if {@code text} names no segment of that size
   */
  public static SegmentName parse(String text, SegmentSize size) {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException("not a WAL segment: " + text);
    }
    long high = Long.parseLong(text.substring(8, 16), 16);
    long low = Long.parseLong(text.substring(16), 16);
    if (low >= size.perLogId()) {
      throw new IllegalArgumentException("no WAL segment of " + size.bytes() + " bytes: " + text);
    }
    return new SegmentName(
        Timeline.ofHex(text.substring(0, 8)), high * size.perLogId() + low, size);
  }

  public Lsn start() {
    return size.startOf(number);
  }

  public Lsn end() {
    return size.startOf(number + 1);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s%08X%08X",
        timeline.hex(),
        Long.divideUnsigned(number, size.perLogId()),
        Long.remainderUnsigned(number, size.perLogId()));
  }
}
