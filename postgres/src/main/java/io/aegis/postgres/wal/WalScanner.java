package io.aegis.postgres.wal;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.SystemIdentifier;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * Reads the log from bytes as they arrive and tells what its records say.
 *
 * <p>Invariants: an event is told once its record is complete and its checksum right, in the order
 * of the log, never twice; records follow each other without a gap ({@code xl_prev}); after
 * anything but {@link ScanState.Reading} no event follows. Memory is that of the largest record
 * that was really there.
 *
 * <p>A scan begins at a page: the rest of a record that began before is skipped, as its header
 * announces ({@code xlp_rem_len}). Not for use by more than one thread.
 */
public final class WalScanner {
  /** {@code XLOG_BLCKSZ}: every packaged PostgreSQL is built with it. */
  public static final int PAGE = 8192;

  private static final int RECORD_HEADER = 24;
  private static final int CRC_AT = 20;
  private static final int MOST = 1020 << 20; // XLogRecordMaxSize
  private static final ScanState READING = new ScanState.Reading();

  private final SegmentSize segments;
  private final RecordDecoder decoder;
  private final CRC32C crc = new CRC32C();
  private final byte[] header = new byte[PageHeader.LONG];
  private int headerHave;

  private byte[] record = new byte[1 << 12];
  private int have;
  private int need;
  private long recordStart;

  private long at;
  private long skipUntil;
  private boolean synced;
  private long previous = -1;
  private Lsn lastEnd;
  private Lsn firstRecord = Lsn.INVALID;
  private long records;
  private ScanState state = READING;
  private Optional<SystemIdentifier> system = Optional.empty();

  /**
   * @param from a page boundary; the first byte fed is the one at this position
   */
  public WalScanner(SegmentSize segments, Lsn from, Detail detail, Consumer<WalEvent> sink) {
    if (from.value() % PAGE != 0) {
      throw new IllegalArgumentException("a scan begins at a page, not at " + from);
    }
    this.segments = segments;
    this.decoder = new RecordDecoder(detail, sink);
    this.at = from.value();
    this.skipUntil = at;
    this.lastEnd = from;
  }

  public ScanState state() {
    return state;
  }

  /** The position of the next byte to be fed. */
  public Lsn position() {
    return new Lsn(at);
  }

  /** The end of the last complete record; where the scan began, if there was none. */
  public Lsn lastEnd() {
    return lastEnd;
  }

  /** The start of the last complete record, if {@link #records} is not 0. */
  public Lsn lastStart() {
    return new Lsn(previous);
  }

  /** Where the first record began that was read whole, if {@link #records} is not 0. */
  public Lsn firstRecord() {
    return firstRecord;
  }

  /** How many complete records there were. */
  public long records() {
    return records;
  }

  /** The cluster that wrote it, once the first page of a segment was seen (trap T27). */
  public Optional<SystemIdentifier> system() {
    return system;
  }

  /** Takes the next bytes; they are not kept. */
  public void feed(byte[] bytes, int offset, int length) {
    int i = offset;
    int end = offset + length;
    while (i < end && state instanceof ScanState.Reading) {
      try {
        i += step(bytes, i, end - i);
      } catch (Malformed e) {
        state = new ScanState.Damaged(
            new Lsn(have > 0 ? recordStart : at), String.valueOf(e.getMessage()));
      }
    }
  }

  public void feed(byte[] bytes) {
    feed(bytes, 0, bytes.length);
  }

  private int step(byte[] bytes, int i, int available) {
    if (at < skipUntil) {
      return advance((int) Math.min(available, skipUntil - at));
    }
    int size = at % segments.bytes() < PAGE ? PageHeader.LONG : PageHeader.SHORT;
    if (at % PAGE < size) {
      return pageHeader(bytes, i, available, size);
    }
    return recordBytes(bytes, i, Math.min(available, PAGE - (int) (at % PAGE)));
  }

  private int advance(int count) {
    at += count;
    return count;
  }

  private int pageHeader(byte[] bytes, int i, int available, int size) {
    int count = Math.min(available, size - headerHave);
    System.arraycopy(bytes, i, header, headerHave, count);
    headerHave += count;
    if (headerHave == size) {
      headerHave = 0;
      long after = at + count;
      at = after - size;
      enterPage(PageHeader.read(header, size), at, size);
      at = after;
      return count;
    }
    return advance(count);
  }

