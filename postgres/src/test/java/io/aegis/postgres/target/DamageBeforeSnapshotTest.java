package io.aegis.postgres.target;

import static io.aegis.postgres.archive.ArchiveFixture.BEGIN;
import static io.aegis.postgres.archive.ArchiveFixture.NOON;
import static io.aegis.postgres.archive.ArchiveFixture.ONE;
import static io.aegis.postgres.archive.ArchiveFixture.SIZE;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Progress;
import io.aegis.postgres.BaseBackup;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Moments.Search;
import io.aegis.postgres.Resolution;
import io.aegis.postgres.Target;
import io.aegis.postgres.WalProtection;
import io.aegis.postgres.archive.ArchiveFixture;
import io.aegis.postgres.names.NameBook;
import io.aegis.postgres.wal.MadeUpWal;
import io.aegis.repository.CheckDepth;
import io.aegis.repository.Finding;
import io.aegis.storage.Body;
import io.aegis.storage.ObjectKey;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Log that no snapshot needs is damaged: nothing else is lost by it. */
class DamageBeforeSnapshotTest {
  private final ArchiveFixture fixture = new ArchiveFixture();
  private final MadeUpWal wal = new MadeUpWal(SIZE, ONE, BEGIN);
  private final Lsn second = BEGIN.plus(SIZE.bytes());
  private BaseBackup base;

  @BeforeEach
  void a_snapshot_in_the_second_segment_and_damage_in_the_first() {
    wal.fillTo(BEGIN.plus(500));
    wal.commit(10, NOON);
    wal.fillTo(second.plus(200)); // a record lies on both sides of the boundary
    var begin = wal.filler(100);
    wal.backupEnd(begin);
    base = fixture.base(begin, wal.end());
    wal.commit(11, NOON.plusSeconds(2));
    wal.commit(12, NOON.plusSeconds(4));
    var end = second.plus(2L * SIZE.bytes());
    wal.fillTo(end);
    fixture.store(wal, end);
    var slice = fixture.timeline().pieces().getFirst().key();
    var content = fixture.store().find(slice).orElseThrow();
    content[content.length / 2] ^= 1;
    fixture.store().delete(slice);
    fixture.store().putIfAbsent(slice, Body.of(content));
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  // Red when: LogCheck.readAll looks through no log behind what cannot be read.
  @Test
  void what_breaks_off_behind_it_is_found_all_the_same() {
    var last = fixture.timeline().pieces().getLast();
    assertThat(last.span().from()).isEqualTo(second.plus(SIZE.bytes()));
    var at = last.span().from().plus(SIZE.bytes() / 2);
    var content = wal.bytes(last.span().from(), last.span().to());
    content[(int) at.minus(last.span().from())] ^= 1; // as the server itself wrote it
    fixture.store().delete(last.key());
    summaries().forEach(fixture.store()::delete);
    fixture.filing.part(ONE, last.span(), content);

    assertThat(check()).anyMatch(finding -> finding.what().contains("the log breaks off"));
  }

  private List<Finding> check() {
    return new WalProtection(fixture.repository, List.of(base))
        .check(CheckDepth.READ_DATA, Progress.SILENT);
  }

  private Branches branches() {
    return new Branches(
        fixture.archive, fixture.repository.register(), List.of(base), SeveralLives.NOBODY_ELSE);
  }

  private List<ObjectKey> summaries() {
    return fixture.keys("wal/").stream()
        .filter(key -> key.name().endsWith(".summary"))
        .toList();
  }

  // Red when: LogSearch reads what lies before the record with which a snapshot begins.
  @Test
  void a_moment_is_found_behind_it_with_summaries_and_without() {
    var time = new Target.AtTime(NOON.plusSeconds(3));
    assertThat(branches().resolve(time)).isInstanceOf(Resolution.Present.class);

    summaries().forEach(fixture.store()::delete);

    assertThat(branches().resolve(time)).isInstanceOf(Resolution.Present.class);
    assertThat(branches().resolve(new Target.AtTransaction(11)))
        .isInstanceOf(Resolution.Present.class);
  }

  // Red when: TransactionScan lets the damage through, as it did.
  @Test
  void transactions_behind_it_are_told() {
    assertThat(search(base).transactions())
        .extracting(found -> found.commit().xid())
        .containsExactly(11L, 12L);
    assertThat(search(base).unsearched())
        .singleElement()
        .satisfies(line -> assertThat(line).contains("before " + base.begin(), "under way"));
  }

  @Test
  void what_needs_it_is_told_not_to_be_whole() {
    var search = search(fixture.base(BEGIN.plus(500), wal.end()));

    assertThat(search.unsearched()).anyMatch(line -> line.contains("cannot be read whole"));
  }

  private Search search(BaseBackup snapshot) {
    var branches = new Branches(
        fixture.archive,
        fixture.repository.register(),
        List.of(snapshot),
        SeveralLives.NOBODY_ELSE);
    return new TransactionScan(branches, new NameBook(List.of()))
        .between(NOON.minusSeconds(60), NOON.plusSeconds(60), 0);
  }

  // Red when: LogCheck.summary calls one lost that cannot be compared: its repair was to delete it;
  // or LogCheck.readAll calls all of a stretch lost in which a piece is.
  @Test
  void a_check_names_what_is_damaged_and_nothing_beside_it() {
    var damaged = fixture.timeline().pieces().getFirst();

    assertThat(check())
        .singleElement()
        .satisfies(
            finding -> assertThat(finding.subject()).isEqualTo(damaged.key().name()))
        .extracting(Finding::consequence)
        .asString()
        .doesNotContain(base.id().value());
  }
}
