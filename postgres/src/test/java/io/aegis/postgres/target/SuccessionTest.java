package io.aegis.postgres.target;

import static io.aegis.postgres.archive.ArchiveFixture.BEGIN;
import static io.aegis.postgres.archive.ArchiveFixture.NOON;
import static io.aegis.postgres.archive.ArchiveFixture.ONE;
import static io.aegis.postgres.archive.ArchiveFixture.SIZE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Milestones;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.BaseBackup;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Resolution;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.Resolution.PlannedTarget;
import io.aegis.postgres.RestorableWindow.Span;
import io.aegis.postgres.Target;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.archive.ArchiveFixture;
import io.aegis.postgres.archive.DurableMark;
import io.aegis.postgres.archive.IncarnationClaim;
import io.aegis.postgres.archive.IncarnationClaim.Origin;
import io.aegis.postgres.archive.Incarnations;
import io.aegis.postgres.archive.LogSpan;
import io.aegis.postgres.archive.WalFiling;
import io.aegis.postgres.wal.MadeUpWal;
import io.aegis.repository.SnapshotId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which of several lives holds the latest moment, and which of them a moment is taken from. */
class SuccessionTest {
  private static final Timeline TWO = new Timeline(2);
  private static final Timeline THREE = new Timeline(3);
  private static final Target LATEST = new Target.Latest();

  private final ArchiveFixture fixture = new ArchiveFixture();
  private final MadeUpWal wal = new MadeUpWal(SIZE, ONE, BEGIN);
  private BaseBackup base;
  private Lsn fork;

  @BeforeEach
  void a_backup_and_a_commit_and_then_a_fork() {
    var begin = wal.filler(100);
    wal.backupEnd(begin);
    base = new BaseBackup(
        new SnapshotId("20261123T120000Z-00000000"),
        fixture.claim.system(),
        fixture.claim.id(),
        ONE,
        begin,
        wal.end(),
        NOON,
        at(1));
    wal.commit(10, at(2));
    fork = wal.end();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static Instant at(double seconds) {
    return NOON.plusMillis((long) (seconds * 1000));
  }

  private record Stopped(Instant now) implements TimeSource {
    @Override
    public long nanos() {
      return 0;
    }

    @Override
    public void sleep(Duration pause) {
      throw new UnsupportedOperationException("no claim waits");
    }
  }

  private IncarnationClaim left(String name, IncarnationClaim parent, Timeline last, double when) {
    return new Incarnations(fixture.repository, new Stopped(at(when)))
        .claimFork(new Incarnation(name), parent, new Origin.Fork(parent.id(), last, fork));
  }

  /** All of a life's log on that timeline, and a mark that says when it was the last time. */
  private void store(IncarnationClaim life, Timeline timeline, MadeUpWal log, Mark mark) {
    var filing = new WalFiling(fixture.repository, life, Milestones.UNWATCHED);
    if (!timeline.equals(ONE)) {
      filing.history(timeline, ("1\t" + fork + "\tno recovery target\n").getBytes(UTF_8));
    }
    filing.part(timeline, new LogSpan(BEGIN, log.end()), log.bytes(BEGIN, log.end()));
    filing.mark(
        timeline,
        new DurableMark(log.end(), log.end(), at(mark.asOf), at(mark.written), mark.last));
  }

  private record Mark(double asOf, double written, Edge last) {
    static Mark at(double asOf) {
      return new Mark(asOf, asOf, new Edge.Nothing());
    }
  }

  /** The old life's log goes on behind the fork. */
  private Edge.Commit goOn(long xid, double when) {
    var start = wal.commit(xid, at(when));
    return new Edge.Commit(start, wal.end(), at(when), xid);
  }

  private MadeUpWal forked(Timeline timeline, long xid, double when) {
    var log = wal.fork(timeline);
    log.commit(xid, at(when));
    return log;
  }

  private Branches branches() {
    return new Branches(fixture.archive, fixture.repository.register(), List.of(base));
  }

  private PlannedTarget planned(Target target) {
    var resolution = branches().resolve(target);
    assertThat(resolution).isInstanceOf(Resolution.Present.class);
    return ((Resolution.Present) resolution).plan();
  }

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
