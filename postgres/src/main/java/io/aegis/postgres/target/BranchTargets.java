package io.aegis.postgres.target;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Report;
import io.aegis.postgres.BaseBackup;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Resolution;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.Resolution.PlannedTarget;
import io.aegis.postgres.Resolution.Stop;
import io.aegis.postgres.Target;
import io.aegis.postgres.archive.DeclaredGap;
import io.aegis.postgres.archive.DurableMark;
import io.aegis.postgres.archive.LineageLog;
import io.aegis.postgres.archive.LogSpan;
import io.aegis.postgres.wal.WalEvent.Outcome;
import io.aegis.postgres.wal.WalEvent.TransactionEnd;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * Targets along one branch. What PostgreSQL is given is always the start of a record: that of the
 * last one wanted, which is replayed (with its end, PostgreSQL would wait for a record that may
 * never have been written).
 *
 * <p>Rules: a backup serves a target only if it ends before the target (trap T36), lies on the
 * branch (trap T37), and the log from its beginning to the target is there without a gap.
 */
final class BranchTargets {
  private static final int MOST_NAMED = 5;

  private final LineageLog log;
  private final List<Served> newestFirst;
  private final Optional<DurableMark> mark;
  private final boolean newerMarkDamaged;

  /** A backup with the log behind it. */
  private record Served(BaseBackup base, Lsn reach) {
    LogSpan stretch() {
      return new LogSpan(base.begin(), reach);
    }
  }

  BranchTargets(LineageLog log, List<BaseBackup> bases) {
    this.log = log;
    var marks = log.marks();
    this.mark = marks.newest();
    this.newerMarkDamaged = marks.damage().isPresent();
    this.newestFirst = bases.reversed().stream()
        .filter(log.lineage()::carries)
        .map(base -> new Served(base, log.reach(base.begin())))
        .filter(served -> !served.reach().isBefore(served.base().end()))
        .toList();
  }

  boolean isEmpty() {
    return newestFirst.isEmpty();
  }

  Resolution resolve(Target target) {
    if (newestFirst.isEmpty()) {
      return noData("there is no snapshot with the log that it needs");
    }
    return switch (target) {
      case Target.Latest() -> latest();
      case Target.AtTime(var time) -> at(time);
      case Target.AtLsn(var lsn) -> at(lsn);
      case Target.AtTransaction(var xid) -> transaction(xid);
      case Target.AtRestorePoint(var name) -> restorePoint(name);
      case Target.AtSnapshot(var id) ->
        newestFirst.stream()
            .filter(served -> served.base().id().equals(id))
            .findFirst()
            .map(this::atItsEnd)
            .orElseGet(() -> noData("no snapshot " + id + " lies on this branch"));
    };
  }

  /** What came last, unless it is known that more was durable once: that is never left unsaid. */
  private Resolution latest() {
    var furthest = furthest();
    var reach = furthest.reach();
    // A mark that a running stream wrote after the listing speaks of log that was not listed.
    var lost = mark.filter(listed -> !listed.durable().isAfter(log.tip().durable()))
        .filter(listed -> isLost(listed, reach));
    // One that cannot be read may know of a commit in the log that its name promises (rule R12).
    boolean untold = newerMarkDamaged && log.tip().durable().isAfter(reach);
    if (lost.isPresent() || untold || log.tip().end().isAfter(reach)) {
      return new Resolution.NoData(
          endsAt(reach) + ", and with it what was durable in it",
          search(furthest).lastCommitUpTo(reach),
          new Edge.Nothing());
    }
    return theLastOf(furthest);
  }

  private Resolution theLastOf(Served served) {
    var last = lastDecisionOf(served);
    requireKnown(last.map(LogSpan::to).orElse(served.base().end()), served.reach());
    return last.map(record -> after(served, record)).orElseGet(() -> atItsEnd(served));
  }

  /**
   * What the stream has read and what is read back are two witnesses of the last commit.
   *
   * @throws Damaged if the log that is there does not show the commit that the mark knows of
   */
  private void requireKnown(Lsn last, Lsn reach) {
    if (mark.map(DurableMark::lastCommit).orElse(new Edge.Nothing()) instanceof Edge.Commit known
        && known.end().isAfter(last)
        && !known.end().isAfter(reach)) {
      throw new Damaged(Report.of(
              PostgresCode.WAL_UNREADABLE,
              "transaction " + known.xid() + " is not in the log, though it was when it was stored")
          .why("a mark of the stream knows of its commit at " + known.start()
              + ", and the last one that the stored log shows ends at " + last)
          .safe("nothing was changed; moments before it can be recovered")
          .next("aegis repo check --read-data"));
    }
  }

