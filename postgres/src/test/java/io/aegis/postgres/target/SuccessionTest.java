package io.aegis.postgres.target;

import static io.aegis.postgres.archive.ArchiveFixture.BEGIN;
import static io.aegis.postgres.archive.ArchiveFixture.ONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure;
import io.aegis.kernel.testing.VirtualTime;
import io.aegis.postgres.BaseBackup;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Resolution;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.RestorableWindow.Span;
import io.aegis.postgres.Target;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.archive.ArchiveFixture;
import io.aegis.postgres.archive.IncarnationClaim;
import io.aegis.postgres.archive.Incarnations;
import io.aegis.postgres.wal.MadeUpWal;
import io.aegis.repository.SnapshotId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of several lives holds the latest moment. */
class SuccessionTest extends SeveralLives {
  private static final Target LATEST = new Target.Latest();

  private void assertLatestIsOf(long xid) {
    assertThat(planned(LATEST).lastIncluded())
        .isInstanceOfSatisfying(
            Edge.Commit.class, commit -> assertThat(commit.xid()).isEqualTo(xid));
  }

  // Red when: Branches sorts by the clocks of the marks alone, as it did.
  @Test
  void a_life_with_log_of_its_own_comes_before_the_one_it_left_whatever_their_clocks_say() {
    store(left("heir", fixture.claim, ONE, 10), TWO, forked(TWO, 20, 12), Mark.at(12));
    var last = goOn(11, 30);
    store(fixture.claim, ONE, wal, new Mark(40, 40, last));

    assertLatestIsOf(20);
    assertThat(branches().warnings())
        .singleElement()
        .satisfies(warning -> assertThat(warning)
            .contains("took commits after the recovery", "heir", "11", at(30).toString()));
  }

  // Red when: Succession knows lives only, and no timelines.
  @Test
  void a_promoted_standby_comes_before_the_timeline_it_left_though_its_clock_is_behind() {
    store(fixture.claim, TWO, forked(TWO, 20, -500), Mark.at(-500));
    store(fixture.claim, ONE, wal, Mark.at(40));

    assertLatestIsOf(20);
    assertThat(branches().warnings()).isEmpty();
  }

  // Red when: Revived knows lives only, and no timelines: the old primary's stream ran beside.
  @Test
  void commits_of_the_old_primary_behind_a_promotion_are_named() {
    store(fixture.claim, TWO, forked(TWO, 20, 12), Mark.at(13));
    var last = goOn(11, 30);
    store(fixture.claim, ONE, wal, new Mark(40, 40, last));

    assertLatestIsOf(20);
    assertThat(branches().warnings())
        .singleElement()
        .satisfies(warning -> assertThat(warning)
            .contains("timeline 1 of", "commits behind " + fork, "11", at(30).toString()));
  }

  // Red when: Succession counts an heir without log of its own.
  @Test
  void a_life_without_log_of_its_own_does_not_come_before_the_one_it_left() {
    store(left("heir", fixture.claim, ONE, 10), TWO, wal.fork(TWO), Mark.at(12));
    goOn(11, 30);
    store(fixture.claim, ONE, wal, Mark.at(40));

    assertLatestIsOf(11);
    assertThat(branches().warnings()).isEmpty();
  }

  // Red when: Branches.silent looks at the lives that have log alone, or warns of a copy beside a
  // database that is streamed.
  @Test
  void a_recovery_of_which_nothing_has_arrived_is_named_until_something_else_has() {
    left("quiet", fixture.claim, ONE, 20);
    store(fixture.claim, ONE, wal, Mark.at(15));
    assertThat(branches().warnings())
        .singleElement()
        .satisfies(warning -> assertThat(warning).contains("quiet", "no log has arrived"));

    goOn(11, 30);
    store(fixture.claim, ONE, wal, Mark.at(40));
    assertThat(branches().warnings()).isEmpty();
  }

  // Red when: Revived takes every commit behind the fork, or the server's clock alone, for one
  // that was made after the recovery.
  @Test
  void what_the_recovery_gave_up_is_no_reason_to_warn() {
    store(left("heir", fixture.claim, ONE, 10), TWO, forked(TWO, 20, 12), Mark.at(12));
    goOn(11, 3);
    var ahead = goOn(12, 3600); // the server's clock had jumped
    store(fixture.claim, ONE, wal, new Mark(3600, 5, ahead));

    assertLatestIsOf(20);
    assertThat(branches().warnings()).isEmpty();
  }

  // Red when: DurableMark.knownUntil is its asOf: so did earlier versions of Aegis store it.
  @Test
  void a_mark_that_is_ahead_of_the_clock_of_who_wrote_it_is_believed_until_then_only() {
    store(fixture.claim, ONE, wal, new Mark(3600, 5, new Edge.Nothing()));

    assertThat(new WindowSurvey(branches()).window().spans())
        .singleElement()
        .isInstanceOfSatisfying(
            Span.Interval.class, span -> assertThat(span.knownUntil()).isEqualTo(at(5)));
    assertThat(branches().status().getFirst().asOf()).isEqualTo(at(5));
    assertThat(branches().resolve(new Target.AtTime(at(6)))).isInstanceOf(Resolution.Future.class);
  }

