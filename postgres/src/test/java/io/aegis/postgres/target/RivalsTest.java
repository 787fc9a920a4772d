package io.aegis.postgres.target;

import static io.aegis.postgres.archive.ArchiveFixture.BEGIN;
import static io.aegis.postgres.archive.ArchiveFixture.NOON;
import static io.aegis.postgres.archive.ArchiveFixture.ONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Refused;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Moments.Among;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Resolution;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.Target;
import io.aegis.postgres.archive.ArchiveFixture;
import io.aegis.postgres.archive.Lineage.Passage;
import io.aegis.postgres.archive.LineageLog;
import io.aegis.postgres.wal.MadeUpWal;
import io.aegis.storage.Body;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** From which of several lives a moment is taken. */
class RivalsTest extends SeveralLives {

  private void assertLast(long xid, Target target) {
    assertThat(planned(target).lastIncluded())
        .as(target.text())
        .isInstanceOfSatisfying(
            Edge.Commit.class, commit -> assertThat(commit.xid()).isEqualTo(xid));
  }

  private static Target time(double seconds) {
    return new Target.AtTime(at(seconds));
  }

  private Refused refused(Target target) {
    var failure = catchThrowableOfType(Refused.class, () -> branches().resolve(target));
    assertThat(failure.code()).isEqualTo(PostgresCode.TARGET_AMBIGUOUS);
    assertThat(failure.report().why()).contains("heir");
    return failure;
  }

  /** What the refusal says to type leads to one each. */
  private void assertLeadTo(Refused refused, long one, long other) {
    var ways = refused.report().next();
    assertThat(ways).hasSize(2);
    assertLast(one, read(ways.getFirst()));
    assertLast(other, read(ways.getLast()));
  }

  private static Target read(String way) {
    String text = way.replaceAll("aegis plan --to (\\S+) .*", "$1");
    return ((Target.Reading.Clear) Target.read(text, ZoneOffset.UTC, NOON)).target();
  }

  /** A first guess was wrong: the old life went on behind the moment that was recovered. */
  private void recoveredTooEarly() {
    var heir = forked(TWO, 20, 12);
    heir.filler(1000);
    store(left("heir", fixture.claim, ONE, 10), TWO, heir, Mark.at(13));
    goOn(11, 3);
    var last = goOn(12, 5);
    store(fixture.claim, ONE, wal, new Mark(6, 6, last));
  }

  // Red when: Rivals.answerOf takes the answer of a life for a time before its claim, as it did.
  @Test
  void a_time_before_the_claim_of_a_life_is_that_of_the_life_it_left() {
    recoveredTooEarly();

    assertLast(10, time(2));
    assertLast(11, time(4));
    assertLast(12, time(5.5));
    assertLast(10, time(11));
    assertLast(20, time(12));
  }

  // Red when: Rivals.goesOn is always false.
  @Test
  void what_is_not_known_of_the_life_that_was_left_is_not_told_by_the_new_one() {
    recoveredTooEarly();

    assertThat(branches().resolve(time(8)))
        .isInstanceOfSatisfying(
            Resolution.NoData.class,
            over -> assertThat(over.reason())
                .contains("left by a recovery since", "is had by --incarnation"));
  }

  // Red when: Known.lastCommitBehind takes a mark that knows of no commit for a log without one.
  @Test
  void a_mark_that_knows_of_no_commit_does_not_hide_that_the_old_life_went_on() {
    recoveredTooEarly();
    store(fixture.claim, ONE, wal, Mark.at(6.5));

    assertThat(branches().resolve(time(8))).isInstanceOf(Resolution.NoData.class);
    assertThat(branches().warnings()).isEmpty(); // they were made before the recovery
    goOn(13, 14);
    store(fixture.claim, ONE, wal, Mark.at(15));
    assertThat(branches().warnings())
        .singleElement()
        .satisfies(warning -> assertThat(warning).contains("took commits after", "13"));
  }

  // Red when: Rivals.goesOn is always true.
  @Test
  void where_the_old_life_ended_at_the_fork_nothing_happened_until_the_claim() {
    var last = new Edge.Commit(BEGIN, fork, at(2), 10);
    store(fixture.claim, ONE, wal, new Mark(3, 3, last));
    store(left("heir", fixture.claim, ONE, 10), TWO, forked(TWO, 20, 12), Mark.at(13));

    assertLast(10, time(8));
    assertLast(10, time(2.5));
  }

