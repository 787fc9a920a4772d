package io.aegis.postgres.target;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Report;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.archive.LineageLog;
import io.aegis.postgres.archive.LogSpan;
import io.aegis.postgres.archive.SliceIndex;
import io.aegis.postgres.archive.SliceIndex.Slice;
import io.aegis.postgres.archive.SliceSummary;
import io.aegis.postgres.wal.Detail;
import io.aegis.postgres.wal.ScanState;
import io.aegis.postgres.wal.WalEvent;
import io.aegis.postgres.wal.WalEvent.TransactionEnd;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Finds records in one unbroken stretch of a lineage's log. Summaries tell which slices can be
 * passed over, so that a search in a week of log reads one slice or two. A record belongs to the
 * slice in which it ends. For one thread.
 */
final class LogSearch {
  /** What a decoder puts in the place of bytes that are no UTF-8. */
  private static final char REPLACED = '\uFFFD';

  private final LineageLog log;
  private final SliceIndex index;

  /** Where a record begins that nothing before it is read for; {@link Lsn#INVALID} if nowhere. */
  private final Lsn record;

  private LogSearch(LineageLog log, LogSpan stretch, Lsn record) {
    this.log = log;
    this.index = SliceIndex.of(log, stretch);
    this.record = record;
  }

  static LogSearch in(LineageLog log, LogSpan stretch) {
    return new LogSearch(log, stretch, Lsn.INVALID);
  }

  /** In a stretch that begins where a record does, as where a snapshot begins. */
  static LogSearch fromRecord(LineageLog log, LogSpan stretch) {
    return new LogSearch(log, stretch, stretch.from());
  }

  /**
   * The first end of a transaction, in the order of the log, whose time is later than {@code time}.
   */
  Optional<TransactionEnd> firstEndedAfter(Instant time) {
    return first(
        slice -> slice.name().isEmpty()
            || slice.name().get().times().filter(t -> t.latest().isAfter(time)).isPresent(),
        end -> end.time().isAfter(time));
  }

  /** The first end of a transaction whose record ends behind {@code lsn}. */
  Optional<TransactionEnd> firstEndingBehind(Lsn lsn) {
    return first(
        slice -> slice.span().to().isAfter(lsn) && mayHoldEnds(slice),
        end -> end.end().isAfter(lsn));
  }

  /** The first commit whose record begins at or behind {@code lsn}. */
  Optional<TransactionEnd> firstCommitFrom(Lsn lsn) {
    return first(
        slice -> slice.span().to().isAfter(lsn) && mayHoldEnds(slice),
        end -> !end.start().isBefore(lsn) && end.outcome().isCommit());
  }

  /** The same, of those whose time is not later than {@code time}. */
  Optional<TransactionEnd> firstCommitUntil(Instant time, Lsn lsn) {
    return first(
        slice -> slice.span().to().isAfter(lsn)
            && (slice.name().isEmpty()
                || slice
                    .name()
                    .get()
                    .times()
                    .filter(t -> !t.earliest().isAfter(time))
                    .isPresent()),
        end -> !end.start().isBefore(lsn)
            && end.outcome().isCommit()
            && !end.time().isAfter(time));
  }

  private static boolean mayHoldEnds(Slice slice) {
    return slice.name().isEmpty() || slice.name().get().times().isPresent();
  }

