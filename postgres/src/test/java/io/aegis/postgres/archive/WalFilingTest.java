package io.aegis.postgres.archive;

import static io.aegis.postgres.archive.ArchiveFixture.BEGIN;
import static io.aegis.postgres.archive.ArchiveFixture.NOON;
import static io.aegis.postgres.archive.ArchiveFixture.ONE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Milestones;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Resolution;
import io.aegis.postgres.SystemIdentifier;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.archive.IncarnationClaim.Origin;
import io.aegis.postgres.wal.SegmentSize;
import io.aegis.repository.Register;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WalFilingTest {
  private final ArchiveFixture fixture = new ArchiveFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  // Red when: WalFiling.same takes ALREADY_PRESENT for success without comparing.
  @Test
  void t26_the_same_part_twice_is_fine_another_content_is_refused() {
    var wal = ArchiveFixture.log();
    var part = fixture.part(wal, BEGIN, BEGIN.plus(9000));
    fixture.part(wal, BEGIN, BEGIN.plus(9000));
    var other = wal.bytes(BEGIN, BEGIN.plus(9000));
    other[8999] ^= 1;
    assertThatThrownBy(() -> fixture.filing.part(ONE, part.span(), other))
        .isInstanceOfSatisfying(
            Refused.class, e -> assertThat(e.code()).isEqualTo(PostgresCode.WAL_CONFLICT));
    assertThat(fixture.archive.content(part)).isEqualTo(wal.bytes(BEGIN, BEGIN.plus(9000)));
  }

  // Red when: WalFiling.same leaves no trace: who was first is never told, and its log is read.
  @Test
  void t27_of_two_who_write_the_same_stretch_the_first_is_refused_too_and_neither_is_read() {
    var wal = ArchiveFixture.log();
    for (int differs : new int[] {0, 4000, 8999}) { // in a stretch of its own each
      var from = BEGIN.plus(differs == 0 ? 0 : differs == 4000 ? 100_000 : 200_000);
      var mine = wal.bytes(from, from.plus(9000));
      var part = fixture.filing.part(ONE, new LogSpan(from, from.plus(9000)), mine);
      fixture.filing.requireAlone(ONE, part.span(), () -> mine);
      var theirs = mine.clone();
      theirs[differs] ^= 1;
      conflict(() -> other().part(ONE, part.span(), theirs));
      conflict(() -> fixture.filing.requireAlone(ONE, part.span(), () -> mine));
      unreadable(part.span());
      int stored = fixture.keys("wal/").size();
      conflict(() -> other().part(ONE, part.span(), theirs));
      assertThat(fixture.keys("wal/")).hasSize(stored);
    }
  }

  // Red when: WalFiling.same leaves a trace where the bytes are the same: a put that was repeated
  // since its acknowledgement was lost.
  @Test
  void an_object_that_is_put_again_leaves_nothing_behind() {
    var wal = ArchiveFixture.log();
    var part = fixture.part(wal, BEGIN, BEGIN.plus(9000));
    var bytes = wal.bytes(BEGIN, BEGIN.plus(9000));
    other().part(ONE, part.span(), bytes);
    other().requireAlone(ONE, part.span(), () -> bytes);
    fixture.filing.requireAlone(ONE, part.span(), () -> bytes);
    assertThat(fixture.keys("wal/")).containsExactly(part.key());
  }

  // Red when: Shipper's look ends with the slice that is being filled: requireAloneBehind.
  @Test
  void t27_a_writer_that_is_late_is_found_in_the_slice_that_was_completed() {
    var wal = ArchiveFixture.log();
    var slice = new LogSpan(BEGIN, BEGIN.plus(ArchiveFixture.SIZE.bytes()));
    fixture.store(wal, slice.to());
    fixture.filing.requireAloneBehind(ONE, slice);
    var span = new LogSpan(BEGIN, BEGIN.plus(9000));
    other().part(ONE, span, wal.bytes(span.from(), span.to()));
    fixture.filing.requireAloneBehind(ONE, slice);
    var next = new LogSpan(span.to(), BEGIN.plus(18_000));
    var theirs = wal.bytes(next.from(), next.to());
    theirs[70] ^= 1;
    other().part(ONE, next, theirs);
    conflict(() -> fixture.filing.requireAloneBehind(ONE, slice));
  }

  // Red when: WalFiling takes an object for one that agrees when the first half of it was compared.
  @Test
  void t27_a_writer_that_is_ahead_is_found_as_soon_as_the_log_differs() {
    var wal = ArchiveFixture.log();
    var theirs = wal.bytes(BEGIN, BEGIN.plus(9000));
    theirs[7000] ^= 1;
    other().part(ONE, new LogSpan(BEGIN, BEGIN.plus(9000)), theirs);
    for (int end : new int[] {5000, 7000}) {
      var span = new LogSpan(BEGIN, BEGIN.plus(end));
      fixture.filing.requireAlone(ONE, span, () -> wal.bytes(span.from(), span.to()));
    }
    var span = new LogSpan(BEGIN, BEGIN.plus(7001));
    conflict(() -> fixture.filing.requireAlone(ONE, span, () -> wal.bytes(span.from(), span.to())));
  }

  // Red when: WalFiling.remove leaves the key among those that agree, where it also stays for good.
  @Test
  void t27_a_part_that_was_merged_and_comes_again_with_other_bytes_is_found() {
    var wal = ArchiveFixture.log();
    var part = fixture.part(wal, BEGIN, BEGIN.plus(5000));
    var whole = new LogSpan(BEGIN, BEGIN.plus(9000));
    var bytes = wal.bytes(whole.from(), whole.to());
    fixture.filing.requireAlone(ONE, part.span(), () -> bytes);
    fixture.filing.merge(ONE, whole, bytes, List.of(part));
    var theirs = wal.bytes(BEGIN, BEGIN.plus(5000));
    theirs[70] ^= 1;
    other().part(ONE, part.span(), theirs);
    conflict(() -> fixture.filing.requireAlone(ONE, whole, () -> bytes));
  }

  // Red when: WalFiling.tidyParts removes parts unread.
  @Test
  void t27_what_contradicts_a_slice_is_not_tidied_away_and_the_stream_is_refused() {
    var wal = ArchiveFixture.log();
    fixture.store(wal, BEGIN.plus(ArchiveFixture.SIZE.bytes()));
    var theirs = wal.bytes(BEGIN, BEGIN.plus(9000));
    theirs[8000] ^= 1;
    var part = other().part(ONE, new LogSpan(BEGIN, BEGIN.plus(9000)), theirs);
    conflict(() -> new CatchUp(fixture.archive, fixture.filing).run(fixture.inventory()));
    assertThat(fixture.keys("wal/")).contains(part.key());
    unreadable(part.span());
  }

  // Red when: CatchUp.compact passes a contradiction by like any damage: it was found when the
  // slice
  // was full and not yet compacted, and either server goes on at its next start.
  @Test
  void t27_a_full_slice_in_parts_that_contradict_is_refused_at_the_next_start_too() {
    var wal = ArchiveFixture.log();
    var end = BEGIN.plus(ArchiveFixture.SIZE.bytes());
    fixture.part(wal, BEGIN, end);
    fixture.filing.mark(ONE, new DurableMark(end, end, NOON, NOON, new Resolution.Edge.Nothing()));
    var theirs = wal.bytes(BEGIN, BEGIN.plus(9000));
    theirs[8000] ^= 1;
    other().part(ONE, new LogSpan(BEGIN, BEGIN.plus(9000)), theirs);
    conflict(() -> new CatchUp(fixture.archive, fixture.filing).run(fixture.inventory()));
  }

  /** Another server that writes the same life, without knowing what this one has stored. */
  private WalFiling other() {
    return new WalFiling(fixture.repository, fixture.claim, Milestones.UNWATCHED);
  }

  private static void conflict(ThrowingCallable work) {
    assertThatThrownBy(work)
        .isInstanceOfSatisfying(
            Refused.class, e -> assertThat(e.code()).isEqualTo(PostgresCode.WAL_CONFLICT));
  }

  private void unreadable(LogSpan span) {
    assertThatThrownBy(() -> fixture.archive.read(fixture.timeline(), span))
        .isInstanceOf(Damaged.class)
        .hasMessageContaining("contradicts");
  }

  // Red when: history() ignores ALREADY_PRESENT.
  @Test
  void t27_a_timeline_of_the_same_number_and_another_history_is_refused() {
    var two = new Timeline(2);
    fixture.filing.history(two, "1\t0/500158\tno recovery target specified\n".getBytes(UTF_8));
    fixture.filing.history(two, "1\t0/500158\tno recovery target specified\n".getBytes(UTF_8));
    assertThatThrownBy(() -> fixture.filing.history(two, "1\t0/600000\tx\n".getBytes(UTF_8)))
        .isInstanceOfSatisfying(
            Refused.class, e -> assertThat(e.code()).isEqualTo(PostgresCode.HISTORY_DIVERGES));
  }

  // Red when: Incarnations registers only the claim that it has just made: the writer of this one
  // was killed before it had.
  @Test
  void a_claim_that_was_never_registered_is_registered_by_the_next_who_streams() {
    var life = new Incarnation("never-registered");
    var claim = fixture.claim;
    var left = new IncarnationClaim(
        life, claim.system(), claim.segments(), claim.origin(), claim.claimed());
    fixture.repository.records().putIfAbsent(WalNames.incarnation(life), left.encode());
    var incarnations = new Incarnations(fixture.repository, TimeSource.system());
    for (int i = 0; i < 2; i++) {
      incarnations.of(claim.id(), claim.system(), claim.segments());
      assertThat(registered()).containsExactly(claim.id(), life);
    }
  }

  // Red when: Incarnations registers every claim of which one object is gone.
  @Test
  void a_claim_that_lost_its_copy_is_not_registered_twice() {
    var claim = fixture.claim;
    fixture.store().delete(WalNames.copy(claim.id()));
    new Incarnations(fixture.repository, TimeSource.system())
        .of(claim.id(), claim.system(), claim.segments());
    assertThat(fixture.store().find(WalNames.copy(claim.id()))).isPresent();
    assertThat(registered()).containsExactly(claim.id());
  }

  private List<Incarnation> registered() {
    return fixture.repository.register().entries().stream()
        .filter(entry -> entry.kind() == Register.Kind.INCARNATION_CLAIMED)
        .map(Incarnations::registered)
        .toList();
  }

  @Test
  void t27_an_incarnation_of_another_cluster_is_refused() {
    var incarnations = new Incarnations(fixture.repository, TimeSource.system());
    assertThatThrownBy(
            () -> incarnations.of(fixture.claim.id(), new SystemIdentifier(1), ArchiveFixture.SIZE))
        .isInstanceOfSatisfying(
            Refused.class, e -> assertThat(e.code()).isEqualTo(PostgresCode.WRONG_CLUSTER));
    assertThatThrownBy(
            () -> incarnations.of(fixture.claim.id(), fixture.claim.system(), SegmentSize.DEFAULT))
        .isInstanceOf(Refused.class);
  }

  @Test
  void two_who_claim_a_life_get_the_same_one_or_are_refused() {
    var incarnations = new Incarnations(fixture.repository, TimeSource.system());
    var again = incarnations.of(fixture.claim.id(), fixture.claim.system(), ArchiveFixture.SIZE);
    assertThat(again).isEqualTo(fixture.claim);
    var origin = new Origin.Fork(fixture.claim.id(), ONE, BEGIN.plus(100));
    var name = new Incarnation("a-recovery");
    var one = incarnations.claimFork(name, fixture.claim, origin);
    assertThat(incarnations.claimFork(name, fixture.claim, origin)).isEqualTo(one);
    var elsewhere = new Origin.Fork(fixture.claim.id(), ONE, BEGIN.plus(200));
    assertThatThrownBy(() -> incarnations.claimFork(name, fixture.claim, elsewhere))
        .isInstanceOf(Refused.class);
    assertThat(fixture.archive.claim(one.id())).contains(one);
    assertThat(fixture.archive.claim(new Incarnation("unheard-of"))).isEmpty();
    assertThat(fixture.repository.register().entries())
        .filteredOn(entry -> entry.kind() == Register.Kind.INCARNATION_CLAIMED)
        .hasSize(2);
  }

  @Test
  void a_gap_is_declared_once_and_registered() {
    var gap = new DeclaredGap(new LogSpan(BEGIN, BEGIN.plus(1 << 20)), "removed", NOON);
    fixture.filing.gap(ONE, gap);
    fixture.filing.gap(ONE, gap);
    assertThat(fixture.timeline().gaps()).containsExactly(gap.span());
    assertThat(fixture.archive.gap(fixture.claim.id(), ONE, gap.span())).isEqualTo(gap);
    assertThat(fixture.repository.register().entries())
        .filteredOn(entry -> entry.kind() == Register.Kind.WAL_GAP_DECLARED)
        .hasSize(1);
  }

  @Test
  void at_least_two_marks_are_always_there() {
    for (int i = 1; i <= 20; i++) {
      fixture.mark(BEGIN.plus(i * 8L));
      if (i >= 2) {
        assertThat(fixture.timeline().marks()).hasSizeBetween(2, 4);
      }
    }
    assertThat(fixture.timeline().durable()).isEqualTo(BEGIN.plus(160));
    assertThat(fixture.archive.durable(fixture.claim.id(), ONE)).isEqualTo(BEGIN.plus(160));
  }
}
