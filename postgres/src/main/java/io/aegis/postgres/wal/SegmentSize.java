package io.aegis.postgres.wal;

import io.aegis.postgres.Lsn;

/**
 * How long the files are into which a cluster cuts its log, and the arithmetic of it (trap T31).
 *
 * @param bytes a power of two from 1 MiB to 1 GiB
 */
public record SegmentSize(int bytes) {
  /** What initdb chooses unless told otherwise. */
  public static final SegmentSize DEFAULT = new SegmentSize(16 << 20);

  public SegmentSize {
    if (bytes < 1 << 20 || bytes > 1 << 30 || Integer.bitCount(bytes) != 1) {
      throw new IllegalArgumentException("not a size of a WAL segment: " + bytes);
    }
  }

  /** The number of the segment that holds the byte at {@code lsn}. */
  public long numberOf(Lsn lsn) {
    return Long.divideUnsigned(lsn.value(), bytes);
  }

  public int offsetOf(Lsn lsn) {
    return (int) (lsn.value() & (bytes - 1));
  }

  public Lsn startOf(long number) {
    return new Lsn(number * bytes);
  }

  /** The start of the segment that holds the byte at {@code lsn}. */
  public Lsn floor(Lsn lsn) {
    return new Lsn(lsn.value() & -(long) bytes);
  }

  /** The first segment boundary at or after {@code lsn}. */
  public Lsn ceiling(Lsn lsn) {
    return floor(lsn.plus(bytes - 1L));
  }

  /** Segments to each 4 GiB of log, which is what the middle eight digits of a name count. */
  long perLogId() {
    return 0x1_0000_0000L / bytes;
  }
}