  private Optional<TransactionEnd> first(
      Predicate<Slice> relevant, Predicate<TransactionEnd> wanted) {
    for (var slice : index.forward()) {
      if (relevant.test(slice)) {
        var found = ends(slice.span()).stream().filter(wanted).findFirst();
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /** The last commit whose record ends at or before {@code lsn}. */
  Edge lastCommitUpTo(Lsn lsn) {
    for (var slice : index.backward()) {
      if (slice.span().from().isBefore(lsn) && mayHoldEnds(slice)) {
        var found = lastCommitIn(slice, lsn);
        if (found instanceof Edge.Commit) {
          return found;
        }
      }
    }
    return new Edge.Nothing();
  }

  private Edge lastCommitIn(Slice slice, Lsn lsn) {
    var known = index.summary(slice).map(SliceSummary::last);
    if (known.isPresent() && known.get() instanceof Edge.Commit commit) {
      boolean inStretch = commit.end().isAfter(slice.span().from())
          && !commit.end().isAfter(Lsn.earlier(lsn, slice.span().to()));
      if (inStretch) {
        return commit;
      }
    } else if (known.isPresent()) {
      return new Edge.Nothing();
    }
    return ends(slice.upTo(lsn)).reversed().stream()
        .filter(end -> end.outcome().isCommit())
        .findFirst()
        .<Edge>map(LogSearch::edge)
        .orElseGet(Edge.Nothing::new);
  }

  /** The last record that ended or prepared a transaction. */
  Optional<LogSpan> lastDecision() {
    for (var slice : index.backward()) {
      var known = index.summary(slice).map(SliceSummary::lastDecision);
      if (known.isPresent() && known.get().isEmpty()) {
        continue;
      }
      if (known.isPresent()
          && known.get().to().isAfter(slice.span().from())
          && !known.get().to().isAfter(slice.span().to())) {
        return known;
      }
      var found = lastDecisionIn(slice.span());
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** The last record that ended or prepared a transaction and itself ends at or before there. */
  Optional<LogSpan> lastDecisionUpTo(Lsn lsn) {
    for (var slice : index.backward()) {
      var none = index.summary(slice).map(SliceSummary::lastDecision).filter(LogSpan::isEmpty);
      if (slice.span().from().isBefore(lsn) && none.isEmpty()) {
        var found = decisionsIn(slice.upTo(lsn)).findFirst();
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<LogSpan> lastDecisionIn(LogSpan span) {
    return decisionsIn(span).findFirst();
  }

  /** The last one first. */
  private Stream<LogSpan> decisionsIn(LogSpan span) {
    return events(span).reversed().stream()
        .filter(event -> event instanceof TransactionEnd || event instanceof WalEvent.Prepare)
        .map(event -> new LogSpan(event.start(), event.end()));
  }

  /** How the newest transaction of this number ended, if it did; subtransactions count. */
  Optional<TransactionEnd> endOf(long xid) {
    return newest(xid, end -> end.xid() == xid || end.subtransactions().contains(xid));
  }

  /** The newest transaction that had too many subtransactions to know that this is none of them. */
  Optional<TransactionEnd> mayHold(long xid) {
    return newest(xid, end -> end.mayHold(xid));
  }

  private Optional<TransactionEnd> newest(long xid, Predicate<TransactionEnd> wanted) {
    for (var slice : index.backward()) {
      var known = index.summary(slice);
      boolean relevant = known.isEmpty()
          || (known.get().lowestXid() <= xid && xid <= known.get().highestXid());
      if (relevant) {
        var found = ends(slice.span()).reversed().stream().filter(wanted).findFirst();
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /** The record of the newest restore point of this name. */
  Optional<LogSpan> restorePoint(String name) {
    for (var slice : index.backward()) {
      var found = restorePoints(slice).reversed().stream()
          .filter(point -> point.name().equals(name))
          .findFirst();
      if (found.isPresent()) {
        return Optional.of(new LogSpan(found.get().start(), found.get().end()));
      }
    }
    return Optional.empty();
  }

  /**
   * The newest restore points whose names were no UTF-8, newest first: the server stores the bytes
   * of the database's encoding, which the log does not name ({@code XLogRestorePoint},
   * src/backend/access/transam/xlog.c).
   */
  List<WalEvent.RestorePoint> illegibleRestorePoints(int most) {
    var found = new ArrayList<WalEvent.RestorePoint>();
    for (var slice : index.backward()) {
      restorePoints(slice).reversed().stream()
          .filter(point -> point.name().indexOf(REPLACED) >= 0)
          .limit((long) most - found.size())
          .forEach(found::add);
      if (found.size() == most) {
        break;
      }
    }
    return found;
  }

  private List<WalEvent.RestorePoint> restorePoints(Slice slice) {
    boolean none = index.summary(slice).filter(s -> s.restorePoints().isEmpty()).isPresent();
    return none
        ? List.of()
        : events(slice.span()).stream()
            .filter(WalEvent.RestorePoint.class::isInstance)
            .map(WalEvent.RestorePoint.class::cast)
            .toList();
  }

  private List<TransactionEnd> ends(LogSpan span) {
    return events(span).stream()
        .filter(TransactionEnd.class::isInstance)
        .map(TransactionEnd.class::cast)
        .toList();
  }

  /**
   * At most a slice long, so what is kept is bounded by what 16 MiB of log can say.
   *
   * @throws Damaged if it cannot be read to its end: what is not seen is not absent
   */
  private List<WalEvent> events(LogSpan span) {
    var events = new ArrayList<WalEvent>();
    requireRead(
        span.from().equals(record)
            ? log.scanFromRecord(span, Detail.TRANSACTIONS, events::add)
            : log.scan(span, Detail.TRANSACTIONS, events::add));
    return events;
  }

  /**
   * @throws Damaged if a scan came to an end before its stretch did
   */
  static void requireRead(ScanState state) {
    switch (state) {
      case ScanState.Reading() -> {}
      case ScanState.Ended(var at, var why) -> throw broken(at, why);
      case ScanState.Damaged(var at, var what) -> throw broken(at, what);
    }
  }

  private static Damaged broken(Lsn at, String why) {
    return new Damaged(
        Report.of(PostgresCode.WAL_UNREADABLE, "the stored log cannot be read on from " + at)
            .why(why)
            .safe("nothing was changed; moments before it can be recovered")
            .next("aegis repo check --read-data"));
  }

  static Edge.Commit edge(TransactionEnd end) {
    return new Edge.Commit(end.start(), end.end(), end.time(), end.xid());
  }
}