  // Red when: Rivals takes the first branch that holds a position, as Branches did.
  @Test
  void a_position_behind_the_fork_that_both_lives_hold_is_refused_with_a_way_to_either() {
    recoveredTooEarly();

    assertLast(10, new Target.AtLsn(fork));
    assertLeadTo(refused(new Target.AtLsn(wal.end())), 20, 12);
  }

  // Red when: Rivals.way knows no other way than a time or a transaction; or Branches.resolve asks
  // all lives, whichever was named.
  @Test
  void a_moment_that_neither_a_time_nor_a_transaction_tells_apart_is_had_by_naming_its_life() {
    store(left("heir", fixture.claim, ONE, 10), TWO, forked(TWO, 12, 13), Mark.at(14));
    goOn(11, 3);
    var last = goOn(12, 13);
    store(fixture.claim, ONE, wal, new Mark(14, 14, last));
    var target = new Target.AtTransaction(12);

    var ways = refused(target).report().next();

    var root = fixture.claim.id();
    assertThat(ways).contains("aegis plan --to xid:12 --incarnation " + root);
    assertThat(branches().resolve(target, ofLife(root)))
        .isInstanceOfSatisfying(
            Resolution.Present.class,
            present -> assertThat(present.plan().lastIncluded()).isEqualTo(last));
    assertThatThrownBy(
            () -> branches().resolve(new Target.Latest(), ofLife(new Incarnation("nobody"))))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("nobody");
  }

  // Red when: Rivals takes the first branch that holds a transaction, as Branches did.
  @Test
  void a_transaction_that_both_lives_committed_is_refused_with_a_way_to_either() {
    store(left("heir", fixture.claim, ONE, 10), TWO, forked(TWO, 11, 12), Mark.at(13));
    var last = goOn(11, 3);
    store(fixture.claim, ONE, wal, new Mark(6, 6, last));

    assertLast(10, new Target.AtTransaction(10));
    assertThat(refused(new Target.AtTransaction(11)).report().what()).contains("xid:11");
    assertThat(refused(new Target.AtTransaction(11)).report().next())
        .anyMatch(way -> way.contains(at(12).toString()))
        .anyMatch(way -> way.contains(at(3).toString()));
  }

  // Red when: Rivals.settles takes the restore point of the newest life without asking the others.
  @Test
  void a_restore_point_of_one_name_on_two_lives_is_refused_and_one_from_before_the_fork_is_not() {
    wal.restorePoint("release 1", at(2.2));
    fork = wal.end();
    var heir = forked(TWO, 20, 12);
    heir.restorePoint("release 2", at(12.5));
    store(left("heir", fixture.claim, ONE, 10), TWO, heir, Mark.at(13));
    var last = goOn(11, 3);
    wal.restorePoint("release 2", at(3.5));
    store(fixture.claim, ONE, wal, new Mark(6, 6, last));

    assertLast(10, new Target.AtRestorePoint("release 1"));
    assertLeadTo(refused(new Target.AtRestorePoint("release 2")), 20, 11);
  }

  // Red when: Rivals asks no further once a life gives the same answer as its heir, although that
  // life, too, was claimed later.
  @Test
  void a_time_before_two_recoveries_in_a_row_is_that_of_the_life_that_was_led_then() {
    var log = forked(TWO, 20, 12);
    var heir = left("heir", fixture.claim, ONE, 10);
    store(heir, TWO, log, Mark.at(13));
    var history = leaves(ONE, fork) + leaves(TWO, log.end());
    var third = log.fork(THREE);
    third.commit(30, at(32));
    store(leftAt("third", heir, TWO, 30, log.end()), THREE, third, Mark.at(33), history);
    var last = goOn(11, 4);
    store(fixture.claim, ONE, wal, new Mark(9, 9, last));

    assertLast(11, time(5));
    assertLast(20, time(15));
    assertLast(30, new Target.Latest());
  }

  // Red when: Rivals.settles takes the heir's claim for true, whatever the life that was left
  // knows: the clock of who recovered was behind, and commits before the fence were given up in
  // silence.
  @Test
  void a_time_that_both_lives_say_they_were_led_at_is_refused_if_they_tell_different_things() {
    var rival = forked(TWO, 20, 40);
    var last = goOn(11, 4);
    store(fixture.claim, ONE, wal, new Mark(9, 9, last));
    store(left("heir", fixture.claim, ONE, -60), TWO, rival, Mark.at(41));

    assertThat(refused(time(5)).report().why()).contains("heir", "11");
    assertLast(20, time(40));
    assertLast(20, new Target.Latest());
  }

