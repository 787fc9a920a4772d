package io.aegis.postgres.wal;

import io.aegis.postgres.wal.RecordDecoder.Parsed;
import io.aegis.postgres.wal.WalEvent.Outcome;
import java.util.Optional;
import java.util.function.Consumer;

/** What becomes of transactions: src/include/access/xact.h. */
final class TransactionRecords {
  private static final int OPERATION = 0x70;
  private static final int PREPARE = 0x10;

  private TransactionRecords() {}

  /** How a transaction ended, if a record with that info ends one. */
  static Optional<Outcome> outcome(int info) {
    return switch (info & OPERATION) {
      case 0x00 -> Optional.of(Outcome.COMMIT);
      case 0x20 -> Optional.of(Outcome.ABORT);
      case 0x30 -> Optional.of(Outcome.COMMIT_PREPARED);
      case 0x40 -> Optional.of(Outcome.ABORT_PREPARED);
      default -> Optional.empty();
    };
  }

  static void decode(Parsed record, WalVersion version, Consumer<WalEvent> sink) {
    int info = record.head().info();
    var outcome = outcome(info);
    if (outcome.isPresent()) {
      var reader = new TransactionEndReader(outcome.get(), record.xid(), info, version);
      record.data().giveTo(reader);
      sink.accept(reader.event(record.start(), record.end()));
    } else if ((info & OPERATION) == PREPARE) {
      prepare(record, sink);
    }
  }

  /** {@code xl_xact_prepare}: magic, length, xid, database, then the time. */
  private static void prepare(Parsed record, Consumer<WalEvent> sink) {
    var data = record.data().skip(8);
    long xid = data.u32();
    var time = PgTime.toInstant(data.skip(4).i64());
    sink.accept(new WalEvent.Prepare(record.start(), record.end(), xid, time));
  }
}