  /** A stream that has not met a commit yet does not know whether there was one. */
  private static boolean isLost(DurableMark listed, Lsn reach) {
    return switch (listed.lastCommit()) {
      case Edge.Commit commit -> commit.end().isAfter(reach);
      case Edge.SnapshotEnd _, Edge.Nothing() -> listed.durable().isAfter(reach);
    };
  }

  /** The backup from which most of the branch can be reached; of several the newest. */
  private Served furthest() {
    var best = newestFirst.getFirst();
    for (var served : newestFirst) {
      best = served.reach().isAfter(best.reach()) ? served : best;
    }
    return best;
  }

  private Optional<LogSpan> lastDecisionOf(Served served) {
    return search(served)
        .lastDecision()
        .filter(r -> r.to().isAfter(served.base().end()));
  }

  /**
   * In the order of the log, everything before the first transaction that ended later than {@code
   * time}. Commit times are not monotonic, so this is not the same as all that ended before.
   */
  private Resolution at(Instant time) {
    for (var served : newestFirst) {
      if (served.base().finished().isAfter(time)) {
        continue;
      }
      var unwanted = search(served).firstEndedAfter(time);
      if (unwanted.isPresent()) {
        if (!unwanted.get().start().isBefore(served.base().end())) {
          return passing(before(served, unwanted.get()), served, time);
        }
      } else if (!time.isAfter(knownUntil(served))) {
        return theLastOf(served);
      } else {
        return beyond(served);
      }
    }
    return past();
  }

  private Resolution passing(Resolution found, Served served, Instant time) {
    return found instanceof Resolution.Present(var plan)
        ? new Resolution.Present(plan.passing(passedOver(plan, served, time)))
        : found;
  }

  /** Only to be told: what cannot be read behind the end keeps nothing from being recovered. */
  private Edge passedOver(PlannedTarget plan, Served served, Instant time) {
    try {
      return search(served)
          .firstCommitUntil(time, plan.replayEnd())
          .<Edge>map(LogSearch::edge)
          .orElseGet(Edge.Nothing::new);
    } catch (Damaged e) {
      return new Edge.Nothing();
    }
  }

  /** Until when it is known that nothing else was committed. */
  private Instant knownUntil(Served served) {
    var known = served.base().finished();
    if (search(served).lastCommitUpTo(served.reach()) instanceof Edge.Commit commit) {
      known = commit.time().isAfter(known) ? commit.time() : known;
    }
    // The mark speaks of the log up to its position; only who has all of that may rely on it.
    boolean whole = mark.isPresent() && !served.reach().isBefore(mark.get().durable());
    return whole && mark.get().knownUntil().isAfter(known) ? mark.get().knownUntil() : known;
  }

  /** Why no recovery leads to that position, in few words; empty if one may. Reads no log. */
  String obstacle(Lsn lsn) {
    if (newestFirst.isEmpty()) {
      return "no snapshot leads there";
    }
    return leadingTo(lsn)
        .map(served -> lsn.isAfter(served.reach()) ? "behind missing log" : "")
        .orElse("before the oldest snapshot");
  }

  private Optional<Served> leadingTo(Lsn lsn) {
    return newestFirst.stream()
        .filter(served -> !served.base().end().isAfter(lsn))
        .findFirst();
  }

  private Resolution at(Lsn lsn) {
    var leading = leadingTo(lsn);
    if (leading.isEmpty()) {
      return past();
    }
    var served = leading.get();
    if (lsn.isAfter(served.reach())) {
      return beyond(served);
    }
    var unwanted = search(served).firstEndingBehind(lsn);
    if (unwanted.isEmpty()) {
      return theLastOf(served);
    }
    return unwanted.get().start().isBefore(served.base().end())
        ? atItsEnd(served)
        : before(served, unwanted.get());
  }

  private Resolution transaction(long xid) {
    for (var served : newestFirst) {
      var end = search(served).endOf(xid);
      if (end.isPresent() && !end.get().outcome().isCommit()) {
        return noData("transaction " + xid + " was rolled back"
            + (end.get().outcome() == Outcome.ABORT_PREPARED ? " after it was prepared" : ""));
      }
      if (end.isPresent() && end.get().end().isAfter(served.base().end())) {
        return after(served, new LogSpan(end.get().start(), end.get().end()));
      }
    }
    for (var served : newestFirst) {
      var large = search(served).mayHold(xid);
      if (large.isPresent()) {
        return noData("whether " + xid + " is one of the subtransactions of transaction "
            + large.get().xid() + ", more than a million, cannot be told (AEG-2105)");
      }
    }
    return noData("no transaction " + xid + " was committed in the log that is there");
  }