  // Red when: BothLed.missed is not asked: right behind the old life's last mark it says nothing,
  // and
  // the new one, claimed by a clock that was behind, has done nothing yet.
  @Test
  void a_time_behind_the_last_sign_of_the_old_life_is_not_that_of_the_fork_if_commits_would_lack() {
    var rival = forked(TWO, 20, 40);
    var last = goOn(11, 4);
    store(fixture.claim, ONE, wal, new Mark(4, 4, last));
    store(left("heir", fixture.claim, ONE, -60), TWO, rival, Mark.at(41));

    assertThat(branches().resolve(time(5)))
        .isInstanceOfSatisfying(
            Resolution.NoData.class,
            none -> assertThat(none.reason()).contains("--incarnation heir", "--incarnation root"));
    assertLast(20, time(40));
  }

  // Red when: BothLed takes a sign of life for a commit: an old server whose stream
  // goes
  // on by mistake would take each time away from the new one.
  @Test
  void an_idle_server_that_is_streamed_on_takes_no_time_from_the_life_that_left_it() {
    var rival = forked(TWO, 20, 12);
    var last = goOn(11, 4);
    store(fixture.claim, ONE, wal, new Mark(90, 90, last));
    store(left("heir", fixture.claim, ONE, 10), TWO, rival, Mark.at(91));

    assertLast(20, time(50));
  }

  // Red when: Rivals.untoldBetween is not asked, as it was: the moment was the old life's, in
  // silence, although another recovery had left that by then.
  @Test
  void a_time_at_which_another_recovery_was_led_is_not_taken_from_the_life_that_both_left() {
    store(fixture.claim, ONE, wal, Mark.at(9));
    store(left("wrong", fixture.claim, ONE, 20), TWO, forked(TWO, 20, 22), Mark.at(23));
    store(left("right", fixture.claim, ONE, 40), TWO, forked(TWO, 30, 42), Mark.at(43));

    assertThat(branches().resolve(new Target.AtTime(at(30))))
        .isInstanceOfSatisfying(
            Resolution.NoData.class,
            none -> assertThat(none.reason()).contains("incarnation wrong was led then"));
    assertLast(30, new Target.AtTime(at(42)));
    assertLast(10, new Target.AtTime(at(15)));
  }

  // Red when: Rivals takes the first of two that did not come from each other.
  @Test
  void a_time_that_two_lives_hold_which_did_not_come_from_each_other_is_refused() {
    var rival = forked(THREE, 21, 12.2);
    recoveredTooEarly();
    store(left("other", fixture.claim, ONE, 10), THREE, rival, Mark.at(30));

    assertThat(refused(time(12.5)).report().why()).contains("other", "20", "21");
    assertLast(11, time(4));
  }

  // Red when: what could be typed instead is looked for by asking for that in the same way: each of
  // two that are ambiguous asks for the other.
  @Test
  void two_lives_that_committed_the_same_transaction_are_refused_without_end_of_questions() {
    var rival = forked(THREE, 20, 12.2);
    recoveredTooEarly();
    store(left("other", fixture.claim, ONE, 10), THREE, rival, Mark.at(30));

    assertThat(refused(time(12.5)).report().next()).hasSize(2);
    assertThat(refused(new Target.AtTransaction(20)).report().next()).hasSize(2);
  }

  // Red when: Rivals asks the life that was left where its heir cannot answer.
  @Test
  void a_time_that_the_heir_has_not_reached_is_not_taken_from_the_life_that_was_left() {
    recoveredTooEarly();
    var last = goOn(13, 14);
    store(fixture.claim, ONE, wal, new Mark(30, 30, last));

    assertThat(branches().resolve(time(20))).isInstanceOf(Resolution.Future.class);
    assertLast(12, time(6));
  }

