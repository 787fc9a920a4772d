package io.aegis.postgres.archive;

import static io.aegis.postgres.archive.ArchiveFixture.BEGIN;
import static io.aegis.postgres.archive.ArchiveFixture.SIZE;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Progress;
import io.aegis.kernel.TimeSource;
import io.aegis.kernel.testing.Seeds;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.RestorableWindow;
import io.aegis.postgres.RestorableWindow.Cause;
import io.aegis.postgres.SystemIdentifier;
import io.aegis.postgres.WalProtection;
import io.aegis.postgres.wal.MadeUpWal;
import io.aegis.repository.CheckDepth;
import io.aegis.repository.Finding;
import io.aegis.repository.Finding.Severity;
import io.aegis.storage.Body;
import io.aegis.storage.ObjectKey;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogCheckTest {
  private final ArchiveFixture fixture = new ArchiveFixture();
  private final Lsn tip = BEGIN.plus(2L * SIZE.bytes() + 300_000);

  @BeforeEach
  void store_two_slices_and_a_part() {
    fixture.store(ArchiveFixture.log(), tip);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private List<Finding> check(CheckDepth depth) {
    return new WalProtection(fixture.repository, List.of()).check(depth, Progress.SILENT);
  }

  // Red when: LogCheck.readAll expects the ranges alone, or each of them as if it were all of it.
  @Test
  void the_progress_of_reading_a_log_in_two_stretches_ends_at_what_was_expected() {
    fixture.store().delete(fixture.timeline().pieces().get(1).key());
    var told = new Told();

    new WalProtection(fixture.repository, List.of()).check(CheckDepth.READ_DATA, told);

    assertThat(told.expected).isPositive();
    assertThat(told.advanced).isEqualTo(told.expected);
  }

  /** What was told, added up. */
  private static final class Told implements Progress {
    private long expected;
    private long advanced;

    @Override
    public void expect(long total) {
      expected = total;
    }

    @Override
    public void advance(long amount) {
      advanced += amount;
    }
  }

  private void replace(ObjectKey key, UnaryOperator<byte[]> change) {
    var bytes = fixture.store().find(key).orElseThrow();
    fixture.store().delete(key);
    fixture.store().putIfAbsent(key, Body.of(change.apply(bytes)));
  }

  @Test
  void what_is_whole_has_no_findings() {
    assertThat(fixture.keys("wal/")).hasSize(5);
    assertThat(check(CheckDepth.READ_DATA)).isEmpty();
  }

  // Red when: LogCheck.unmarked does not look at slices; or calls every log without mark at risk.
  @Test
  void log_that_never_had_a_mark_is_harmless_and_log_that_lost_its_mark_is_not() {
    fixture.keys("durable/").forEach(fixture.store()::delete);
    assertThat(check(CheckDepth.READ_DATA))
        .extracting(Finding::severity)
        .containsExactly(Finding.Severity.AT_RISK);
    try (var begun = new ArchiveFixture()) {
      begun.part(ArchiveFixture.log(), BEGIN, BEGIN.plus(9000));
      assertThat(new WalProtection(begun.repository, List.of())
              .check(CheckDepth.READ_DATA, Progress.SILENT))
          .extracting(Finding::severity)
          .containsExactly(Finding.Severity.HARMLESS);
    }
  }

  @Test
  void a_flipped_bit_in_any_object_is_found() {
    var random = new Random(Seeds.next());
    for (var prefix : List.of("wal/", "durable/")) {
      for (var key : fixture.keys(prefix)) {
        var whole = fixture.store().find(key).orElseThrow();
        replace(key, bytes -> {
          int bit = random.nextInt(bytes.length * 8);
          bytes[bit >> 3] ^= (byte) (1 << (bit & 7));
          return bytes;
        });
        assertThat(check(CheckDepth.READ_DATA)).as(key.name()).isNotEmpty();
        replace(key, _ -> whole);
      }
    }
    assertThat(check(CheckDepth.READ_DATA)).isEmpty();
  }

  @Test
  void a_missing_newest_part_is_found_by_its_mark_without_reading_anything() {
    var newest = fixture.timeline().pieces().getLast();
    fixture.store().delete(newest.key());
    assertThat(check(CheckDepth.STRUCTURE))
        .singleElement()
        .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.LOSS));
    assertThat(new WalProtection(fixture.repository, List.of()).holes())
        .singleElement()
        .satisfies(hole -> {
          assertThat(hole.cause()).isEqualTo(Cause.MISSING_TAIL);
          assertThat(hole.from()).isEqualTo(newest.span().from());
          assertThat(hole.to()).isEqualTo(tip);
        });
  }

  @Test
  void a_missing_slice_in_the_middle_is_found() {
    fixture.store().delete(fixture.timeline().pieces().get(1).key());
    assertThat(new WalProtection(fixture.repository, List.of()).holes())
        .singleElement()
        .satisfies(hole -> assertThat(hole.cause()).isEqualTo(Cause.MISSING));
    assertThat(check(CheckDepth.STRUCTURE)).hasSize(1);
  }

  // Red when: TimelineInventory.isDeclared asks each gap by itself.
  @Test
  void a_hole_that_was_declared_in_two_pieces_is_not_called_a_loss_once_more() {
    var hole = fixture.timeline().pieces().get(1).span();
    fixture.store().delete(fixture.timeline().pieces().get(1).key());
    var middle = hole.from().plus(5000);
    for (var piece : List.of(new LogSpan(hole.from(), middle), new LogSpan(middle, hole.to()))) {
      fixture.filing.gap(
          ArchiveFixture.ONE, new DeclaredGap(piece, "removed", ArchiveFixture.NOON));
    }
    assertThat(new WalProtection(fixture.repository, List.of()).holes())
        .extracting(RestorableWindow.Hole::cause)
        .containsExactly(Cause.DECLARED, Cause.DECLARED);
  }

  @Test
  void a_part_that_stands_under_another_name_is_found() {
    var pieces = fixture.timeline().pieces();
    var first = fixture.store().find(pieces.get(0).key()).orElseThrow();
    replace(pieces.get(1).key(), _ -> first);
    assertThat(check(CheckDepth.READ_DATA)).isNotEmpty();
  }

  // Red when: LogCheck asks for holes only; nothing that is stored shows that the beginning is
  // gone.
  @Test
  void log_that_is_missing_before_the_first_piece_is_found_by_the_snapshot_that_needs_it() {
    var begin = BEGIN.plus(1000);
    var base = fixture.base(begin, begin.plus(5000));
    var protection = new WalProtection(fixture.repository, List.of(base));
    assertThat(protection.check(CheckDepth.STRUCTURE, Progress.SILENT)).isEmpty();

    fixture.store().delete(fixture.timeline().pieces().getFirst().key());

    assertThat(protection.holes()).isEmpty();
    assertThat(protection.check(CheckDepth.STRUCTURE, Progress.SILENT))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.severity()).isEqualTo(Severity.LOSS);
          assertThat(finding.what()).contains("log is missing from " + begin);
          assertThat(finding.consequence()).contains(base.id().value());
          assertThat(finding.repair()).contains("aegis backup");
        });
  }

  // Red when: LogCheck does not look again before it calls a part or a mark lost.
  @Test
  void what_a_stream_that_runs_beside_has_replaced_meanwhile_is_not_called_lost() {
    var wal = ArchiveFixture.log();
    var parts = tip.plus(SIZE.bytes() - 300_000L);
    for (var at = tip; at.isBefore(parts); at = at.plus(50_000)) {
      fixture.part(wal, at, Lsn.earlier(at.plus(50_000), parts));
      fixture.mark(Lsn.earlier(at.plus(50_000), parts));
    }
    var streamed = new Progress() {
      private boolean done;

      @Override
      public void expect(long total) {
        if (!done) {
          done = true;
          new CatchUp(fixture.archive, fixture.filing).run(fixture.inventory());
          for (int i = 1; i <= 5; i++) {
            var to = parts.plus(i * 1000L);
            fixture.part(wal, to.plus(-1000), to);
            fixture.mark(to);
          }
        }
      }

      @Override
      public void advance(long amount) {}
    };
    int before = fixture.timeline().pieces().size();
    var protection = new WalProtection(fixture.repository, List.of());
    assertThat(protection.check(CheckDepth.READ_DATA, streamed)).isEmpty();
    assertThat(fixture.timeline().pieces()).hasSizeLessThan(before);
  }

  // Red when: what is gone counts as replaced although the log it held is not there.
  @Test
  void a_part_that_vanishes_while_it_is_looked_at_is_lost_unless_its_log_is_there() {
    var newest = fixture.timeline().pieces().getLast();
    var lost = new Progress() {
      @Override
      public void expect(long total) {
        fixture.store().delete(newest.key());
      }

      @Override
      public void advance(long amount) {}
    };
    var protection = new WalProtection(fixture.repository, List.of());
    assertThat(protection.check(CheckDepth.READ_DATA, lost))
        .extracting(Finding::subject)
        .contains(newest.key().name());
  }

  // Red when: the damaged object ends the check, or its cost is not worked out from its span.
  @Test
  void a_damaged_part_says_which_moments_it_takes_along_and_the_rest_is_still_looked_at() {
    var pieces = fixture.timeline().pieces();
    var newest = pieces.getLast();
    replace(newest.key(), bytes -> new byte[bytes.length]);
    fixture.store().delete(pieces.getFirst().key());
    var findings = check(CheckDepth.READ_DATA);
    assertThat(findings)
        .filteredOn(finding -> finding.subject().equals(newest.key().name()))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.severity()).isEqualTo(Severity.LOSS);
          assertThat(finding.consequence())
              .contains(newest.from().toString(), newest.to().toString());
          assertThat(finding.repair()).contains("aegis backup");
        });
  }

  // Red when: LogCheck.keptTwice looks at one of the two objects only.
  @Test
  void either_object_of_a_claim_that_is_damaged_or_gone_is_a_finding_without_a_loss() {
    var id = fixture.claim.id();
    for (var object : List.of(WalNames.incarnation(id), WalNames.copy(id))) {
      var whole = fixture.store().find(object).orElseThrow();
      replace(object, bytes -> Arrays.copyOf(bytes, bytes.length - 1));
      assertAtRisk(object);
      fixture.store().delete(object);
      assertAtRisk(object);
      fixture.store().putIfAbsent(object, Body.of(whole));
    }
    assertThat(check(CheckDepth.STRUCTURE)).isEmpty();
  }

  // Red when: LogCheck takes what a killed writer leaves behind for a loss of one of the two.
  @Test
  void a_life_whose_first_writer_was_killed_before_the_second_object_is_not_at_risk() {
    var system = new SystemIdentifier(4712);
    var killed = new Incarnations(fixture.repository, TimeSource.system())
        .of(Incarnation.rootOf(system), system, fixture.claim.segments());
    var copy = WalNames.copy(killed.id());
    fixture.store().delete(copy);
    assertHalfKept(copy, Severity.HARMLESS);
  }

  // Red when: CatchUp compacts what no mark speaks of.
  @Test
  void what_a_stream_left_that_was_killed_before_its_first_mark_is_not_at_risk_after_catching_up() {
    var next = ArchiveFixture.BEGIN.plus(ArchiveFixture.SIZE.bytes());
    try (var young = new ArchiveFixture()) {
      young.part(ArchiveFixture.log(), ArchiveFixture.BEGIN, next);
      new CatchUp(young.archive, young.filing).run(young.inventory());
      assertThat(new WalProtection(young.repository, List.of())
              .check(CheckDepth.READ_DATA, Progress.SILENT))
          .singleElement()
          .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.HARMLESS));
    }
  }

  private void assertAtRisk(ObjectKey object) {
    assertHalfKept(object, Severity.AT_RISK);
  }

  private void assertHalfKept(ObjectKey object, Severity severity) {
    assertThat(check(CheckDepth.STRUCTURE)).singleElement().satisfies(finding -> {
      assertThat(finding.severity()).isEqualTo(severity);
      assertThat(finding.subject()).isEqualTo(object.name());
    });
  }

  // Red when: a claim that cannot be read ends the check of the others.
  @Test
  void a_claim_of_which_both_objects_are_damaged_is_a_loss_with_a_name() {
    var claim = WalNames.incarnation(fixture.claim.id());
    replace(claim, bytes -> Arrays.copyOf(bytes, bytes.length - 1));
    replace(WalNames.copy(fixture.claim.id()), bytes -> Arrays.copyOf(bytes, 1));
    assertThat(check(CheckDepth.STRUCTURE)).singleElement().satisfies(finding -> {
      assertThat(finding.severity()).isEqualTo(Severity.LOSS);
      assertThat(finding.subject()).isEqualTo(claim.name());
    });
  }

  // Red when: two parts that change places both open.
  @Test
  void two_objects_that_changed_places_are_both_found() {
    var one = fixture.timeline().pieces().get(0).key();
    var two = fixture.timeline().pieces().get(1).key();
    var content = fixture.store().find(one).orElseThrow();
    replace(one, _ -> fixture.store().find(two).orElseThrow());
    replace(two, _ -> content);
    assertThat(check(CheckDepth.READ_DATA))
        .extracting(Finding::subject)
        .contains(one.name(), two.name());
  }

  // Red when: the log is not scanned, since the object is authentic, of that name and that length.
  @Test
  void an_older_part_of_the_same_name_in_place_of_a_newer_one_is_found() {
    var newest = fixture.timeline().pieces().getLast();
    var older = new MadeUpWal(SIZE, ArchiveFixture.ONE, BEGIN);
    older.commit(7, ArchiveFixture.NOON.minusSeconds(60));
    older.fillTo(tip);
    var content = older.bytes(newest.from(), newest.to());
    fixture.store().delete(newest.key());
    fixture.repository.records().putIfAbsent(newest.key(), content);
    assertThat(check(CheckDepth.READ_DATA)).isNotEmpty();
  }

  @Test
  void log_without_any_mark_is_found() {
    fixture.keys("durable/").forEach(fixture.store()::delete);
    assertThat(check(CheckDepth.STRUCTURE))
        .singleElement()
        .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.AT_RISK));
  }

  @Test
  void an_incarnation_that_vanished_is_found() {
    fixture.store().delete(WalNames.incarnation(fixture.claim.id()));
    fixture.store().delete(WalNames.copy(fixture.claim.id()));
    assertThat(check(CheckDepth.STRUCTURE))
        .singleElement()
        .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.LOSS));
  }
}
