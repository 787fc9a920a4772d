package io.aegis.postgres.stream;

import static io.aegis.postgres.archive.ArchiveFixture.BEGIN;
import static io.aegis.postgres.archive.ArchiveFixture.NOON;
import static io.aegis.postgres.archive.ArchiveFixture.ONE;
import static io.aegis.postgres.archive.ArchiveFixture.SIZE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Progress;
import io.aegis.postgres.ConnectionSettings;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.WalProtection;
import io.aegis.postgres.WalStream;
import io.aegis.postgres.archive.ArchiveFixture;
import io.aegis.postgres.archive.CatchUp;
import io.aegis.postgres.archive.DeclaredGap;
import io.aegis.postgres.archive.DurableMark;
import io.aegis.postgres.archive.LogSpan;
import io.aegis.postgres.archive.Piece;
import io.aegis.postgres.wal.MadeUpWal;
import io.aegis.repository.CheckDepth;
import io.aegis.repository.Finding;
import io.aegis.repository.Ports;
import io.aegis.storage.Body;
import io.aegis.storage.ObjectKey;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Damage of the newest log, met by a stream that begins; the server is made up. */
class TipMendingTest {
  private static final Lsn SLICE = BEGIN.plus(2L * SIZE.bytes());
  private static final Lsn END = SLICE.plus(300_000);

  private final ArchiveFixture fixture = new ArchiveFixture();
  private final MadeUpWal wal = ArchiveFixture.log();

  @BeforeEach
  void two_slices_and_three_parts() {
    fixture.store(wal, SLICE);
    for (int i = 0; i < 3; i++) {
      fixture.part(wal, SLICE.plus(i * 100_000L), SLICE.plus((i + 1) * 100_000L));
    }
    mark();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  // Red when: Resumption.of lets the damage through; the cover does not begin with the slice; or
  // WalArchive.read takes the damaged part where another reaches further.
  @Test
  void a_damaged_part_is_stored_anew_in_one_that_covers_it() throws InterruptedException {
    damage(parts().getFirst().key());
    var goal = tip().goal(WalStreamer.ENDLESS).orElseThrow();
    assertThat(goal).isEqualTo(END);
    mend(wal, goal);
    assertThat(parts()).singleElement().satisfies(cover -> {
      assertThat(cover.span().from()).isEqualTo(SLICE);
      assertThat(cover.span().to()).isGreaterThanOrEqualTo(END);
    });
    requireWhole();
  }

  @Test
  void any_of_the_parts_may_be_the_damaged_one() throws InterruptedException {
    damage(parts().get(1).key());
    damage(parts().get(2).key());
    assertThat(tip().unreadable()).isEqualTo(new LogSpan(SLICE.plus(100_000), END));
    mend(wal, END);
    requireWhole();
  }

  // Red when: the slice counts as whole as long as every part that is listed can be read.
  @Test
  void a_part_that_is_gone_is_fetched_again_as_well() throws InterruptedException {
    fixture.store().delete(parts().get(1).key());
    var tip = tip();
    assertThat(tip.unreadable()).isEqualTo(new LogSpan(SLICE.plus(100_000), SLICE.plus(200_000)));
    mend(wal, END);
    requireWhole();
  }

  // Red when: DamagedTip.goal does not ask whether the name is taken: the damaged object would
  // have to be overwritten.
  @Test
  void where_the_name_is_taken_one_more_byte_is_waited_for() throws InterruptedException {
    fixture.filing.merge(ONE, new LogSpan(SLICE, END), wal.bytes(SLICE, END), parts());
    damage(parts().getFirst().key());
    var goal = tip().goal(WalStreamer.ENDLESS).orElseThrow();
    assertThat(goal).isEqualTo(END.plus(1));
    mend(wal, goal);
    assertThat(parts()).hasSize(1).extracting(Piece::span).doesNotContain(new LogSpan(SLICE, END));
    requireWhole();
  }

  // Red when: DamagedTip.goal waits for log beyond the end of the timeline.
  @Test
  void nothing_is_waited_for_that_the_timeline_does_not_have() {
    fixture.filing.merge(ONE, new LogSpan(SLICE, END), wal.bytes(SLICE, END), parts());
    damage(parts().getFirst().key());
    assertThat(tip().goal(END)).isEmpty();
    assertThat(tip().goal(END.plus(1))).contains(END.plus(1));
  }

  // Red when: a slice that could not be compacted is left as it is, or ends catching up.
  @Test
  void a_full_slice_of_parts_is_stored_anew_as_a_slice() throws InterruptedException {
    var next = SLICE.plus(SIZE.bytes());
    fixture.part(wal, END, next);
    fixture.part(wal, next, next.plus(9000));
    damage(parts().get(1).key());
    var caughtUp = new CatchUp(fixture.archive, fixture.filing).run(fixture.inventory());
    assertThat(caughtUp).hasSize(1);
    var goal = tip().goal(WalStreamer.ENDLESS).orElseThrow();
    assertThat(goal).isEqualTo(next);
    mend(wal, goal);
    assertThat(fixture.timeline().summaries()).hasSize(3);
    assertThat(parts()).extracting(Piece::span).containsExactly(new LogSpan(next, next.plus(9000)));
    assertThat(Resumption.of(journey(), fixture.timeline())).isInstanceOf(Resumption.Whole.class);
    assertThat(check()).isEmpty();
  }

  // Red when: TipMending.requireSameEnd is left out: nothing that can still be read shows that the
  // end was another.
  @Test
  void a_server_whose_log_is_not_the_one_that_was_marked_is_refused() {
    var other = new MadeUpWal(SIZE, ONE, BEGIN);
    for (int i = 0; i < 70; i++) {
      other.commit(100 + i, NOON.plusSeconds(i < 47 ? i : i + 1000));
      other.fillTo(BEGIN.plus((i + 1) * 50_000L));
    }
    damage(parts().get(2).key());
    requireRefused(other);
  }

  // Red when: TipMending.requireSameBytes is left out, and no mark can be read.
  @Test
  void a_server_whose_log_contradicts_what_is_readable_is_refused() {
    fixture.keys("durable/").forEach(fixture.store()::delete);
    var other = new MadeUpWal(SIZE, ONE, BEGIN);
    for (int i = 0; i < 70; i++) {
      other.commit(100 + i, NOON.plusSeconds(i < 45 ? i : i + 1000));
      other.fillTo(BEGIN.plus((i + 1) * 50_000L));
    }
    damage(parts().get(1).key());
    requireRefused(other);
  }

  private void requireRefused(MadeUpWal other) {
    var before = fixture.keys("wal/");
    assertThatThrownBy(() -> mend(other, END))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(PostgresCode.WAL_NOT_A_CONTINUATION));
    assertThat(fixture.keys("wal/")).isEqualTo(before);
  }