  // Red when: Succession sorts the heirs of one branch by their activity, as it did: the server of
  // a first recovery, to a wrong moment, is started again.
  @Test
  void of_two_lives_that_left_the_same_one_that_of_the_last_recovery_comes_first() {
    store(fixture.claim, ONE, wal, Mark.at(9));
    var first = forked(TWO, 20, 12);
    var start = first.commit(30, at(40));
    var late = new Edge.Commit(start, first.end(), at(40), 30);
    store(left("first", fixture.claim, ONE, 10), TWO, first, new Mark(41, 41, late));
    store(left("second", fixture.claim, ONE, 20), THREE, forked(THREE, 21, 22), Mark.at(22));

    assertLatestIsOf(21);
    assertThat(branches().newestFirst().getLast().branch().timeline()).isEqualTo(ONE);
    assertThat(branches().warnings())
        .singleElement()
        .satisfies(warning -> assertThat(warning)
            .contains("incarnation first took commits", "for incarnation second", "30"));
  }

  // Red when: Succession compares the claims of two lives without those that came from them.
  @Test
  void a_third_recovery_that_goes_on_from_the_first_one_makes_that_the_newer_again() {
    var first = left("first", fixture.claim, ONE, 10);
    var log = forked(TWO, 20, 12);
    store(first, TWO, log, Mark.at(13));
    store(left("second", fixture.claim, ONE, 20), THREE, forked(THREE, 21, 22), Mark.at(45));
    var history = leaves(ONE, fork) + leaves(TWO, log.end());
    fork = log.end();
    var four = new Timeline(4);
    var third = log.fork(four);
    third.commit(22, at(32));
    store(left("third", first, TWO, 30), four, third, Mark.at(33), history);

    assertLatestIsOf(22);
    assertThat(branches().newestFirst())
        .extracting(known -> known.branch().incarnation().value())
        .startsWith("third", "first", "second");
  }

  // Red when: Succession sorts a branch that has not come past its fork by its marks: a new life is
  // marked while the beginning of its first segment is copied.
  @Test
  void a_branch_without_log_of_its_own_comes_behind_the_one_it_left_whatever_its_clock_says() {
    store(fixture.claim, ONE, wal, Mark.at(9));
    store(left("heir", fixture.claim, ONE, 10), TWO, wal.fork(TWO), Mark.at(40));

    assertThat(branches().newestFirst().getFirst().branch().timeline()).isEqualTo(ONE);
    assertLatestIsOf(10);
  }

  // Red when: Rivals asks the next branch for the latest moment, where no snapshot leads to the
  // newest one.
  @Test
  void the_latest_moment_is_not_that_of_an_older_life_where_the_newest_has_no_snapshot() {
    store(fixture.claim, ONE, wal, Mark.at(9));
    var system = fixture.claim.system();
    var alone = new Incarnations(fixture.repository, new VirtualTime(at(20)))
        .of(new Incarnation("a-life-of-its-own"), system, ArchiveFixture.SIZE);
    var log = new MadeUpWal(ArchiveFixture.SIZE, ONE, BEGIN);
    log.commit(30, at(21));
    store(alone, ONE, log, Mark.at(22));

    assertThat(branches().resolve(LATEST))
        .isInstanceOfSatisfying(
            Resolution.NoData.class,
            none -> assertThat(none.reason()).contains("a-life-of-its-own", "no snapshot"));
    assertThat(branches().whyLatestIsRefused())
        .hasValueSatisfying(why -> assertThat(why.what()).contains("a-life-of-its-own"));
    assertThat(planned(new Target.AtTransaction(10)).lastIncluded())
        .isInstanceOf(Edge.Commit.class);
  }

  // Red when: Known.active goes by the clock of a server: that of the older life was ahead, that of
  // the newer one is behind, or its marks know of no commit yet.
  @ParameterizedTest
  @CsvSource({"1800, 22", "9, -1800", "9, -800000000"})
  void of_lives_that_have_nothing_in_common_the_one_that_was_streamed_last_is_the_newer(
      double older, double newer) {
    store(fixture.claim, ONE, wal, new Mark(older, 9, new Edge.Nothing()));
    var alone = alone(20);
    var log = new MadeUpWal(ArchiveFixture.SIZE, ONE, BEGIN);
    log.commit(30, at(newer));
    store(alone, ONE, log, new Mark(newer, 22, new Edge.Nothing()));

    assertThat(branches().newestFirst().getFirst().branch().incarnation()).isEqualTo(alone.id());
  }