  private void enterPage(PageHeader seen, long page, int size) {
    if (seen.isOlderThan(page)) {
      end(page, "the page there holds nothing newer than " + new Lsn(seen.address()));
      return;
    }
    decoder.version(seen.check(page, segments));
    if (seen.identity() instanceof PageHeader.Identity.OfSegment segment) {
      system = Optional.of(new SystemIdentifier(segment.system()));
    }
    if (seen.overwritesRecord()) {
      have = 0;
      previous = -1;
      synced = true;
    } else if (seen.continuesRecord()) {
      continueRecord(page, size, seen.remaining());
    } else if (have > 0) {
      throw new Malformed("the record at " + new Lsn(recordStart) + " does not go on");
    } else {
      synced = true;
    }
  }

  private void continueRecord(long page, int size, long remaining) {
    if (have > 0) {
      if (remaining != need - have) {
        throw new Malformed(
            (need - have) + " bytes of a record are missing, and the page has " + remaining);
      }
    } else if (synced) {
      throw new Malformed("a page continues a record that did not begin");
    } else {
      // The whole page belongs to it, or the first records are behind its rest.
      long rest = page + size + aligned(remaining);
      skipUntil = Math.min(rest, page + PAGE);
      synced = rest <= page + PAGE;
    }
  }

  private int recordBytes(byte[] bytes, int i, int available) {
    if (!synced) {
      throw new IllegalStateException("bytes of a record before its beginning");
    }
    if (have == 0) {
      recordStart = at;
      need = 4;
      if (available >= RECORD_HEADER) {
        int whole = LogBytes.i32(bytes, i);
        if (whole >= RECORD_HEADER && whole <= available) {
          finish(bytes, i, whole);
          return advance(whole);
        }
      }
    }
    int count = Math.min(available, need - have);
    keep(bytes, i, count);
    if (have == 4 && need == 4) {
      begin(LogBytes.i32(record, 0));
    } else if (have == need) {
      at += count;
      finish(record, 0, need);
      have = 0;
      return count;
    }
    return advance(count);
  }

  private void keep(byte[] bytes, int i, int count) {
    if (record.length < have + count) {
      record = Arrays.copyOf(record, Math.max(have + count, (int) Math.min(MOST, 2L * have)));
    }
    System.arraycopy(bytes, i, record, have, count);
    have += count;
  }

  private void begin(int length) {
    if (length == 0) {
      end(recordStart, "zeros follow");
    } else if (length < RECORD_HEADER || length > MOST) {
      throw new Malformed("a record of " + length + " bytes");
    }
    need = length;
  }

  /** The record's bytes are complete; {@code at} may still stand before them. */
  private void finish(byte[] bytes, int offset, int length) {
    boolean inPlace = at == recordStart;
    long after = aligned(inPlace ? at + length : at);
    verify(bytes, offset, length);
    var start = new Lsn(recordStart);
    var end = new Lsn(after);
    if (RecordDecoder.isSwitch(bytes, offset)) {
      end = segments.ceiling(end);
    }
    skipUntil = end.value();
    decoder.decode(bytes, offset, length, start, end);
    firstRecord = records++ == 0 ? start : firstRecord;
    previous = recordStart;
    lastEnd = end;
  }

  private void verify(byte[] bytes, int offset, int length) {
    long before = LogBytes.i64(bytes, offset + 8);
    boolean follows =
        previous == -1 ? Long.compareUnsigned(before, recordStart) < 0 : before == previous;
    crc.reset();
    crc.update(bytes, offset + RECORD_HEADER, length - RECORD_HEADER);
    crc.update(bytes, offset, CRC_AT);
    if ((int) crc.getValue() != LogBytes.i32(bytes, offset + CRC_AT)) {
      throw new Malformed("the record's checksum is wrong");
    }
    if (!follows) {
      throw new Malformed("the record follows " + new Lsn(before) + ", which is not what is there");
    }
  }

  private void end(long where, String why) {
    state = new ScanState.Ended(have > 0 ? new Lsn(recordStart) : new Lsn(where), why);
  }

  private static long aligned(long value) {
    return value + 7 & ~7L;
  }
}
