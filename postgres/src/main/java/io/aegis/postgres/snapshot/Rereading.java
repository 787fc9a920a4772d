package io.aegis.postgres.snapshot;

import java.time.Duration;
import java.time.Instant;

/**
 * Which files are read and compared although nothing is known to have changed, so that rot on
 * either side is seen: each file once in {@link #DAYS} days, on a day that its path decides. A
 * snapshot takes over the days since the one before it, so that none is left out when snapshots are
 * rare, and none is read twice when they are frequent.
 */
record Rereading(long firstDay, long lastDay) {
  static final int DAYS = 30;
  private static final long DAY_SECONDS = Duration.ofDays(1).toSeconds();

  /**
   * The share of a snapshot that begins at {@code now} on top of one that began at {@code before}.
   */
  static Rereading between(Instant before, Instant now) {
    return new Rereading(day(before) + 1, day(now));
  }

  private static long day(Instant moment) {
    return Math.floorDiv(moment.getEpochSecond(), DAY_SECONDS);
  }

  boolean isDue(String path) {
    long days = lastDay - firstDay + 1;
    return Math.floorMod(slot(path) - firstDay, (long) DAYS) < days;
  }

  /** 0 to 29. A text's own hash is no use: modulo 30 it is no more than the sum of its letters. */
  private static long slot(String path) {
    return (path.hashCode() * 0x9E37_79B9_7F4A_7C15L >>> 33) % DAYS;
  }
}
