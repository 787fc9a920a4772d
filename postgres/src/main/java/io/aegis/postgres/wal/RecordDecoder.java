package io.aegis.postgres.wal;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Timeline;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes one verified record apart: the headers of its blocks, then its main data, by resource
 * manager (src/include/access/rmgrlist.h; the numbers have not changed since 15).
 */
final class RecordDecoder {
  /** The size of a record's header, and where in it the checksum is: {@code XLogRecord}. */
  static final int HEADER = 24;

  static final int CHECKSUM = 20;

  /** More of a record is never needed: what can be longer is read as {@link #longEnd}. */
  private static final int MOST = 1 << 20;

  /** The headers behind that of an end of a transaction, which touches no block, and its time. */
  private static final int HEADERS_OF_END = HEADER + 40;

  private static final int XLOG = 0;
  private static final int XACT = 1;
  private static final int SMGR = 2;
  private static final int TABLESPACE = 5;
  private static final int STANDBY = 8;
  private static final int HEAP2 = 9;
  private static final int HEAP = 10;

  // XLR_BLOCK_ID_…, xlogrecord.h
  private static final int DATA_SHORT = 255;
  private static final int DATA_LONG = 254;
  private static final int ORIGIN = 253;
  private static final int TOPLEVEL_XID = 252;
  private static final int MAX_BLOCK = 32;

  private final Detail detail;
  private final Consumer<WalEvent> sink;
  private WalVersion version = WalVersion.PG18;

  RecordDecoder(Detail detail, Consumer<WalEvent> sink) {
    this.detail = detail;
    this.sink = sink;
  }

  void version(WalVersion seen) {
    version = seen;
  }

  /** Whether the rest of the segment is empty: XLOG_SWITCH. */
  static boolean isSwitch(byte[] bytes, int offset) {
    return bytes[offset + 17] == XLOG && (bytes[offset + 16] & 0xF0) == 0x40;
  }

  /** Whether anything is told of a record. */
  boolean isWanted(byte[] bytes, int offset) {
    return switch (bytes[offset + 17] & 0xFF) {
      case XLOG, XACT, TABLESPACE, STANDBY -> true;
      case SMGR, HEAP, HEAP2 -> detail == Detail.ROWS;
      default -> false;
    };
  }

  /**
   * How much of a record's beginning must be kept to decode it. Main data can be long where a whole
   * row is in it ({@code REPLICA IDENTITY FULL}); what is told of that row stands before it.
   *
   * @param header its first {@link #HEADER} bytes
   */
  int keeps(byte[] header, int length) {
    if (!isWanted(header, 0)) {
      return HEADER;
    }
    boolean end = header[17] == XACT && TransactionRecords.outcome(header[16]).isPresent();
    return length <= MOST ? length : end ? HEADERS_OF_END : MOST;
  }

  /**
   * What reads the rest of a record of which only the beginning is kept, if it is needed.
   *
   * @param kept of a record as {@link #keeps} tells
   */
  @Nullable
  TransactionEndReader longEnd(LogBytes kept) {
    var head = head(kept);
    if (kept.kept() != HEADERS_OF_END - HEADER) {
      return null;
    }
    var outcome = TransactionRecords.outcome(head.info()).orElseThrow();
    var reader = new TransactionEndReader(outcome, head.xid(), head.info(), version);
    body(kept).data().giveTo(reader);
    return reader;
  }

  void tell(WalEvent event) {
    sink.accept(event);
  }

  private record RecordHead(int manager, long xid, int info) {}

  private static RecordHead head(LogBytes record) {
    long xid = record.skip(4).u32();
    int info = record.skip(8).u8();
    int manager = record.u8();
    record.skip(6);
    return new RecordHead(manager, xid, info);
  }

  void decode(LogBytes whole, Lsn start, Lsn end) {
    var head = head(whole);
    int manager = head.manager();
    var record = new Parsed(new Head(start, end, head.xid(), head.info()), body(whole));
    switch (manager) {
      case XLOG -> log(record);
      case XACT -> TransactionRecords.decode(record, version, sink);
      case TABLESPACE -> tablespace(record);
      case STANDBY -> standby(record);
      case SMGR -> storage(record);
      case HEAP -> HeapRecords.heap(record, sink);
      case HEAP2 -> HeapRecords.heap2(record, sink);
      default -> throw new IllegalStateException("not wanted: " + manager);
    }
  }

  /** A record's header, as far as decoding needs it. */
  record Head(Lsn start, Lsn end, long xid, int info) {
    /** The operation: the low four bits are the log's own. */
    int operation() {
      return info & 0xF0;
    }
  }

  /**
   * What a record says behind its header.
   *
   * @param relation of block 0; null where the record touches no block
   */
  record Body(@Nullable RelationFile relation, LogBytes data) {}

  /** A record with its headers read. */
  record Parsed(Head head, Body body) {
    LogBytes data() {
      return body.data();
    }

    Lsn start() {
      return head.start();
    }

    Lsn end() {
      return head.end();
    }

    long xid() {
      return head.xid();
    }

