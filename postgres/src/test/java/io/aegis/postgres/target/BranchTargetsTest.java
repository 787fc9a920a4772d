package io.aegis.postgres.target;

import static io.aegis.postgres.archive.ArchiveFixture.BEGIN;
import static io.aegis.postgres.archive.ArchiveFixture.NOON;
import static io.aegis.postgres.archive.ArchiveFixture.ONE;
import static io.aegis.postgres.archive.ArchiveFixture.SIZE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Refused;
import io.aegis.postgres.BaseBackup;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Resolution;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.Resolution.PlannedTarget;
import io.aegis.postgres.Resolution.Stop;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.Target;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.archive.ArchiveFixture;
import io.aegis.postgres.archive.DurableMark;
import io.aegis.postgres.archive.LineageLog;
import io.aegis.postgres.archive.LogSpan;
import io.aegis.postgres.wal.Detail;
import io.aegis.postgres.wal.MadeUpWal;
import io.aegis.repository.SnapshotId;
import io.aegis.storage.Body;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every moment here was made up, so that it lies exactly where it hurts. */
class BranchTargetsTest {
  private final ArchiveFixture fixture = new ArchiveFixture();
  private final MadeUpWal wal = new MadeUpWal(SIZE, ONE, BEGIN);
  private final List<BaseBackup> bases = new ArrayList<>();

  @AfterEach
  void close() {
    fixture.close();
  }

  private static Instant at(double seconds) {
    return NOON.plusMillis((long) (seconds * 1000));
  }

  /** A backup that begins here, lasts until the work is done, and ends at that second. */
  private BaseBackup backUp(double finished, Runnable meanwhile) {
    var begin = wal.filler(100);
    meanwhile.run();
    wal.backupEnd(begin);
    var id = new SnapshotId(String.format("20261123T12000%dZ-00000000", bases.size()));
    var base = new BaseBackup(
        id, fixture.claim.system(), fixture.claim.id(), ONE, begin, wal.end(), NOON, at(finished));
    bases.add(base);
    return base;
  }

  private void store(double asOf) {
    fixture.store(wal, wal.end());
    fixture.filing.mark(
        ONE, new DurableMark(wal.end(), wal.end(), at(asOf), at(asOf), new Edge.Nothing()));
  }

  private Resolution resolve(Target target) {
    return resolve(fixture.branch(), target);
  }

  private Resolution resolve(Branch branch, Target target) {
    return new BranchTargets(LineageLog.of(fixture.archive, branch), bases).resolve(target);
  }

  private PlannedTarget planned(Target target) {
    assertThat(resolve(target)).isInstanceOf(Resolution.Present.class);
    return ((Resolution.Present) resolve(target)).plan();
  }

  // Red when: BranchTargets.at(Instant) takes a base by its beginning.
  @Test
  void t36_a_backup_is_chosen_by_its_end_and_never_by_its_beginning() {
    var first = backUp(1, () -> {});
    wal.commit(10, at(2));
    var wanted = new Lsn[1];
    var second = backUp(6, () -> {
      wanted[0] = wal.commit(11, at(3));
      wal.commit(12, at(5));
    });
    var last = wal.commit(13, at(8));
    store(9);
    var inside = planned(new Target.AtTime(at(4)));
    assertThat(inside.base()).isEqualTo(first);
    assertThat(inside.stop()).isEqualTo(Stop.AFTER);
    assertThat(inside.stopAt()).isEqualTo(wanted[0]);
    assertThat(planned(new Target.AtTime(at(7))).base()).isEqualTo(second);
    assertThat(planned(new Target.AtLsn(second.end().plus(-8))).base()).isEqualTo(first);
    assertThat(planned(new Target.AtTransaction(11)).base()).isEqualTo(first);
    assertThat(planned(new Target.Latest()).stopAt()).isEqualTo(last);
    assertThat(resolve(new Target.AtTime(at(0.5)))).isInstanceOf(Resolution.Past.class);
  }

