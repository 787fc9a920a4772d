package io.aegis.postgres.wal;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.postgres.Lsn;

/**
 * What stands at the beginning of every page: {@code XLogPageHeaderData}, and at the beginning of a
 * segment {@code XLogLongPageHeaderData} (src/include/access/xlog_internal.h).
 *
 * @param address where the page belongs
 * @param remaining how many bytes of a record that began before are still to come
 */
record PageHeader(
    int magic, int flags, long timeline, long address, long remaining, Identity identity) {
  static final int SHORT = 24;
  static final int LONG = 40;

  private static final int CONTINUES = 0x1;
  private static final int LONG_HEADER = 0x2;
  private static final int OVERWRITES = 0x8;
  private static final int ALL_FLAGS = 0xF;

  /** What the long header adds. */
  sealed interface Identity {
    /** The first page of a segment. */
    record OfSegment(long system, int segmentSize, int pageSize) implements Identity {}

    /** Any other page. */
    record None() implements Identity {}
  }

  static PageHeader read(byte[] bytes, int size) {
    Identity identity = size == LONG
        ? new Identity.OfSegment(
            LogBytes.i64(bytes, 24), LogBytes.i32(bytes, 32), LogBytes.i32(bytes, 36))
        : new Identity.None();
    return new PageHeader(
        LogBytes.u16(bytes, 0),
        LogBytes.u16(bytes, 2),
        LogBytes.i32(bytes, 4) & 0xFFFF_FFFFL,
        LogBytes.i64(bytes, 8),
        LogBytes.i32(bytes, 16) & 0xFFFF_FFFFL,
        identity);
  }

  /** A page that was never written, or that still holds what a recycled file held before. */
  boolean isOlderThan(long page) {
    return Long.compareUnsigned(address, page) < 0;
  }

  boolean continuesRecord() {
    return (flags & CONTINUES) != 0;
  }

  /** The record that goes on here was cut off by a crash; another begins instead. */
  boolean overwritesRecord() {
    return (flags & OVERWRITES) != 0;
  }

  /**
   * @throws Malformed if it cannot be the header of a page of this log
   */
  WalVersion check(long page, SegmentSize segments) {
    if (address != page) {
      throw new Malformed("a page of " + new Lsn(address) + " stands at " + new Lsn(page));
    }
    var version = WalVersion.ofMagic(magic);
    if ((flags & ~ALL_FLAGS) != 0 || timeline == 0) {
      throw new Malformed("a page header with flags " + flags + " and timeline " + timeline);
    }
    if ((flags & LONG_HEADER) != 0 != identity instanceof Identity.OfSegment) {
      throw new Malformed("a long page header where none belongs, or none where one does");
    }
    if (identity instanceof Identity.OfSegment segment
        && (segment.segmentSize() != segments.bytes() || segment.pageSize() != WalScanner.PAGE)) {
      throw new Malformed("segments of " + segment.segmentSize() + " bytes with pages of "
          + segment.pageSize() + " do not belong here");
    }
    if (continuesRecord() != remaining > 0) {
      throw new Malformed("a page that continues a record for " + remaining + " bytes");
    }
    return version;
  }
}
