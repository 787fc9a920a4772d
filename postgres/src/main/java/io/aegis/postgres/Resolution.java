package io.aegis.postgres;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Where a target lies, said before anything is copied. */
public sealed interface Resolution {

  /** It can be recovered, in this way. */
  record Present(PlannedTarget plan) implements Resolution {}

  /** It lies after everything that is durable. */
  record Future(Edge lastCommit, Instant knownUntil, Lsn durable) implements Resolution {}

  /** It lies before the end of the earliest snapshot that is left. */
  record Past(String reason, Edge earliest) implements Resolution {}

  /**
   * It lies where nothing can be recovered, although earlier or later moments can, or it never was.
   *
   * @param reason the fact: which log is missing, or that there is no such name
   * @param before the last moment before it that can be recovered
   * @param after the first moment after it that can be recovered
   */
  record NoData(String reason, Edge before, Edge after) implements Resolution {}

  /**
   * How a target is reached. PostgreSQL is given {@code recovery_target_lsn = stopAt} with {@code
   * recovery_target_inclusive} as {@code stop} says; replay must then stand at {@code replayEnd}.
   *
   * @param base the snapshot to copy
   * @param legs which part of the log comes from where, oldest first; the last leg's timeline is
   *     {@code recovery_target_timeline}
   * @param stopAt the start of a record
   * @param replayEnd where replay stands when it pauses; asserted afterwards
   * @param lastIncluded the last transaction that will be there
   * @param firstExcluded the first transaction that will not
   * @param passedOver the first transaction behind the end whose time is not later than the one
   *     that was asked for: the server's clock was ahead before it, or was set back
   * @param walBytes what has to be replayed, in bytes
   */
  record PlannedTarget(
      BaseBackup base,
      List<Leg> legs,
      Lsn stopAt,
      Stop stop,
      Lsn replayEnd,
      Edge lastIncluded,
      Edge firstExcluded,
      Edge passedOver,
      long walBytes) {
    public PlannedTarget {
      legs = List.copyOf(legs);
    }

    public PlannedTarget passing(Edge passedOver) {
      return new PlannedTarget(
          base, legs, stopAt, stop, replayEnd, lastIncluded, firstExcluded, passedOver, walBytes);
    }
  }

  /** Whether the record at the stop is replayed. */
  enum Stop {
    /** {@code recovery_target_inclusive = on}. */
    AFTER,
    /** {@code recovery_target_inclusive = off}. */
    BEFORE
  }

  /**
   * A stretch of the log on one timeline of one incarnation.
   *
   * @param from a segment boundary
   * @param to the next leg's {@code from}, or where this history is known to end
   */
  record Leg(Incarnation incarnation, Timeline timeline, Lsn from, Lsn to) {}

  /** A transaction's end beside a moment, or why there is none. */
  sealed interface Edge {

    /** The commit, if it is one. */
    default Optional<Commit> commit() {
      return this instanceof Commit commit ? Optional.of(commit) : Optional.empty();
    }

    /**
     * A commit.
     *
     * @param start where its record begins
     * @param end where the next one begins
     */
    record Commit(Lsn start, Lsn end, Instant time, long xid) implements Edge {}

    /** A moment without a commit: the end of a snapshot. */
    record SnapshotEnd(Lsn lsn, Instant time) implements Edge {}

    /** Nothing is there. */
    record Nothing() implements Edge {}
  }
}