  // Red when: BranchTargets.theLastOf asks the log alone: where it is read wrongly, what was
  // durable
  // would be lost without a word.
  @Test
  void a_commit_that_the_stream_has_seen_and_the_log_does_not_show_is_never_passed_over() {
    backUp(1, () -> {});
    var commit = wal.commit(10, at(2));
    var behind = wal.end();
    wal.filler(100);
    store(3);
    var unseen = new Edge.Commit(behind, wal.end(), at(2.5), 11);
    fixture.filing.mark(ONE, new DurableMark(wal.end(), wal.end(), at(4), at(4), unseen));
    for (var target :
        List.of(new Target.Latest(), new Target.AtTime(at(3)), new Target.AtLsn(wal.end()))) {
      assertThatThrownBy(() -> resolve(target))
          .isInstanceOf(Damaged.class)
          .hasMessageContaining("transaction 11");
    }
    assertThat(planned(new Target.AtTransaction(10)).stopAt()).isEqualTo(commit);
  }

  // Red when: BranchTargets.transaction does not ask LogSearch.mayHold, or LineageLog.scan tells
  // the end of such a transaction to who asks for rows.
  @Test
  void t48_what_may_be_one_of_more_than_a_million_subtransactions_is_not_said_to_be_absent() {
    backUp(1, () -> {});
    var large = wal.commit(10, at(2), (1 << 20) + 100);
    wal.commit(9, at(3));
    store(4);
    assertThat(planned(new Target.AtTransaction(10)).stopAt()).isEqualTo(large);
    assertThat(planned(new Target.AtTransaction(500_000)).stopAt()).isEqualTo(large);
    assertThat(resolve(new Target.AtTransaction((1 << 20) + 50)))
        .isInstanceOfSatisfying(
            Resolution.NoData.class,
            unsure -> assertThat(unsure.reason()).contains("transaction 10", "cannot be told"));
    assertThat(resolve(new Target.AtTransaction((1 << 20) + 500)))
        .isInstanceOfSatisfying(
            Resolution.NoData.class,
            absent -> assertThat(absent.reason()).contains("was committed"));
    var log = LineageLog.of(fixture.archive, fixture.branch());
    var all = new LogSpan(BEGIN, wal.end());
    assertThatThrownBy(() -> log.scan(all, Detail.ROWS, _ -> {}))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("transaction 10");
  }

  /** A backup of a standby: no record tells of its end. */
  private BaseBackup backUpStandby(double finished, Lsn begin, Lsn end) {
    var id = new SnapshotId(String.format("20261123T12000%dZ-00000000", bases.size()));
    var base = new BaseBackup(
        id, fixture.claim.system(), fixture.claim.id(), ONE, begin, end, NOON, at(finished));
    bases.add(base);
    return base;
  }

  // Red when: BranchTargets.atItsEnd looks for the record that only a primary writes.
  @Test
  void t05_the_end_of_a_standbys_snapshot_is_the_record_that_brings_replay_there() {
    var begin = wal.filler(100);
    var last = wal.filler(100);
    var idle = backUpStandby(1, begin, wal.end());
    store(2);
    for (var target : List.of(new Target.AtSnapshot(idle.id()), new Target.Latest())) {
      assertThat(planned(target).stopAt()).isEqualTo(last);
      assertThat(planned(target).stop()).isEqualTo(Stop.AFTER);
      assertThat(planned(target).replayEnd()).isEqualTo(idle.end());
    }
  }

  // Red when: LineageLog.recordReaching takes the last record before the end: behind a page header
  // that lies between the two, PostgreSQL would not be consistent yet.
  @Test
  void t05_a_standbys_snapshot_that_ends_behind_a_page_header_needs_the_record_behind_it() {
    var begin = wal.filler(100);
    var page = BEGIN.plus(8192);
    wal.fillTo(page.plus(-200));
    wal.filler((int) page.minus(wal.end()) - 26); // what is left of it, without the record's header
    assertThat(wal.end()).isEqualTo(page);
    var next = wal.filler(100);
    var idle = backUpStandby(1, begin, next);
    wal.filler(100);
    store(2);
    assertThat(planned(new Target.AtSnapshot(idle.id())).stopAt()).isEqualTo(next);
  }

