package io.aegis.postgres.wal;

import io.aegis.postgres.Lsn;
import io.aegis.postgres.Timeline;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Writes a log as PostgreSQL 17 does, page by page and record by record, without a server: for
 * tests that need a certain moment at a certain place. {@code WalScannerIT} holds the reader
 * against real servers; this only has to agree with the reader.
 */
@SuppressWarnings("ByteBufferBackingArray") // every buffer here was made by allocate
public final class MadeUpWal {
  private static final int PAGE = 8192;
  private static final long SYSTEM = 4711;

  private final SegmentSize segments;
  private final Lsn begin;
  private ByteBuffer out = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
  private Timeline timeline;
  private long previous;

  /** A log that begins with a segment. */
  public MadeUpWal(SegmentSize segments, Timeline timeline, Lsn begin) {
    this.segments = segments;
    this.timeline = timeline;
    this.begin = begin;
    this.previous = begin.value() - 8;
  }

  /** The same log so far, to be continued in another way. */
  public MadeUpWal fork(Timeline next) {
    var copy = new MadeUpWal(segments, next, begin);
    copy.out = ByteBuffer.allocate(out.capacity()).order(ByteOrder.LITTLE_ENDIAN);
    copy.out.put(out.array(), 0, out.position());
    copy.previous = previous;
    return copy;
  }

  /** The position of the next record. */
  public Lsn end() {
    return begin.plus(out.position());
  }

  /** Everything from one position to another. */
  public byte[] bytes(Lsn from, Lsn to) {
    return Arrays.copyOfRange(out.array(), (int) from.minus(begin), (int) to.minus(begin));
  }

  /** Adds a commit and returns where its record begins. */
  public Lsn commit(long xid, Instant time) {
    return record(1, 0x00, xid, data(buffer(8).putLong(PgTime.ofInstant(time))));
  }

  /** Adds a commit with subtransactions of the numbers that follow its own. */
  public Lsn commit(long xid, Instant time, int subtransactions) {
    var body = buffer(16 + 4 * subtransactions).putLong(PgTime.ofInstant(time));
    body.putInt(2).putInt(subtransactions);
    for (int i = 1; i <= subtransactions; i++) {
      body.putInt((int) xid + i);
    }
    return record(1, 0x80, xid, data(body));
  }

  /** Adds an abort and returns where its record begins. */
  public Lsn abort(long xid, Instant time) {
    return record(1, 0x20, xid, data(buffer(8).putLong(PgTime.ofInstant(time))));
  }

  /** Adds a restore point and returns where its record begins. */
  public Lsn restorePoint(String name, Instant time) {
    return restorePoint(name.getBytes(java.nio.charset.StandardCharsets.UTF_8), time);
  }

  /** Adds one that was made in a database of any encoding. */
  public Lsn restorePoint(byte[] name, Instant time) {
    var body = buffer(72).putLong(PgTime.ofInstant(time));
    body.put(name);
    return record(0, 0x70, 0, data(body.position(72)));
  }

  /** Adds the end of a base backup and returns where its record begins. */
  public Lsn backupEnd(Lsn begun) {
    return record(0, 0x50, 0, data(buffer(8).putLong(begun.value())));
  }

  /** Adds the making of a tablespace and returns where its record begins. */
  public Lsn tablespace(int number, String directory) {
    byte[] path = directory.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    return record(5, 0x00, 0, data(buffer(path.length + 5).putInt(number).put(path)));
  }

  /** Adds a log switch: the rest of the segment is zeros. Returns where its record begins. */
  public Lsn switchSegment() {
    var start = record(0, 0x40, 0, new byte[0]);
    int rest = (int) segments.ceiling(end()).minus(end());
    room(rest).position(out.position() + rest);
    return start;
  }

  /** Adds a record that means nothing, of about that size. */
  public Lsn filler(int bytes) {
    return record(21, 0x00, 0, data(buffer(bytes).position(bytes)));
  }

  /** Adds records that mean nothing until a position is reached or passed. */
  public MadeUpWal fillTo(Lsn lsn) {
    while (end().isBefore(lsn)) {
      filler((int) Math.min(6000, Math.max(16, lsn.minus(end()) - 40)));
    }
    return this;
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Main data behind its header. */
  private static byte[] data(ByteBuffer body) {
    byte[] bytes = body.array();
    var out = buffer(bytes.length + 5);
    if (bytes.length < 256) {
      out.put((byte) 255).put((byte) bytes.length);
    } else {
      out.put((byte) 254).putInt(bytes.length);
    }
    out.put(bytes);
    return Arrays.copyOf(out.array(), out.position());
  }

  private Lsn record(int manager, int info, long xid, byte[] body) {
    var record = buffer(24 + body.length);
    record.putInt(24 + body.length).putInt((int) xid).putLong(previous);
    record.put((byte) info).put((byte) manager).putShort((short) 0).putInt(0).put(body);
    var crc = new CRC32C();
    crc.update(record.array(), 24, body.length);
    crc.update(record.array(), 0, 20);
    record.putInt(20, (int) crc.getValue());
    pageHeader(0);
    previous = end().value();
    var start = end();
    write(record.array());
    room(8).position(out.position() + 7 & ~7);
    return start;
  }

  private void write(byte[] record) {
    int done = 0;
    while (done < record.length) {
      pageHeader(record.length - done);
      int count = Math.min(record.length - done, PAGE - out.position() % PAGE);
      room(count).put(record, done, count);
      done += count;
    }
  }

  /** Begins a page where one begins; {@code remaining} bytes of a record are still to come. */
  private void pageHeader(int remaining) {
    if (out.position() % PAGE != 0) {
      return;
    }
    boolean first = segments.offsetOf(end()) == 0;
    int flags = (remaining > 0 ? 1 : 0) | (first ? 2 : 0);
    long address = end().value();
    room(40).putShort((short) 0xD116).putShort((short) flags).putInt((int) timeline.id());
    out.putLong(address).putInt(remaining).putInt(0);
    if (first) {
      out.putLong(SYSTEM).putInt(segments.bytes()).putInt(PAGE);
    }
  }

  private ByteBuffer room(int count) {
    while (out.remaining() < count) {
      var larger = ByteBuffer.allocate(out.capacity() * 2).order(ByteOrder.LITTLE_ENDIAN);
      out = larger.put(out.array(), 0, out.position());
    }
    return out;
  }
}
