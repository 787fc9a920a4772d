package io.aegis.postgres.stream;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Report;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.archive.LogSpan;
import io.aegis.postgres.archive.Piece;
import io.aegis.postgres.archive.TimelineInventory;
import io.aegis.postgres.archive.WalArchive;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A slice near the end of a timeline that is stored in parts, of which some are damaged or gone. A
 * slice that is stored as one object is none: nothing can be put in its place.
 *
 * @param slice where it lies, whole
 * @param unreadable from the first byte that cannot be read to the next one that can
 * @param readable its parts that can be read
 * @param why what is wrong with it
 */
record DamagedTip(
    TimelineInventory timeline,
    LogSpan slice,
    LogSpan unreadable,
    List<Piece> readable,
    String why) {

  /** The first one, if there is any. Reads every part of the slices that are not whole objects. */
  static Optional<DamagedTip> find(WalArchive archive, TimelineInventory timeline, int size) {
    return slicesOfParts(timeline, size).stream()
        .flatMap(slice -> in(archive, timeline, slice).stream())
        .findFirst();
  }

  /**
   * Whether something besides the slice that is being filled is left in parts, though catching up
   * has replaced all of them that it could read.
   */
  static boolean isLikely(TimelineInventory timeline, int size) {
    return slicesOfParts(timeline, size).stream()
        .anyMatch(slice -> !slice.to().isAfter(timeline.end()));
  }

  private static List<LogSpan> slicesOfParts(TimelineInventory timeline, int size) {
    var settled =
        timeline.lost().isEmpty() ? Lsn.INVALID : timeline.lost().getLast().to();
    return timeline.pieces().stream()
        .filter(piece -> piece.kind() == Piece.Kind.PART)
        .map(piece -> new Lsn(piece.span().from().value() & -(long) size))
        .distinct()
        .filter(start -> !start.isBefore(settled))
        .map(start -> new LogSpan(start, start.plus(size)))
        .filter(slice -> timeline.pieces().stream()
            .noneMatch(p -> p.kind() == Piece.Kind.SLICE && p.span().equals(slice)))
        .toList();
  }

  private static Optional<DamagedTip> in(
      WalArchive archive, TimelineInventory timeline, LogSpan slice) {
    var readable = new ArrayList<Piece>();
    var why = "a part of it is gone";
    for (var part : parts(timeline, slice)) {
      try {
        archive.content(part);
        readable.add(part);
      } catch (Damaged e) {
        why = e.report().headline();
      }
    }
    var from = unbroken(slice.from(), readable);
    var end = Lsn.earlier(slice.to(), timeline.end());
    if (!from.isBefore(end)) {
      return Optional.empty();
    }
    var to = readable.stream()
        .map(part -> part.span().from())
        .filter(begin -> begin.isAfter(from))
        .findFirst()
        .orElse(end);
    return Optional.of(
        new DamagedTip(timeline, slice, new LogSpan(from, to), List.copyOf(readable), why));
  }

  private static Lsn unbroken(Lsn start, List<Piece> inOrder) {
    var reached = start;
    for (var part : inOrder) {
      if (!part.span().from().isAfter(reached)) {
        reached = Lsn.later(reached, part.span().to());
      }
    }
    return reached;
  }

  private static List<Piece> parts(TimelineInventory timeline, LogSpan slice) {
    return timeline.pieces().stream()
        .filter(p -> p.kind() == Piece.Kind.PART && slice.contains(p.span()))
        .toList();
  }

  /** All of it that is listed, damaged or not. */
  List<Piece> parts() {
    return parts(timeline, slice);
  }

  /**
   * How far its log must be had again before it can be stored: no less than there was, and under a
   * name that is not taken.
   *
   * @param until where the log of this timeline ends
   * @return empty if there is not enough log to put something in its place
   */
  Optional<Lsn> goal(Lsn until) {
    var listed = Lsn.earlier(slice.to(), timeline.end());
    var once = Lsn.earlier(slice.to(), Lsn.later(listed, timeline.durable()));
    boolean taken = parts().stream()
        .anyMatch(
            part -> part.span().from().equals(slice.from()) && part.span().to().equals(once));
    var goal = Lsn.earlier(once.equals(slice.to()) || !taken ? once : once.plus(1), until);
    boolean named = !goal.equals(slice.to())
        && parts().stream().anyMatch(part -> part.span().equals(new LogSpan(slice.from(), goal)));
    return goal.isBefore(listed) || named ? Optional.empty() : Optional.of(goal);
  }

  /** What a person is told when the server is asked for it again. */
  Report askedAgain(Lsn goal) {
    return met(unreadable.from() + " to " + unreadable.to(), why)
        .safe("the server is asked for that log again; nothing is removed before it is stored anew")
        .next(
            "nothing: the stream goes on once the server has sent its log up to " + goal,
            "if it is idle, let it write something:  CHECKPOINT  or any commit");
  }

  /** What a person is told when nothing can be put in its place. */
  Report leftAsItIs() {
    return leftAsItIs(unreadable.from() + " to " + unreadable.to(), why);
  }

  /** What a person is told of damage that the stream only passes by. */
  static Report leftAsItIs(String where, String why) {
    return met(where, why)
        .safe("the stream goes on; what it stores from now on is not affected")
        .next(
            "aegis repo check --read-data    (says which moments need what is damaged)",
            "aegis backup    (a snapshot taken now does not need it)");
  }

  private static Report.Draft met(String where, String why) {
    return Report.of(PostgresCode.STORED_LOG_DAMAGED, "stored log cannot be read: " + where)
        .why(why);
  }
}