  // Red when: Witnesses.isSurelyNewer does not ask for one of the clocks.
  @ParameterizedTest
  @CsvSource({
    "22, 22, true",
    "8, 22, false", // the older one's server is idle, and streamed on
    "22, 8, false", // the newer one's server has a clock that is behind
  })
  void the_latest_moment_is_refused_where_which_of_two_lives_is_the_newer_cannot_be_told(
      double written, double asOf, boolean told) {
    store(fixture.claim, ONE, wal, Mark.at(9));
    var second = protectedAlone("alone", 20, new Mark(asOf, written, new Edge.Nothing()));
    var branches = branches(base, second);

    if (told) {
      assertThat(branches.resolve(LATEST)).isInstanceOf(Resolution.Present.class);
      assertThat(branches.whyLatestIsRefused()).isEmpty();
    } else {
      assertThatThrownBy(() -> branches.resolve(LATEST))
          .isInstanceOfSatisfying(
              Failure.Refused.class,
              refused -> assertThat(refused.report().next())
                  .anyMatch(line -> line.endsWith("--incarnation alone")));
      assertThat(branches.warnings()).anyMatch(line -> line.contains("is refused without"));
      assertThat(branches.whyLatestIsRefused()).isPresent();
    }
    assertThat(branches.resolve(new Target.AtTransaction(10)))
        .isInstanceOf(Resolution.Present.class);
  }

  // Red when: IncarnationClaim.Order goes by clocks: a machine's that was ahead wrote claim, marks
  // and commits of the life that was left.
  @Test
  void no_clock_of_a_whole_machine_makes_the_life_that_was_left_the_latest_in_silence() {
    var ahead = protectedAlone("ahead", 1800, new Mark(1802, 1802, new Edge.Nothing()));
    var last = protectedAlone("last", 20, new Mark(22, 22, new Edge.Nothing()));

    assertThatThrownBy(() -> branches(ahead, last).resolve(LATEST))
        .isInstanceOf(Failure.Refused.class);
  }

  // Red when: Witnesses.doubt compares any two lives, and not the newest with the others: the
  // advice of its refusal would not help.
  @Test
  void a_new_life_for_the_server_that_goes_on_settles_which_moment_is_the_latest() {
    var tried = protectedAlone("tried", 20, new Mark(22, 22, new Edge.Nothing()));
    store(fixture.claim, ONE, wal, Mark.at(30)); // and the old one went on
    assertThat(branches(base, tried).whyLatestIsRefused()).isPresent();

    var settled = protectedAlone("settled", 40, new Mark(42, 42, new Edge.Nothing()));

    assertThat(branches(base, tried, settled).whyLatestIsRefused()).isEmpty();
  }

  // Red when: Certainty.gone does not ask for the lives of which only a snapshot is left.
  @Test
  void the_latest_moment_is_refused_where_all_log_of_a_life_that_was_backed_up_is_gone() {
    store(fixture.claim, ONE, wal, Mark.at(9));
    var alone = alone(20);
    var second = new BaseBackup(
        new SnapshotId("20261123T120020Z-00000000"),
        base.system(),
        alone.id(),
        ONE,
        base.begin(),
        base.end(),
        at(20),
        at(21));
    var branches = branches(base, second);

    assertThatThrownBy(() -> branches.resolve(LATEST))
        .isInstanceOfSatisfying(
            Failure.Damaged.class, damage -> assertThat(damage.report().what()).contains("alone"));
    assertThat(branches.warnings()).anyMatch(line -> line.contains("nothing of the log"));
    assertThat(branches.resolve(new Target.AtTransaction(10)))
        .isInstanceOf(Resolution.Present.class);
  }

  // Red when: Certainty.gone takes the timeline that was left for one that came from it, as it did.
  @Test
  void the_latest_moment_is_refused_where_all_log_of_a_promoted_server_is_gone() {
    store(fixture.claim, ONE, wal, Mark.at(9));
    var promoted = new BaseBackup(
        new SnapshotId("20261123T120020Z-00000000"),
        base.system(),
        fixture.claim.id(),
        TWO,
        fork,
        fork,
        at(20),
        at(21));

    assertThatThrownBy(() -> branches(base, promoted).resolve(LATEST))
        .isInstanceOfSatisfying(
            Failure.Damaged.class,
            damage -> assertThat(damage.report().what()).contains("timeline 2 of"));
    assertThat(branches(base, promoted).resolve(new Target.AtTransaction(10)))
        .isInstanceOf(Resolution.Present.class);
  }

  private Branches branches(BaseBackup... bases) {
    return new Branches(
        fixture.archive, fixture.repository.register(), List.of(bases), NOBODY_ELSE);
  }

  /** A life that came from no other one, with a snapshot and a commit. */
  private BaseBackup protectedAlone(String name, double claimed, Mark mark) {
    var life = alone(name, claimed);
    var log = new MadeUpWal(ArchiveFixture.SIZE, ONE, BEGIN);
    var begin = log.filler(100);
    log.backupEnd(begin);
    var id = new SnapshotId("20261123T120020Z-0000000" + name.length());
    var snapshot =
        new BaseBackup(id, base.system(), life.id(), ONE, begin, log.end(), at(20), at(20));
    log.commit(30, at(21));
    store(life, ONE, log, mark);
    return snapshot;
  }

  private IncarnationClaim alone(double claimed) {
    return alone("alone", claimed);
  }

  private IncarnationClaim alone(String name, double claimed) {
    return new Incarnations(fixture.repository, new VirtualTime(at(claimed)))
        .of(new Incarnation(name), fixture.claim.system(), ArchiveFixture.SIZE);
  }
}
