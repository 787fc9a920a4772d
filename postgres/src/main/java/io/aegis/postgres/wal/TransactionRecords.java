package io.aegis.postgres.wal;

import io.aegis.postgres.wal.RecordDecoder.Parsed;
import io.aegis.postgres.wal.WalEvent.Outcome;
import java.util.List;
import java.util.function.Consumer;

/** Ends of transactions: ParseCommitRecord and ParseAbortRecord of rmgrdesc/xactdesc.c. */
final class TransactionRecords {
  // XLOG_XACT_…, src/include/access/xact.h
  private static final int OPERATION = 0x70;
  private static final int HAS_INFO = 0x80;

  // XACT_XINFO_HAS_…
  private static final int DATABASE = 1;
  private static final int SUBTRANSACTIONS = 1 << 1;
  private static final int RELATIONS = 1 << 2;
  private static final int INVALIDATIONS = 1 << 3;
  private static final int PREPARED = 1 << 4;
  private static final int DROPPED_STATS = 1 << 8;

  private static final int INVALIDATION_BYTES = 16;

  private TransactionRecords() {}

  static void decode(Parsed record, WalVersion version, Consumer<WalEvent> sink) {
    switch (record.head().info() & OPERATION) {
      case 0x00 -> end(record, Outcome.COMMIT, version, sink);
      case 0x10 -> prepare(record, sink);
      case 0x20 -> end(record, Outcome.ABORT, version, sink);
      case 0x30 -> end(record, Outcome.COMMIT_PREPARED, version, sink);
      case 0x40 -> end(record, Outcome.ABORT_PREPARED, version, sink);
      default -> {}
    }
  }

  private static void end(
      Parsed record, Outcome outcome, WalVersion version, Consumer<WalEvent> sink) {
    var data = record.data();
    var time = PgTime.toInstant(data.i64());
    int has = (record.head().info() & HAS_INFO) == 0 ? 0 : data.i32();
    if ((has & DATABASE) != 0) {
      data.skip(8);
    }
    List<Long> subtransactions = (has & SUBTRANSACTIONS) == 0 ? List.of() : data.u32s();
    List<RelationFile> dropped = (has & RELATIONS) == 0 ? List.of() : data.relations();
    if ((has & DROPPED_STATS) != 0) {
      data.skip(data.count(version.droppedStatsBytes()) * version.droppedStatsBytes());
    }
    if ((has & INVALIDATIONS) != 0 && outcome.isCommit()) {
      data.skip(data.count(INVALIDATION_BYTES) * INVALIDATION_BYTES);
    }
    long xid = (has & PREPARED) == 0 ? record.xid() : data.u32();
    sink.accept(new WalEvent.TransactionEnd(
        record.start(), record.end(), outcome, xid, time, subtransactions, dropped));
  }

  /** {@code xl_xact_prepare}: magic, length, xid, database, then the time. */
  private static void prepare(Parsed record, Consumer<WalEvent> sink) {
    var data = record.data().skip(8);
    long xid = data.u32();
    var time = PgTime.toInstant(data.skip(4).i64());
    sink.accept(new WalEvent.Prepare(record.start(), record.end(), xid, time));
  }
}
