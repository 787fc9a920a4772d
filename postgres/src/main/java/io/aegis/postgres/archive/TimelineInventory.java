package io.aegis.postgres.archive;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.archive.WalNames.SummaryName;
import io.aegis.storage.ObjectKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What one listing shows of a timeline.
 *
 * @param pieces in the order of the log; of those that begin together the longest first
 * @param summaries in the order of the log
 * @param gaps declared ones, in the order of the log
 * @param marks in the order of the log; the last one says how far it must be there
 */
public record TimelineInventory(
    Timeline timeline,
    List<Piece> pieces,
    List<SummaryName> summaries,
    List<LogSpan> gaps,
    List<ObjectKey> marks) {

  public TimelineInventory {
    pieces = pieces.stream()
        .sorted(Comparator.comparing(Piece::from)
            .thenComparing(Piece::to, Comparator.reverseOrder())
            .thenComparing(Piece::kind, Comparator.reverseOrder()))
        .toList();
    summaries = List.copyOf(summaries);
    gaps = List.copyOf(gaps);
    marks = List.copyOf(marks);
  }

  static TimelineInventory empty(Timeline timeline) {
    return new TimelineInventory(timeline, List.of(), List.of(), List.of(), List.of());
  }

  /**
   * The stretches that are there without a gap, in the order of the log. What is declared to be
   * lost is not there, whatever still lies in its place: a gap can be declared over a damaged part.
   */
  public List<LogSpan> ranges() {
    var ranges = listed();
    for (var gap : lost()) {
      ranges = ranges.stream().flatMap(range -> outside(range, gap)).toList();
    }
    return ranges;
  }

  /** What is declared to be lost, without the {@link #barriers}. */
  public List<LogSpan> lost() {
    return gaps.stream().filter(gap -> !gap.isEmpty()).toList();
  }

  /**
   * Where replay ends, whatever is stored behind it: gaps of no length. The log goes on there, for
   * snapshots that were taken behind it.
   */
  public List<Lsn> barriers() {
    return gaps.stream().filter(LogSpan::isEmpty).map(LogSpan::from).toList();
  }

  private static Stream<LogSpan> outside(LogSpan range, LogSpan gap) {
    if (!gap.from().isBefore(range.to()) || !gap.to().isAfter(range.from())) {
      return Stream.of(range);
    }
    return Stream.of(
            new LogSpan(range.from(), Lsn.later(range.from(), gap.from())),
            new LogSpan(Lsn.earlier(range.to(), gap.to()), range.to()))
        .filter(rest -> !rest.isEmpty());
  }

  private List<LogSpan> listed() {
    var ranges = new ArrayList<LogSpan>();
    for (var piece : pieces) {
      if (!ranges.isEmpty() && !piece.from().isAfter(ranges.getLast().to())) {
        var open = ranges.removeLast();
        ranges.add(new LogSpan(open.from(), Lsn.later(open.to(), piece.to())));
      } else {
        ranges.add(piece.span());
      }
    }
    return ranges;
  }

  /**
   * Whether something is not shown that may be there: log that is missing and not declared to be,
   * at the end, between, or before the first piece, which is a slice unless the timeline is young.
   */
  boolean mayHaveBeenPassedBy() {
    boolean beginsWithParts = !pieces.isEmpty() && pieces.getFirst().kind() == Piece.Kind.PART;
    return beginsWithParts || missingTail().isPresent() || hasUndeclaredHole();
  }

  private boolean hasUndeclaredHole() {
    var ranges = ranges();
    for (int i = 1; i < ranges.size(); i++) {
      if (!isDeclared(new LogSpan(ranges.get(i - 1).to(), ranges.get(i).from()))) {
        return true;
      }
    }
    return false;
  }

  /** Whether all of it is declared to be lost, by one gap or by several that adjoin. */
  public boolean isDeclared(LogSpan span) {
    var reached = span.from();
    for (var gap : lost()) {
      if (!gap.from().isAfter(reached)) {
        reached = Lsn.later(reached, gap.to());
      }
    }
    return !reached.isBefore(span.to());
  }

  /** The stretch that holds the byte at {@code lsn}, or that ends there. */
  public Optional<LogSpan> rangeAt(Lsn lsn) {
    return rangeAt(ranges(), lsn);
  }

  static Optional<LogSpan> rangeAt(List<LogSpan> ranges, Lsn lsn) {
    return ranges.stream()
        .filter(range -> !range.from().isAfter(lsn) && !range.to().isBefore(lsn))
        .reduce((_, later) -> later);
  }

  /** Where the log is to go on: behind all that is there or is declared to be lost. */
  public Lsn position() {
    return gaps.isEmpty() ? end() : Lsn.later(end(), gaps.getLast().to());
  }

  /** Whether nothing of this timeline was ever stored or declared lost. */
  public boolean isEmpty() {
    return pieces.isEmpty() && gaps.isEmpty();
  }

  /** Where what is there begins; the beginning of the log if nothing is. */
  public Lsn begin() {
    return pieces.isEmpty() ? Lsn.INVALID : pieces.getFirst().from();
  }

  /** The end of all that is there; the beginning of the log if nothing is. */
  public Lsn end() {
    return pieces.stream().map(Piece::to).reduce(Lsn.INVALID, Lsn::later);
  }

  /** How far it was once durable, by the newest mark; the beginning of the log without one. */
  public Lsn durable() {
    return marks.isEmpty() ? Lsn.INVALID : WalNames.mark(marks.getLast()).orElse(Lsn.INVALID);
  }

  /**
   * Whether a mark was there once and none is: a stream that ends before its first mark leaves
   * parts and nothing else, and no snapshot rests on them.
   *
   * @param backedUp whether a snapshot was taken of this timeline
   */
  public boolean lostItsMarks(boolean backedUp) {
    return marks.isEmpty()
        && !pieces.isEmpty()
        && (backedUp || pieces.stream().anyMatch(piece -> piece.kind() != Piece.Kind.PART));
  }

  /** Whether all of a stretch can be read, from whichever pieces hold it. */
  boolean isReadable(LogSpan span, WalArchive archive) {
    try {
      archive.read(this, span);
      return true;
    } catch (Damaged e) {
      return false; // then the damage of the pieces is what is told
    }
  }

  /** Until when nothing was committed beyond it, by the newest mark's name. */
  public Instant active() {
    return marks.isEmpty() ? Instant.MIN : WalNames.markedAsOf(marks.getLast()).orElse(Instant.MIN);
  }

  /**
   * What was durable and is not there any more, at the end; in the middle {@link #ranges} shows it.
   */
  public Optional<LogSpan> missingTail() {
    return durable().isAfter(end()) ? Optional.of(new LogSpan(end(), durable())) : Optional.empty();
  }
}