  // Red when: Lineage.carries does not compare the end of a backup with the fork.
  @Test
  void t37_a_backup_that_ended_behind_the_fork_is_not_on_the_way_to_the_new_timeline() {
    var before = backUp(1, () -> {});
    wal.commit(10, at(2));
    wal.fillTo(BEGIN.plus(30_000));
    var fork = wal.end();
    var two = new Timeline(2);
    var promoted = wal.fork(two);
    var wanted = promoted.commit(20, at(6));
    backUp(4, () -> wal.commit(11, at(3)));
    store(5);
    fixture.filing.history(two, ("1\t" + fork + "\tr\n").getBytes(UTF_8));
    var span = new LogSpan(BEGIN, promoted.end());
    fixture.filing.part(two, span, promoted.bytes(span.from(), span.to()));
    fixture.filing.mark(
        two, new DurableMark(span.to(), span.to(), at(7), at(7), new Edge.Nothing()));
    var branch = new Branch(fixture.claim.id(), two);
    var plan = ((Resolution.Present) resolve(branch, new Target.Latest())).plan();
    assertThat(plan.base()).isEqualTo(before);
    assertThat(plan.stopAt()).isEqualTo(wanted);
    assertThat(plan.legs()).extracting(Resolution.Leg::timeline).containsExactly(two);
  }

  @Test
  void a_time_means_everything_before_the_first_transaction_that_ended_later() {
    backUp(1, () -> {});
    var wanted = wal.commit(10, at(10));
    wal.commit(11, at(12));
    var last = wal.commit(12, at(11));
    wal.abort(13, at(13));
    wal.commit(14, at(14));
    store(15);
    assertThat(planned(new Target.AtTime(at(11))).stopAt()).isEqualTo(wanted);
    assertThat(planned(new Target.AtTime(at(11))).stop()).isEqualTo(Stop.AFTER);
    assertThat(planned(new Target.AtTime(at(12))).stopAt()).isEqualTo(last);
  }

  // Red when: BranchTargets.passing takes every commit behind the end, or none.
  @Test
  void a_transaction_that_is_passed_over_although_its_time_is_not_later_is_known() {
    backUp(1, () -> {});
    wal.commit(10, at(10));
    wal.commit(11, at(30));
    wal.abort(12, at(11));
    var passedOver = wal.commit(13, at(12));
    wal.commit(14, at(31));
    store(32);
    assertThat(planned(new Target.AtTime(at(12))).passedOver())
        .isInstanceOfSatisfying(
            Edge.Commit.class, commit -> assertThat(commit.start()).isEqualTo(passedOver));
    for (double second : new double[] {11, 30}) {
      assertThat(planned(new Target.AtTime(at(second))).passedOver()).isEqualTo(new Edge.Nothing());
    }
  }

  // Red when: BranchTargets.passedOver lets the damage of log that nobody replays through.
  @Test
  void damage_behind_a_moment_keeps_nobody_from_it() {
    backUp(1, () -> {});
    var wanted = wal.commit(10, at(10));
    wal.commit(11, at(12));
    wal.fillTo(BEGIN.plus(SIZE.bytes() + 20_000));
    wal.commit(12, at(20));
    store(21);
    var tip = fixture.timeline().pieces().getLast().key();
    var content = fixture.store().find(tip).orElseThrow();
    content[content.length / 2] ^= 1;
    fixture.store().delete(tip);
    fixture.store().putIfAbsent(tip, Body.of(content));

    assertThat(planned(new Target.AtTime(at(11))).stopAt()).isEqualTo(wanted);
  }

  @Test
  void a_time_behind_the_last_commit_is_present_as_long_as_silence_is_known() {
    backUp(1, () -> {});
    var last = wal.commit(10, at(2));
    store(30);
    var plan = planned(new Target.AtTime(at(29)));
    assertThat(plan.stopAt()).isEqualTo(last);
    assertThat(plan.stop()).isEqualTo(Stop.AFTER);
    assertThat(plan.lastIncluded()).isEqualTo(new Edge.Commit(last, plan.replayEnd(), at(2), 10));
    assertThat(resolve(new Target.AtTime(at(31)))).isInstanceOf(Resolution.Future.class);
    assertThat(resolve(new Target.AtLsn(wal.end().plus(64)))).isInstanceOf(Resolution.Future.class);
  }

  // Red when: the last commit is the target although the backup is not consistent there.
  @Test
  void t36_on_an_idle_server_the_latest_moment_is_the_end_of_the_backup() {
    wal.commit(10, NOON);
    var base = backUp(2, () -> {});
    store(3);
    var plan = planned(new Target.Latest());
    assertThat(plan.replayEnd()).isEqualTo(base.end());
    assertThat(plan.stop()).isEqualTo(Stop.AFTER);
    assertThat(planned(new Target.AtSnapshot(base.id()))).isEqualTo(plan);
  }

