package io.aegis.postgres.wal;

import io.aegis.postgres.wal.RecordDecoder.Parsed;
import io.aegis.postgres.wal.WalEvent.Change;
import java.util.function.Consumer;

/** What happened to rows: src/include/access/heapam_xlog.h. */
final class HeapRecords {
  private static final int OPERATION = 0x70;
  private static final int DELETE_IS_SUPER = 1 << 3;

  private HeapRecords() {}

  static void heap(Parsed record, Consumer<WalEvent> sink) {
    switch (record.head().info() & OPERATION) {
      case 0x00 -> rows(record, Change.INSERT, 1, sink);
      case 0x10 -> {
        // The flags follow xmax, offset and infobits. A "super" delete takes a speculative
        // insert back that turned out to conflict (INSERT … ON CONFLICT).
        boolean takenBack = (record.data().skip(7).u8() & DELETE_IS_SUPER) != 0;
        rows(record, takenBack ? Change.INSERT : Change.DELETE, takenBack ? -1 : 1, sink);
      }
      case 0x20, 0x40 -> rows(record, Change.UPDATE, 1, sink);
      case 0x30 -> truncate(record, sink);
      default -> {}
    }
  }

  static void heap2(Parsed record, Consumer<WalEvent> sink) {
    if ((record.head().info() & OPERATION) == 0x50) {
      // One byte of flags, one of padding, then the number of rows.
      rows(record, Change.INSERT, record.data().skip(2).u16(), sink);
    }
  }

  private static void rows(Parsed record, Change change, int rows, Consumer<WalEvent> sink) {
    sink.accept(new WalEvent.RowChange(
        record.start(), record.end(), record.xid(), record.block(), change, rows));
  }

  /** {@code xl_heap_truncate}: the flags are one byte, padded to four. */
  private static void truncate(Parsed record, Consumer<WalEvent> sink) {
    var data = record.data();
    long database = data.u32();
    int count = data.i32();
    data.skip(4);
    var tables = new java.util.ArrayList<Long>();
    for (int i = 0; i < count; i++) {
      tables.add(data.u32());
    }
    sink.accept(
        new WalEvent.TableTruncate(record.start(), record.end(), record.xid(), database, tables));
  }
}