  // Red when: WalArchive.read or LogCheck looks at the damaged part although a longer one is there.
  @Test
  void killed_before_the_damaged_part_is_removed_nothing_is_lost() {
    var damaged = parts().get(1);
    damage(damaged.key());
    fixture.part(wal, SLICE, END.plus(5000));
    assertThat(Resumption.of(journey(), fixture.timeline())).isInstanceOf(Resumption.Whole.class);
    requireReadable();
    assertThat(check()).singleElement().satisfies(finding -> {
      assertThat(finding.subject()).isEqualTo(damaged.key().name());
      assertThat(finding.severity()).isEqualTo(Finding.Severity.HARMLESS);
    });
  }

  // Red when: WalArchive.read gives up at the piece that reaches furthest.
  @Test
  void killed_before_a_merge_removed_its_parts_they_are_read_where_the_merged_one_is_damaged() {
    var merged = fixture.part(wal, SLICE, END);
    damage(merged.key());
    assertThat(Resumption.of(journey(), fixture.timeline())).isInstanceOf(Resumption.Whole.class);
    requireReadable();
  }

  // Red when: TipMending.requireGoesOn is left out: all that is readable of the slice is the same.
  @Test
  void a_server_whose_log_is_not_continued_by_what_is_stored_behind_it_is_refused() {
    var next = SLICE.plus(SIZE.bytes());
    fixture.part(wal, END, next);
    fixture.part(wal, next, next.plus(9000));
    damage(parts().get(3).key());
    var other = new MadeUpWal(SIZE, ONE, BEGIN);
    for (int i = 0; i < 70; i++) {
      other.commit(100 + i, NOON.plusSeconds(i));
      other.fillTo(BEGIN.plus((i + 1) * 50_000L + (i < 60 ? 0 : 1000)));
    }
    var before = fixture.keys("wal/");
    assertThatThrownBy(() -> mend(other, next))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.report().why()).contains("behind it"));
    assertThat(fixture.keys("wal/")).isEqualTo(before);
  }

  // Red when: TimelineInventory.ranges shows what is declared to be lost.
  @Test
  void a_gap_declared_over_a_damaged_part_ends_the_log_before_it() {
    damage(parts().get(1).key());
    var lost = new LogSpan(tip().unreadable().from(), SLICE.plus(SIZE.bytes()));
    fixture.filing.gap(ONE, new DeclaredGap(lost, "removed", NOON));
    var timeline = fixture.timeline();
    assertThat(timeline.ranges()).containsExactly(new LogSpan(BEGIN, lost.from()));
    assertThat(timeline.position()).isEqualTo(lost.to());
    var found = Resumption.of(journey(), timeline);
    assertThat(found).isInstanceOf(Resumption.Whole.class);
    assertThat(found.stored().end()).isEqualTo(lost.to());
    assertThat(check())
        .singleElement()
        .satisfies(finding -> assertThat(finding.what())
            .contains(lost.from().toString(), lost.to().toString()));
  }

  // Red when: SliceTail.knowing lets the damage through.
  @Test
  void a_damaged_slice_before_the_tip_is_passed_by_and_said() {
    damage(fixture.timeline().pieces().get(1).key());
    var found = Resumption.of(journey(), fixture.timeline());
    assertThat(found).isInstanceOf(Resumption.Whole.class);
    assertThat(journey().tail(ONE, END).unread()).isPresent();
    assertThat(journey().tail(ONE, END).lastEnd()).isEqualTo(found.stored().lastEnd());
  }

  // Red when: CatchUp removes parts beside a slice without having read it.
  @Test
  void parts_beside_a_damaged_slice_stay() {
    var slice = fixture.timeline().pieces().get(1);
    fixture.part(wal, slice.span().from(), slice.span().to());
    damage(slice.key());
    assertThat(new CatchUp(fixture.archive, fixture.filing).run(fixture.inventory()))
        .hasSize(1);
    assertThat(fixture.timeline().pieces().stream().filter(p -> p.span().equals(slice.span())))
        .hasSize(2);
    requireReadable();
  }

  private void mark() {
    var tail = journey().tail(ONE, END);
    fixture.filing.mark(ONE, new DurableMark(END, tail.lastEnd(), NOON, NOON, tail.lastCommit()));
  }

  private DamagedTip tip() {
    return ((Resumption.Torn) Resumption.of(journey(), fixture.timeline())).tip();
  }

  private void mend(MadeUpWal server, Lsn goal) throws InterruptedException {
    var mending = new TipMending(journey(), (_, from) -> new Sending(server, from));
    var span = mending.mend(tip(), goal);
    assertThat(span.from()).isEqualTo(SLICE);
    assertThat(span.to()).isGreaterThanOrEqualTo(goal);
  }

  private void requireWhole() {
    requireReadable();
    assertThat(Resumption.of(journey(), fixture.timeline())).isInstanceOf(Resumption.Whole.class);
    assertThat(check()).isEmpty();
  }

  private void requireReadable() {
    var read = fixture.archive.read(fixture.timeline(), new LogSpan(SLICE, END));
    assertThat(Arrays.equals(read, wal.bytes(SLICE, END))).isTrue();
  }

  private List<Finding> check() {
    return new WalProtection(fixture.repository, List.of())
        .check(CheckDepth.READ_DATA, Progress.SILENT);
  }

  private List<Piece> parts() {
    return fixture.timeline().pieces().stream()
        .filter(piece -> piece.kind() == Piece.Kind.PART)
        .toList();
  }

  private void damage(ObjectKey key) {
    var bytes = fixture.store().find(key).orElseThrow();
    bytes[bytes.length / 2] ^= 1;
    fixture.store().delete(key);
    fixture.store().putIfAbsent(key, Body.of(bytes));
  }

  private Journey journey() {
    var nowhere = new ConnectionSettings(
        "nowhere", 1, "postgres", "nobody", new ConnectionSettings.Login.Ambient());
    var stream =
        new WalStream(fixture.repository, nowhere, WalStream.Settings.standard(), Ports.system());
    return new Journey(stream, _ -> {}, fixture.archive, fixture.filing, fixture.inventory());
  }

  /** A server that sends what it has in messages of an odd length, and says where it stands. */
  private static final class Sending implements TipMending.Sender {
    private static final int LENGTH = 33_333;
    private final MadeUpWal log;
    private Lsn at;

    Sending(MadeUpWal log, Lsn from) {
      this.log = log;
      this.at = from;
    }

    @Override
    public Optional<WireMessage> poll() {
      if (!at.isBefore(log.end())) {
        throw new AssertionError("more is waited for than there is");
      }
      var to = Lsn.earlier(log.end(), at.plus(LENGTH));
      var bytes = new byte[WireMessage.WAL_HEADER + (int) to.minus(at)];
      System.arraycopy(log.bytes(at, to), 0, bytes, WireMessage.WAL_HEADER, (int) to.minus(at));
      var message = new WireMessage.Wal(at, log.end(), NOON, bytes);
      at = to;
      return Optional.of(message);
    }

    @Override
    public void tell(byte[] status) {}

    @Override
    public void close() {}
  }
}