  @Test
  void what_lies_behind_a_hole_is_no_data_and_what_lies_before_it_is_present() {
    backUp(1, () -> {});
    var commits = new ArrayList<Lsn>();
    for (int i = 0; i < 80; i++) {
      commits.add(wal.commit(100 + i, at(10 + i)));
      wal.fillTo(wal.end().plus(50_000));
    }
    store(100);
    var second = fixture.timeline().pieces().get(1);
    fixture.store().delete(second.key());
    assertThat(planned(new Target.AtTime(at(12))).stopAt()).isEqualTo(commits.get(2));
    assertThat(resolve(new Target.AtTime(at(80)))).isInstanceOf(Resolution.NoData.class);
    assertThat(resolve(new Target.AtLsn(wal.end()))).isInstanceOf(Resolution.NoData.class);
    assertThat(resolve(new Target.Latest())).isInstanceOf(Resolution.NoData.class);
  }

  // Red when: latest() does not ask what was durable once, as it did not; then the newest log could
  // be deleted and a recovery to the latest moment came to an older one without a word.
  @Test
  void the_latest_moment_is_no_data_if_a_mark_knows_of_a_later_commit() {
    backUp(1, () -> {});
    wal.commit(10, at(2));
    var kept = wal.end();
    var start = wal.commit(11, at(3));
    fixture.store(wal, kept);
    var lost = new Edge.Commit(start, wal.end(), at(3), 11);
    fixture.filing.mark(ONE, new DurableMark(wal.end(), wal.end(), at(4), at(4), lost));

    assertThat(resolve(new Target.Latest()))
        .isInstanceOfSatisfying(Resolution.NoData.class, none -> {
          assertThat(none.reason()).contains("log is missing from " + kept);
          assertThat(none.before())
              .isInstanceOfSatisfying(
                  Edge.Commit.class, commit -> assertThat(commit.xid()).isEqualTo(10));
        });
    assertThat(planned(new Target.AtTransaction(10)).replayEnd()).isEqualTo(kept);
  }

  // Red when: isLost takes a mark that knows no commit for one that knows of none: a stream that
  // was just started has not met any.
  @Test
  void the_latest_moment_is_no_data_if_log_is_missing_of_which_nobody_knows_what_was_in_it() {
    backUp(1, () -> {});
    wal.commit(10, at(2));
    var kept = wal.end();
    fixture.store(wal, kept);
    wal.commit(11, at(3));
    var nothing = new Edge.Nothing();
    fixture.filing.mark(ONE, new DurableMark(wal.end(), wal.end(), at(4), at(4), nothing));

    assertThat(resolve(new Target.Latest())).isInstanceOf(Resolution.NoData.class);
    assertThat(planned(new Target.AtTransaction(10)).replayEnd()).isEqualTo(kept);
  }

  @Test
  void restore_points_and_transactions_are_found_by_name() {
    backUp(1, () -> {});
    wal.commit(10, at(2));
    wal.restorePoint("before", at(2.5));
    var again = wal.restorePoint("before", at(3));
    wal.abort(11, at(4));
    store(5);
    assertThat(planned(new Target.AtRestorePoint("before")).stopAt()).isEqualTo(again);
    assertThat(resolve(new Target.AtRestorePoint("after"))).isInstanceOf(Resolution.NoData.class);
    assertThat(resolve(new Target.AtTransaction(11))).isInstanceOf(Resolution.NoData.class);
    assertThat(resolve(new Target.AtTransaction(12))).isInstanceOf(Resolution.NoData.class);
  }

  // Red when: BranchTargets.restorePoint says no more than that there is no such name.
  @Test
  void restore_points_whose_names_are_not_utf_8_are_named_with_a_way_to_have_them() {
    backUp(1, () -> {});
    wal.restorePoint("größe".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1), at(2));
    var end = wal.end();
    wal.commit(10, at(3));
    store(5);

    assertThat(resolve(new Target.AtRestorePoint("größe")))
        .isInstanceOfSatisfying(
            Resolution.NoData.class,
            none -> assertThat(none.reason()).contains("not UTF-8", "of " + at(2), "--to " + end));
    assertThat(planned(new Target.AtLsn(end)).replayEnd()).isLessThanOrEqualTo(end);
  }
}
