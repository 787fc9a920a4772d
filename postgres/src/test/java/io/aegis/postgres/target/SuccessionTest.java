package io.aegis.postgres.target;

import static io.aegis.postgres.archive.ArchiveFixture.ONE;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.postgres.Resolution;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.RestorableWindow.Span;
import io.aegis.postgres.Target;
import org.junit.jupiter.api.Test;

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

  // Red when: Succession counts an heir without log of its own.
  @Test
  void a_life_without_log_of_its_own_does_not_come_before_the_one_it_left() {
    store(left("heir", fixture.claim, ONE, 10), TWO, wal.fork(TWO), Mark.at(12));
    goOn(11, 30);
    store(fixture.claim, ONE, wal, Mark.at(40));

    assertLatestIsOf(11);
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

  // Red when: Succession leaves the heirs of one branch unsorted.
  @Test
  void of_lives_that_did_not_come_from_each_other_the_one_written_to_last_comes_first() {
    store(fixture.claim, ONE, wal, Mark.at(40));
    store(left("first", fixture.claim, ONE, 10), TWO, forked(TWO, 20, 12), Mark.at(12));
    store(left("second", fixture.claim, ONE, 20), THREE, forked(THREE, 21, 22), Mark.at(22));

    assertLatestIsOf(21);
    assertThat(branches().newestFirst().getLast().branch().timeline()).isEqualTo(ONE);
  }
}
