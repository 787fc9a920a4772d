package io.aegis.postgres.wal;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.SystemIdentifier;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * Reads the log from bytes as they arrive and tells what its records say.
 *
 * <p>Invariants: an event is told once its record is complete and its checksum right, in the order
 * of the log, never twice; records follow each other without a gap ({@code xl_prev}); after
 * anything but {@link ScanState.Reading} no event follows. Memory is bounded, whatever the size of
 * a record ({@link RecordInPieces}).
 *
 * <p>A scan begins at a page: the rest of a record that began before is skipped, as its header
 * announces ({@code xlp_rem_len}). Not for use by more than one thread.
 */
public final class WalScanner {
  /** {@code XLOG_BLCKSZ}: every packaged PostgreSQL is built with it. */
  public static final int PAGE = 8192;

  private static final int MOST = 1020 << 20; // XLogRecordMaxSize
  private static final ScanState READING = new ScanState.Reading();

  private final SegmentSize segments;
  private final RecordDecoder decoder;
  private final CRC32C crc = new CRC32C();
  private final byte[] header = new byte[PageHeader.LONG];
  private int headerHave;

  private final RecordInPieces record;
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
    this.record = new RecordInPieces(decoder);
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
            new Lsn(record.isBegun() ? recordStart : at), String.valueOf(e.getMessage()));
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
      record.clear();
      previous = -1;
      synced = true;
    } else if (seen.continuesRecord()) {
      continueRecord(page, size, seen.remaining());
    } else if (record.isBegun()) {
      throw new Malformed("the record at " + new Lsn(recordStart) + " does not go on");
    } else {
      synced = true;
    }
  }

  private void continueRecord(long page, int size, long remaining) {
    if (record.isBegun()) {
      if (remaining != record.missing()) {
        throw new Malformed(
            record.missing() + " bytes of a record are missing, and the page has " + remaining);
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
    if (!record.isBegun()) {
      recordStart = at;
      if (available >= RecordDecoder.HEADER) {
        int whole = LogBytes.i32(bytes, i);
        if (whole >= RecordDecoder.HEADER && whole <= available) {
          inPlace(bytes, i, whole);
          return advance(whole);
        }
      }
    }
    int count = Math.min(available, record.takes());
    record.add(bytes, i, count);
    at += count;
    if (record.tellsLength()) {
      begin(record.length());
    } else if (record.isComplete()) {
      inPieces();
    }
    return count;
  }

  private void begin(int length) {
    if (length == 0) {
      end(recordStart, "zeros follow");
    } else if (length < RecordDecoder.HEADER || length > MOST) {
      throw new Malformed("a record of " + length + " bytes");
    }
    record.expect(length);
  }

  /** A record that lies in the bytes that were fed; {@code at} still stands before it. */
  private void inPlace(byte[] bytes, int offset, int length) {
    crc.reset();
    crc.update(bytes, offset + RecordDecoder.HEADER, length - RecordDecoder.HEADER);
    crc.update(bytes, offset, RecordDecoder.CHECKSUM);
    verify(bytes, offset, (int) crc.getValue());
    var end = behind(bytes, offset, at + length);
    if (decoder.isWanted(bytes, offset)) {
      decoder.decode(new LogBytes(bytes, offset, length, length), new Lsn(recordStart), end);
    }
    told(end);
  }

  /** A record that was gathered; {@code at} stands behind it. */
  private void inPieces() {
    verify(record.kept(), 0, record.checksum());
    var end = behind(record.kept(), 0, at);
    if (decoder.isWanted(record.kept(), 0)) {
      record.decode(new Lsn(recordStart), end);
    }
    record.clear();
    told(end);
  }

  /** Where the next record can begin. */
  private Lsn behind(byte[] bytes, int offset, long after) {
    var end = new Lsn(aligned(after));
    return RecordDecoder.isSwitch(bytes, offset) ? segments.ceiling(end) : end;
  }

  private void told(Lsn end) {
    skipUntil = end.value();
    firstRecord = records++ == 0 ? new Lsn(recordStart) : firstRecord;
    previous = recordStart;
    lastEnd = end;
  }

  private void verify(byte[] bytes, int offset, int checksum) {
    long before = LogBytes.i64(bytes, offset + 8);
    boolean follows =
        previous == -1 ? Long.compareUnsigned(before, recordStart) < 0 : before == previous;
    if (checksum != LogBytes.i32(bytes, offset + RecordDecoder.CHECKSUM)) {
      throw new Malformed("the record's checksum is wrong");
    }
    if (!follows) {
      throw new Malformed("the record follows " + new Lsn(before) + ", which is not what is there");
    }
  }

  private void end(long where, String why) {
    state = new ScanState.Ended(record.isBegun() ? new Lsn(recordStart) : new Lsn(where), why);
  }

  private static long aligned(long value) {
    return value + 7 & ~7L;
  }
}
