package io.aegis.postgres;

import static java.util.stream.Collectors.joining;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which moments can be recovered: a union, because log can be missing in between and because old
 * snapshots are kept with only the log they need themselves.
 *
 * @param spans oldest first, not overlapping on one branch; those of the newest branch last
 * @param holes where log is missing, oldest first
 */
public record RestorableWindow(List<Span> spans, List<Hole> holes) {
  public RestorableWindow {
    spans = List.copyOf(spans);
    holes = List.copyOf(holes);
  }

  /**
   * Until when it is known what was committed, and all of it can be recovered: on the newest
   * branch, since an older life that goes on beside it protects nothing.
   */
  public Optional<Instant> knownUntil() {
    return spans.stream()
        .filter(span -> span.branch().equals(spans.getLast().branch()))
        .map(RestorableWindow::knownUntil)
        .max(Comparator.naturalOrder());
  }

  private static Instant knownUntil(Span span) {
    return switch (span) {
      case Span.Interval interval -> interval.knownUntil();
      case Span.Point(var _, var base) -> base.finished();
    };
  }

  /** Moments that can be recovered, all on the way to one timeline of one incarnation. */
  public sealed interface Span {

    Branch branch();

    /**
     * Every moment between two.
     *
     * @param first the earliest: the end of a snapshot
     * @param last the last transaction that is there
     * @param knownUntil until here it is known that nothing else was committed
     */
    record Interval(
        Branch branch, Resolution.Edge first, Resolution.Edge last, Lsn to, Instant knownUntil)
        implements Span {}

    /** One moment only: a snapshot with no more log than it needs. */
    record Point(Branch branch, BaseBackup base) implements Span {}
  }

  /** One history: all that led to a timeline. */
  public record Branch(Incarnation incarnation, Timeline timeline) {
    /** {@code timeline 2 of incarnation root-7575000000000000001}. */
    public String words() {
      return "timeline " + timeline + " of incarnation " + incarnation;
    }
  }

  /**
   * Log that is not there, or of no length: a position past which nothing is replayed.
   *
   * @param cause why: declared when it happened, or found missing
   * @param affected the snapshots from which one cannot get past it
   */
  public record Hole(
      Branch branch, Lsn from, Lsn to, Cause cause, String reason, List<BaseBackup> affected) {
    public Hole {
      affected = List.copyOf(affected);
    }

    /** In few words, without the reason. */
    public String headline() {
      return cause == Cause.BARRIER
          ? "no replay past " + from
          : "log is missing from " + from + " to " + to;
    }

    /** What it costs. */
    public String consequence() {
      var moments = "no moment in it can be recovered";
      return affected.isEmpty()
          ? moments
          : moments + ", and none behind it from "
              + affected.stream().map(base -> base.id().value()).collect(joining(", "));
    }
  }

  /** How a hole came to be. */
  public enum Cause {
    /** The server had removed the log before it arrived. */
    DECLARED,
    /** The log is there, and PostgreSQL replays nothing past that position. */
    BARRIER,
    /** Later log is there, this is not. */
    MISSING,
    /** A durable mark says that it was written; it is not there. */
    MISSING_TAIL
  }
}
