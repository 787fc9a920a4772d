package io.aegis.postgres.target;

import static io.aegis.postgres.archive.ArchiveFixture.BEGIN;
import static io.aegis.postgres.archive.ArchiveFixture.NOON;
import static io.aegis.postgres.archive.ArchiveFixture.ONE;
import static io.aegis.postgres.archive.ArchiveFixture.SIZE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Milestones;
import io.aegis.kernel.testing.VirtualTime;
import io.aegis.postgres.BaseBackup;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Resolution;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.Resolution.PlannedTarget;
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
import io.aegis.repository.ComponentName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A cluster with more than one life, made up, so that each part lies exactly where it hurts. */
abstract class SeveralLives {
  static final ComponentName OWN = new ComponentName("shop-db");
  static final Owners NOBODY_ELSE = new Owners(OWN, Map::of, Map::of);
  static final Timeline TWO = new Timeline(2);
  static final Timeline THREE = new Timeline(3);

  final ArchiveFixture fixture = new ArchiveFixture();
  final MadeUpWal wal = new MadeUpWal(SIZE, ONE, BEGIN);
  BaseBackup base;
  Lsn fork;

  @BeforeEach
  void a_backup_and_a_commit_and_then_a_fork() {
    var begin = wal.filler(100);
    wal.backupEnd(begin);
    base = fixture.base(begin, wal.end());
    wal.commit(10, at(2));
    fork = wal.end();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  static Instant at(double seconds) {
    return NOON.plusMillis((long) (seconds * 1000));
  }

  IncarnationClaim left(String name, IncarnationClaim parent, Timeline last, double when) {
    return leftAt(name, parent, last, when, fork);
  }

  IncarnationClaim leftAt(
      String name, IncarnationClaim parent, Timeline last, double when, Lsn where) {
    return new Incarnations(fixture.repository, new VirtualTime(at(when)))
        .claimFork(new Incarnation(name), parent, new Origin.Fork(parent.id(), last, where));
  }

  /** All of a life's log on that timeline, and a mark that says when it was the last time. */
  void store(IncarnationClaim life, Timeline timeline, MadeUpWal log, Mark mark) {
    store(life, timeline, log, mark, timeline.equals(ONE) ? "" : leaves(ONE, fork));
  }

  /** A line of a history file. */
  static String leaves(Timeline timeline, Lsn at) {
    return timeline + "\t" + at + "\tno recovery target\n";
  }

  void store(IncarnationClaim life, Timeline timeline, MadeUpWal log, Mark mark, String history) {
    var filing = new WalFiling(fixture.repository, life, Milestones.UNWATCHED);
    if (!history.isEmpty()) {
      filing.history(timeline, history.getBytes(UTF_8));
    }
    filing.part(timeline, new LogSpan(BEGIN, log.end()), log.bytes(BEGIN, log.end()));
    filing.mark(
        timeline,
        new DurableMark(log.end(), log.end(), at(mark.asOf), at(mark.written), mark.last));
  }

  record Mark(double asOf, double written, Edge last) {
    static Mark at(double asOf) {
      return new Mark(asOf, asOf, new Edge.Nothing());
    }
  }

  /** The old life's log goes on behind the fork. */
  Edge.Commit goOn(long xid, double when) {
    var start = wal.commit(xid, at(when));
    return new Edge.Commit(start, wal.end(), at(when), xid);
  }

  MadeUpWal forked(Timeline timeline, long xid, double when) {
    var log = wal.fork(timeline);
    log.commit(xid, at(when));
    return log;
  }

  Branches branches() {
    return branches(NOBODY_ELSE);
  }

  Branches branches(Owners owners) {
    return new Branches(fixture.archive, fixture.repository.register(), List.of(base), owners);
  }

  PlannedTarget planned(Target target) {
    var resolution = branches().resolve(target);
    assertThat(resolution).isInstanceOf(Resolution.Present.class);
    return ((Resolution.Present) resolution).plan();
  }
}