  // Red when: Rivals asks a life that was left for a time that its heir holds.
  @Test
  void damage_of_the_old_life_behind_the_fork_is_nothing_to_the_new_one() {
    store(left("heir", fixture.claim, ONE, 10), TWO, forked(TWO, 20, 12), Mark.at(13));
    var last = goOn(11, 3);
    store(fixture.claim, ONE, wal, new Mark(6, 6, last));
    var part = fixture.timeline().pieces().getLast().key();
    var content = fixture.store().find(part).orElseThrow();
    content[content.length / 2] ^= 1;
    fixture.store().delete(part);
    fixture.store().putIfAbsent(part, Body.of(content));

    assertLast(20, time(12.5));
    assertThatThrownBy(() -> branches().resolve(time(4))).isInstanceOf(Damaged.class);
  }

  // Red when: Rivals.isOver asks for another life, and knows no timelines: the old primary is still
  // there, and its marks go on.
  @Test
  void a_time_that_a_promoted_timeline_has_not_reached_is_not_taken_from_the_one_it_left() {
    store(fixture.claim, TWO, forked(TWO, 20, 12), Mark.at(13));
    store(fixture.claim, ONE, wal, Mark.at(40));

    assertThat(branches().resolve(time(30))).isInstanceOf(Resolution.Future.class);
    assertLast(20, time(12.5));
    assertLast(10, time(3));
  }

  private static Among ofLife(Incarnation life) {
    return new Among(Optional.of(life), Optional.empty());
  }

  // Red when: Rivals.wayByName knows lives alone: what the old primary committed behind the
  // promotion of its standby could be had by nothing that can be typed.
  @Test
  void each_of_two_timelines_of_one_life_can_be_asked_by_its_number() {
    store(fixture.claim, TWO, forked(TWO, 20, 12), Mark.at(13));
    goOn(19, 3);
    goOn(20, 4);
    store(fixture.claim, ONE, wal, Mark.at(6));

    assertThatThrownBy(() -> branches().resolve(new Target.AtTransaction(20)))
        .isInstanceOfSatisfying(
            Refused.class,
            refused ->
                assertThat(refused.report().next()).anyMatch(way -> way.endsWith("--timeline 1")));
    var one = new Among(Optional.of(fixture.claim.id()), Optional.of(ONE));
    var resolution = branches().resolve(new Target.AtTransaction(20), one);
    assertThat(resolution)
        .isInstanceOfSatisfying(
            Resolution.Present.class,
            present -> assertThat(present.plan().lastIncluded())
                .isInstanceOfSatisfying(
                    Edge.Commit.class, commit -> assertThat(commit.time()).isEqualTo(at(4))));
    assertThat(branches().resolve(new Target.Latest(), one)).isInstanceOf(Resolution.Present.class);
    var third = new Among(Optional.empty(), Optional.of(THREE));
    assertThatThrownBy(() -> branches().resolve(new Target.Latest(), third))
        .isInstanceOf(Refused.class);
  }

  // Red when: BranchTargets.planned follows the newest timeline also to a moment before it began.
  @Test
  void a_moment_before_the_fork_is_recovered_on_the_timeline_that_it_lies_on() {
    recoveredTooEarly();

    var before = planned(new Target.AtTransaction(10)).legs().getLast();
    assertThat(before.timeline()).isEqualTo(ONE);
    assertThat(before.incarnation()).isEqualTo(fixture.claim.id());
    assertThat(planned(new Target.AtTransaction(20)).legs().getLast().timeline())
        .isEqualTo(TWO);
  }

  // Red when: Lineage.of takes the ends of a history as they stand: an earlier build of Aegis, or
  // PostgreSQL by itself, made one in which the second one lies before the first.
  @Test
  void a_history_that_goes_back_is_read_as_what_happened() {
    recoveredTooEarly();
    var log = new MadeUpWal(ArchiveFixture.SIZE, ONE, BEGIN);
    log.filler(100);
    var back = log.end();
    var third = log.fork(THREE);
    third.commit(30, at(31));
    var heir = fixture.archive.claim(new Incarnation("heir")).orElseThrow();
    var history = leaves(ONE, fork) + leaves(TWO, back);
    store(leftAt("third", heir, TWO, 30, back), THREE, third, Mark.at(32), history);

    var passages = LineageLog.of(fixture.archive, new Branch(new Incarnation("third"), THREE))
        .lineage()
        .passages();
    assertThat(passages).extracting(Passage::timeline).containsExactly(ONE, THREE);
    assertThat(passages.getFirst().end()).isEqualTo(back);
  }
}
