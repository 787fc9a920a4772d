package io.aegis.postgres.wal;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.wal.WalEvent.Outcome;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;

/**
 * Reads the end of a transaction as its bytes come: ParseCommitRecord and ParseAbortRecord of
 * rmgrdesc/xactdesc.c. Such a record lists every subtransaction, every relation dropped and every
 * change of a catalogue, so it can have hundreds of MiB; what is kept of the lists is bounded.
 */
final class TransactionEndReader {
  /** One that has more is told as {@link WalEvent.TransactionEnd#whole} says. */
  static final int MOST_SUBTRANSACTIONS = 1 << 20;

  static final int MOST_RELATIONS = 1 << 18;

  private static final int HAS_INFO = 0x80; // XLOG_XACT_…, src/include/access/xact.h

  /** In the order of the record, with XACT_XINFO_HAS_… */
  private enum Section {
    TIME(8, 0),
    INFO(4, 0),
    DATABASE(8, 1),
    SUBTRANSACTIONS(4, 1 << 1),
    RELATIONS(12, 1 << 2),
    DROPPED_STATS(16, 1 << 8),
    INVALIDATIONS(16, 1 << 3),
    PREPARED(4, 1 << 4),
    REST(0, 0);

    private final int size;
    private final int flag;

    Section(int size, int flag) {
      this.size = size;
      this.flag = flag;
    }

    private boolean isList() {
      return switch (this) {
        case SUBTRANSACTIONS, RELATIONS, DROPPED_STATS, INVALIDATIONS -> true;
        case TIME, INFO, DATABASE, PREPARED, REST -> false;
      };
    }
  }

  private static final List<Section> IN_ORDER = List.of(Section.values());

  private final Outcome outcome;
  private final int info;
  private final WalVersion version;
  private final Numbers subtransactions = new Numbers(1);
  private final Numbers dropped = new Numbers(3);
  private final byte[] item = new byte[16];
  private int have;

  private final Iterator<Section> sections = IN_ORDER.iterator();
  private Section section = sections.next();
  private boolean counting;
  private int left = 1;

  private long xid;
  private Instant time = Instant.EPOCH;
  private int has;
  private boolean whole = true;
  private long lowest = Long.MAX_VALUE;
  private long highest = -1;

  /**
   * @param xid of the record; a prepared transaction's is in it
   * @param info of the record
   */
  TransactionEndReader(Outcome outcome, long xid, int info, WalVersion version) {
    this.outcome = outcome;
    this.xid = xid;
    this.info = info;
    this.version = version;
  }

  /** Takes the next bytes of the record's main data; they are not kept. */
  void feed(byte[] bytes, int offset, int length) {
    int at = offset;
    int end = offset + length;
    while (at < end && section != Section.REST) {
      int size = size();
      int count = Math.min(end - at, size - have);
      if (count == size) {
        take(bytes, at);
      } else {
        System.arraycopy(bytes, at, item, have, count);
        have += count;
        if (have == size) {
          have = 0;
          take(item, 0);
        }
      }
      at += count;
    }
  }

  private int size() {
    if (counting) {
      return 4;
    }
    return section == Section.DROPPED_STATS ? version.droppedStatsBytes() : section.size;
  }

  private void take(byte[] bytes, int at) {
    if (counting) {
      counting = false;
      left = LogBytes.i32(bytes, at);
      if (left < 0) {
        throw new Malformed("the end of a transaction with " + left + " " + section);
      }
    } else {
      item(bytes, at);
      left--;
    }
    if (left == 0) {
      do {
        section = sections.next();
      } while (!isThere());
      counting = section.isList();
      left = 1;
    }
  }

  private boolean isThere() {
    return switch (section) {
      case TIME, REST -> true;
      case INFO -> (info & HAS_INFO) != 0;
      case INVALIDATIONS -> outcome.isCommit() && (has & section.flag) != 0;
      case DATABASE, SUBTRANSACTIONS, RELATIONS, DROPPED_STATS, PREPARED ->
        (has & section.flag) != 0;
    };
  }

  private void item(byte[] bytes, int at) {
    switch (section) {
      case TIME -> time = PgTime.toInstant(LogBytes.i64(bytes, at));
      case INFO -> has = LogBytes.i32(bytes, at);
      case SUBTRANSACTIONS -> subtransaction(bytes, at);
      case RELATIONS -> {
        whole &= dropped.count() < MOST_RELATIONS;
        if (dropped.count() < MOST_RELATIONS) {
          dropped.add(bytes, at);
        }
      }
      case PREPARED -> xid = LogBytes.i32(bytes, at) & 0xFFFF_FFFFL;
      case DATABASE, DROPPED_STATS, INVALIDATIONS, REST -> {}
    }
  }

  private void subtransaction(byte[] bytes, int at) {
    if (subtransactions.count() < MOST_SUBTRANSACTIONS) {
      subtransactions.add(bytes, at);
    } else {
      long number = LogBytes.i32(bytes, at) & 0xFFFF_FFFFL;
      lowest = Math.min(lowest, number);
      highest = Math.max(highest, number);
      whole = false;
    }
  }

  /**
   * What was read.
   *
   * @throws Malformed if the record ended before everything that it announced
   */
  WalEvent.TransactionEnd event(Lsn start, Lsn end) {
    if (section != Section.REST) {
      throw new Malformed("the end of a transaction that ends within its " + section);
    }
    if (highest >= 0) {
      subtransactions.add((int) lowest);
      subtransactions.add((int) highest);
      highest = -1;
    }
    return new WalEvent.TransactionEnd(
        start,
        end,
        outcome,
        xid,
        time,
        subtransactions.as((numbers, i) -> numbers[i] & 0xFFFF_FFFFL),
        dropped.as((numbers, i) -> new RelationFile(
            numbers[3 * i] & 0xFFFF_FFFFL,
            numbers[3 * i + 1] & 0xFFFF_FFFFL,
            numbers[3 * i + 2] & 0xFFFF_FFFFL)),
        whole);
  }
}
