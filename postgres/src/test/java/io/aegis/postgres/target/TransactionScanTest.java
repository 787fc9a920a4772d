package io.aegis.postgres.target;

import static io.aegis.postgres.archive.ArchiveFixture.BEGIN;
import static io.aegis.postgres.archive.ArchiveFixture.NOON;
import static io.aegis.postgres.archive.ArchiveFixture.ONE;
import static io.aegis.postgres.archive.ArchiveFixture.SIZE;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.postgres.Lsn;
import io.aegis.postgres.Moments.Search;
import io.aegis.postgres.Moments.Transaction;
import io.aegis.postgres.archive.ArchiveFixture;
import io.aegis.postgres.archive.CatchUp;
import io.aegis.postgres.archive.DeclaredGap;
import io.aegis.postgres.archive.LogSpan;
import io.aegis.postgres.names.NameBook;
import io.aegis.postgres.wal.MadeUpWal;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The search for a mistake, where log is missing. */
class TransactionScanTest {
  private final ArchiveFixture fixture = new ArchiveFixture();
  private final MadeUpWal wal = new MadeUpWal(SIZE, ONE, BEGIN);
  private final Lsn lost = BEGIN.plus(SIZE.bytes());
  private final Lsn behind = lost.plus(SIZE.bytes());

  @AfterEach
  void close() {
    fixture.close();
  }

  /** A transaction in each of four segments, an hour apart; the second segment is never stored. */
  private void storeWithAHole() {
    for (int i = 0; i < 4; i++) {
      wal.fillTo(BEGIN.plus(i * (long) SIZE.bytes() + 500));
      wal.commit(10 + i, at(i));
    }
    wal.fillTo(BEGIN.plus(4L * SIZE.bytes()));
    fixture.part(wal, BEGIN, lost);
    fixture.mark(lost);
    fixture.part(wal, behind, behind.plus(SIZE.bytes()));
    fixture.part(wal, behind.plus(SIZE.bytes()), behind.plus(2L * SIZE.bytes()));
    fixture.mark(behind.plus(2L * SIZE.bytes()));
    new CatchUp(fixture.archive, fixture.filing).run(fixture.inventory());
  }

  private static Instant at(double hours) {
    return NOON.plusSeconds((long) (hours * 3600));
  }

  private Search search(Lsn snapshot, double from, double to) {
    var bases = List.of(fixture.base(snapshot, snapshot.plus(400)));
    var branches = new Branches(
        fixture.archive, fixture.repository.register(), bases, SeveralLives.NOBODY_ELSE);
    return new TransactionScan(branches, new NameBook(List.of())).between(at(from), at(to), 0);
  }

  private static List<Long> xids(Search search) {
    return search.transactions().stream().map(found -> found.commit().xid()).toList();
  }

  // Red when: TransactionScan.between reads the stretch of the oldest snapshot alone, or says
  // nothing of what is missing between two.
  @Test
  void what_was_committed_behind_a_gap_is_found_and_the_gap_is_told() {
    storeWithAHole();
    fixture.filing.gap(ONE, new DeclaredGap(new LogSpan(lost, behind), "removed", NOON));
    var all = search(BEGIN.plus(40), -1, 5);
    assertThat(xids(all)).containsExactly(10L, 12L, 13L);
    assertThat(all.unsearched()).singleElement().asString().contains(lost + " to " + behind);
    var within = search(BEGIN.plus(40), 0.5, 1.5);
    assertThat(xids(within)).isEmpty();
    assertThat(within.unsearched()).hasSize(1);
  }

  // Red when: BranchTargets.obstacle does not look at the snapshots, or not how far each reaches.
  @Test
  void what_cannot_be_recovered_to_is_told_with_the_reason() {
    storeWithAHole();
    var early = search(BEGIN.plus(40), -1, 5);
    assertThat(early.transactions())
        .extracting(Transaction::obstacle)
        .containsExactly("", "behind missing log", "behind missing log");
    var late = search(BEGIN.plus(600), -1, 5);
    assertThat(late.transactions())
        .extracting(Transaction::obstacle)
        .containsExactly("before the oldest snapshot", "behind missing log", "behind missing log");
  }

  // Red when: TransactionScan.unsearched names a gap that surely lies before or behind.
  @Test
  void a_gap_of_another_time_is_not_told() {
    storeWithAHole();
    assertThat(search(BEGIN.plus(40), 2.5, 5).unsearched()).isEmpty();
    assertThat(xids(search(BEGIN.plus(40), 2.5, 5))).containsExactly(13L);
    assertThat(search(BEGIN.plus(40), -2, -1).unsearched()).isEmpty();
  }

  // Red when: TransactionScan begins where the log of the oldest snapshot is, and that is gone.
  @Test
  void where_the_log_of_the_oldest_snapshot_is_gone_the_rest_is_searched() {
    storeWithAHole();
    var search = search(lost.plus(40), -1, 5);
    assertThat(xids(search)).containsExactly(12L, 13L);
    assertThat(search.unsearched()).singleElement().asString().contains(lost + " to " + behind);
  }

  // Red when: TransactionScan.unsearched leaves out what a mark says was durable.
  @Test
  void a_tail_that_is_missing_is_told() {
    storeWithAHole();
    var end = behind.plus(2L * SIZE.bytes());
    fixture.mark(end.plus(1000));
    assertThat(search(behind.plus(40), 2.5, 5).unsearched())
        .singleElement()
        .asString()
        .contains(end + " to " + end.plus(1000));
  }

  // Red when: TransactionScan keeps all that it finds.
  @Test
  void of_very_many_transactions_the_first_are_kept_and_the_others_counted() {
    wal.fillTo(BEGIN.plus(500));
    for (int i = 0; i < 10_005; i++) {
      wal.commit(100 + i, at(0));
    }
    fixture.part(wal, BEGIN, wal.end());
    fixture.mark(wal.end());
    var search = search(BEGIN.plus(40), -1, 1);
    assertThat(search.transactions()).hasSize(10_000);
    assertThat(search.unsearched()).singleElement().asString().contains("5 later ones");
  }
}