    RelationFile block() {
      var relation = body.relation();
      if (relation == null) {
        throw new Malformed("a change of rows without a block");
      }
      return relation;
    }
  }

  /** As DecodeXLogRecord does it: headers until only the data that they announced is left. */
  private static Body body(LogBytes body) {
    RelationFile first = null;
    RelationFile last = null;
    long announced = 0;
    int main = 0;
    while (body.remaining() > announced) {
      int id = body.u8();
      if (id == DATA_SHORT || id == DATA_LONG) {
        main = id == DATA_SHORT ? body.u8() : body.i32();
        announced += main;
        break;
      } else if (id == ORIGIN) {
        body.skip(2);
      } else if (id == TOPLEVEL_XID) {
        body.skip(4);
      } else if (id <= MAX_BLOCK) {
        int flags = body.u8();
        announced += body.u16();
        announced += (flags & 0x10) == 0 ? 0 : image(body);
        last = (flags & 0x80) == 0 ? body.relation() : last;
        first = first == null ? last : first;
        body.skip(4);
      } else {
        throw new Malformed("a record with a block " + id);
      }
    }
    if (announced != body.remaining() || main < 0) {
      throw new Malformed(announced + " bytes announced, " + body.remaining() + " there");
    }
    return new Body(first, body.tail(main));
  }

  /** Reads the header of a full-page image and returns the image's size. */
  private static int image(LogBytes body) {
    int size = body.u16();
    body.skip(2);
    int how = body.u8();
    boolean hole = (how & 0x1) != 0;
    boolean compressed = (how & (0x4 | 0x8 | 0x10)) != 0;
    if (hole && compressed) {
      body.skip(2);
    }
    return size;
  }

  private void log(Parsed record) {
    var data = record.data();
    switch (record.head().operation()) {
      case 0x00 -> checkpoint(record, true);
      case 0x10 -> checkpoint(record, false);
      case 0x40 -> sink.accept(new WalEvent.SegmentSwitch(record.start(), record.end()));
      case 0x50 ->
        sink.accept(new WalEvent.BackupEnd(record.start(), record.end(), new Lsn(data.i64())));
      case 0x60 -> sink.accept(parameters(record));
      case 0x70 -> {
        var time = PgTime.toInstant(data.i64());
        sink.accept(new WalEvent.RestorePoint(record.start(), record.end(), time, data.text(64)));
      }
      case 0x90 -> {
        var time = PgTime.toInstant(data.i64());
        var timeline = timeline(data.u32());
        sink.accept(new WalEvent.EndOfRecovery(
            record.start(), record.end(), time, timeline, timeline(data.u32())));
      }
      default -> {}
    }
  }

  private void checkpoint(Parsed record, boolean shutdown) {
    var redo = new Lsn(record.data().i64());
    sink.accept(new WalEvent.Checkpoint(
        record.start(), record.end(), redo, timeline(record.data().u32()), shutdown));
  }

  private static WalEvent parameters(Parsed record) {
    var data = record.data();
    return new WalEvent.ParameterChange(
        record.start(),
        record.end(),
        data.i32(),
        data.i32(),
        data.i32(),
        data.i32(),
        data.i32(),
        data.i32());
  }

  private static Timeline timeline(long id) {
    if (id == 0) {
      throw new Malformed("timeline 0");
    }
    return new Timeline(id);
  }

  private void storage(Parsed record) {
    var data = record.data();
    switch (record.head().operation()) {
      case 0x10 -> {
        var relation = data.relation();
        sink.accept(new WalEvent.StorageCreate(
            record.start(), record.end(), record.xid(), relation, data.i32()));
      }
      case 0x20 -> {
        long blocks = data.u32();
        sink.accept(new WalEvent.StorageTruncate(
            record.start(), record.end(), record.xid(), data.relation(), blocks));
      }
      default -> {}
    }
  }

  /** {@code xl_tblspc_create_rec}, src/include/commands/tablespace.h. */
  private void tablespace(Parsed record) {
    if (record.head().operation() == 0x00) {
      var data = record.data();
      long number = data.u32();
      sink.accept(new WalEvent.TablespaceCreate(
          record.start(), record.end(), number, data.text(data.remaining())));
    }
  }

  /** {@code xl_running_xacts}, src/include/storage/standbydefs.h. */
  private void standby(Parsed record) {
    if (record.head().operation() != 0x10) {
      return;
    }
    var data = record.data();
    int transactions = data.i32();
    int subtransactions = data.i32();
    boolean overflowed = data.u8() != 0;
    long nextXid = data.skip(3).u32();
    data.skip(8);
    long count = (long) transactions + subtransactions;
    if (count < 0 || count * 4 > data.remaining()) {
      throw new Malformed(count + " running transactions in " + data.remaining() + " bytes");
    }
    int told = (int) Math.min(count, data.kept() / 4);
    var running = new java.util.ArrayList<Long>(told);
    for (int i = 0; i < told; i++) {
      running.add(data.u32());
    }
    sink.accept(new WalEvent.RunningTransactions(
        record.start(), record.end(), nextXid, running, !overflowed && told == count));
  }
}