  private Resolution restorePoint(String name) {
    for (var all : widest()) {
      var record = search(all).restorePoint(name);
      for (var served : record.isPresent() ? newestFirst : List.<Served>of()) {
        if (served.stretch().contains(record.get())
            && record.get().to().isAfter(served.base().end())) {
          return after(served, record.get());
        }
      }
    }
    return noData("no restore point '" + name + "' lies in the log that is there" + illegible());
  }

  /** Of the backups with the same reach the oldest: what lies behind the others lies behind it. */
  private Collection<Served> widest() {
    var widest = new LinkedHashMap<Lsn, Served>();
    newestFirst.forEach(served -> widest.put(served.reach(), served));
    return widest.values();
  }

  /** Of such a name nobody can say that it is not the one that is meant. */
  private String illegible() {
    var points = widest().stream()
        .flatMap(served -> search(served).illegibleRestorePoints(MOST_NAMED).stream())
        .distinct()
        .limit(MOST_NAMED)
        .map(point -> point.name() + " of " + point.time() + ", had by --to " + point.end())
        .toList();
    return points.isEmpty()
        ? ""
        : "; there are some whose names are not UTF-8 and cannot be compared (a database in another"
            + " encoding made them), newest first: " + String.join("; ", points);
  }

  /**
   * A primary writes a record when a backup ends. A standby cannot: the end of its backup is where
   * its files were consistent ({@code do_pg_backup_stop}, src/backend/access/transam/xlog.c), so
   * the record that brings replay there serves as well.
   */
  private Resolution atItsEnd(Served served) {
    var end = served.base().end();
    return log.recordReaching(end, served.reach())
        .map(record -> after(served, record))
        .orElseGet(
            () -> noData("the end of snapshot " + served.base().id() + " is not in the log"));
  }

  private Resolution after(Served served, LogSpan record) {
    return planned(served, record);
  }

  /**
   * Behind the last transaction that is wanted, and not right before the one that is not: what that
   * one did outside of its transaction is in the log before its commit. The files of a database are
   * removed by a record of their own ({@code dropdb}, src/backend/commands/dbcommands.c), so who
   * replays up to the commit of a DROP DATABASE has lost it (trap T45).
   */
  private Resolution before(Served served, TransactionEnd unwanted) {
    return search(served)
        .lastDecisionUpTo(unwanted.start())
        .filter(record -> record.to().isAfter(served.base().end()))
        .map(record -> after(served, record))
        .orElseGet(() -> atItsEnd(served));
  }

  /**
   * @param last the last record that is replayed
   */
  private Resolution planned(Served served, LogSpan last) {
    var search = search(served);
    var stopAt = last.from();
    var replayEnd = last.to();
    var included = search.lastCommitUpTo(replayEnd);
    Edge excluded =
        search.firstCommitFrom(replayEnd).<Edge>map(LogSearch::edge).orElseGet(Edge.Nothing::new);
    var base = served.base();
    boolean older = !(included instanceof Edge.Commit);
    return new Resolution.Present(new PlannedTarget(
        base,
        log.lineage().legsTo(base.begin(), stopAt, served.reach()),
        stopAt,
        Stop.AFTER,
        replayEnd,
        older ? new Edge.SnapshotEnd(base.end(), base.finished()) : included,
        excluded,
        new Edge.Nothing(),
        replayEnd.minus(base.begin())));
  }

  /** Behind the log of {@code served}: either nothing is known yet, or there is a hole. */
  private Resolution beyond(Served served) {
    var tip = log.tip();
    var end = Lsn.later(tip.end(), tip.durable());
    var last = search(served).lastCommitUpTo(served.reach());
    if (log.isBarrier(served.reach())
        || end.isAfter(log.lineage().segments().ceiling(served.reach()))
        || end.isAfter(served.reach()) && tip.missingTail().isPresent()) {
      return new Resolution.NoData(endsAt(served.reach()), last, new Edge.Nothing());
    }
    return new Resolution.Future(last, knownUntil(served), served.reach());
  }

  private String endsAt(Lsn reach) {
    return log.isBarrier(reach)
        ? "no snapshot was taken behind " + reach + ", and " + DeclaredGap.MINIMAL
        : "log is missing from " + reach + " on";
  }

  private Resolution past() {
    var oldest = newestFirst.getLast().base();
    return new Resolution.Past(
        "the earliest snapshot that can be used, " + oldest.id() + ", ended after it",
        new Edge.SnapshotEnd(oldest.end(), oldest.finished()));
  }

  private static Resolution noData(String reason) {
    return new Resolution.NoData(reason, new Edge.Nothing(), new Edge.Nothing());
  }

  private LogSearch search(Served served) {
    return LogSearch.fromRecord(log, served.stretch());
  }
}
