package io.aegis.postgres.archive;

import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.wal.PgTime;
import io.aegis.postgres.wal.SegmentName;
import io.aegis.postgres.wal.SegmentSize;
import io.aegis.repository.ComponentName;
import io.aegis.storage.ObjectKey;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Every name under which something of the log is stored. Offsets and positions are hexadecimal and
 * of fixed width, so that a listing comes in the order of the log.
 *
 * <pre>
 * incarnations/INCARNATION
 * copies/incarnations/INCARNATION
 * components/INCARNATION/COMPONENT
 * wal/INCARNATION/TIMELINE/TIMELINE.history
 * wal/INCARNATION/TIMELINE/SEGMENT.FROM-TO.part
 * wal/INCARNATION/TIMELINE/SEGMENT.FROM-TO.slice
 * wal/INCARNATION/TIMELINE/SEGMENT.FROM-TO.EARLIEST-LATEST.summary
 * wal/INCARNATION/TIMELINE/LSN-LSN.gap
 * durable/INCARNATION/TIMELINE/LSN-ASOF
 * </pre>
 */
public final class WalNames {
  static final String INCARNATIONS = "incarnations/";
  static final String COPIES = "copies/" + INCARNATIONS;

  static final String COMPONENTS = "components/";

  private static final Pattern TIMELINE = Pattern.compile("[0-9A-F]{8}");
  private static final Pattern STREAMED =
      Pattern.compile(COMPONENTS + "([a-z0-9-]{1,40})/[a-z][a-z0-9-]{0,39}");
  private static final Pattern PIECE =
      Pattern.compile("([0-9A-F]{24})\\.([0-9A-F]{8})-([0-9A-F]{8})\\.(part|slice)");
  private static final Pattern SUMMARY = Pattern.compile(
      "([0-9A-F]{24})\\.([0-9A-F]{8})-([0-9A-F]{8})\\.([0-9A-F]{16})-([0-9A-F]{16})\\.summary");
  private static final Pattern GAP = Pattern.compile("([0-9A-F]{16})-([0-9A-F]{16})\\.gap");
  private static final Pattern MARK = Pattern.compile("([0-9A-F]{16})-([0-9A-F]{16})");

  private WalNames() {}

  static ObjectKey incarnation(Incarnation id) {
    return new ObjectKey(INCARNATIONS + id);
  }

  /** The second object with the same content. */
  static ObjectKey copy(Incarnation id) {
    return new ObjectKey(COPIES + id);
  }

  /** Whose claim it is, or the copy of a claim. */
  static Incarnation claimedBy(ObjectKey key) {
    return new Incarnation(last(key));
  }

  /** That the log of a life was streamed for a component. */
  static ObjectKey streamedFor(ComponentName component, Incarnation id) {
    return new ObjectKey(COMPONENTS + id + "/" + component);
  }

  /** The life that such a name speaks of, if it is one. */
  static Optional<Incarnation> streamedLife(ObjectKey key) {
    var name = STREAMED.matcher(key.name());
    return name.matches() ? Optional.of(new Incarnation(name.group(1))) : Optional.empty();
  }

  static String wal(Incarnation id) {
    return "wal/" + id + "/";
  }

  static String wal(Incarnation id, Timeline timeline) {
    return wal(id) + timeline.hex() + "/";
  }

  static String durable(Incarnation id) {
    return "durable/" + id + "/";
  }

  /**
   * The timeline that is the third segment of every name below {@code wal/} and {@code durable/}.
   */
  static Optional<Timeline> timelineOf(ObjectKey key) {
    String[] segments = key.name().split("/", -1);
    return segments.length == 4 && TIMELINE.matcher(segments[2]).matches()
        ? Optional.of(Timeline.ofHex(segments[2]))
        : Optional.empty();
  }

  static String last(ObjectKey key) {
    return key.name().substring(key.name().lastIndexOf('/') + 1);
  }

  static ObjectKey history(Incarnation id, Timeline timeline) {
    return new ObjectKey(wal(id, timeline) + timeline.hex() + ".history");
  }

  /** What the names of all objects of the segment begin with that holds the byte at {@code lsn}. */
  static String segment(Incarnation id, Timeline timeline, Lsn lsn, SegmentSize size) {
    return wal(id, timeline) + SegmentName.at(timeline, lsn, size) + ".";
  }

  static Piece piece(
      Piece.Kind kind, Incarnation id, Timeline timeline, LogSpan span, SegmentSize size) {
    var key = wal(id, timeline) + stretch(timeline, span, size) + "." + lower(kind);
    return new Piece(kind, timeline, span, new ObjectKey(key));
  }

  static Optional<Piece> piece(ObjectKey key, SegmentSize size) {
    var name = PIECE.matcher(last(key));
    if (!name.matches()) {
      return Optional.empty();
    }
    var kind = name.group(4).equals("part") ? Piece.Kind.PART : Piece.Kind.SLICE;
    var segment = SegmentName.parse(name.group(1), size);
    return Optional.of(new Piece(kind, segment.timeline(), stretch(segment, name), key));
  }

  /** The times are in the name so that a search for a moment needs listings only. */
  static ObjectKey summary(
      Incarnation id, Timeline timeline, SliceSummary summary, SegmentSize size) {
    return new ObjectKey(wal(id, timeline) + stretch(timeline, summary.span(), size) + "."
        + hex(summary.earliest()) + "-" + hex(summary.latest()) + ".summary");
  }

  static Optional<SummaryName> summary(ObjectKey key, SegmentSize size) {
    var name = SUMMARY.matcher(last(key));
    if (!name.matches()) {
      return Optional.empty();
    }
    var segment = SegmentName.parse(name.group(1), size);
    return Optional.of(new SummaryName(
        key,
        stretch(segment, name),
        Long.parseUnsignedLong(name.group(4), 16),
        Long.parseUnsignedLong(name.group(5), 16)));
  }

  static ObjectKey gap(Incarnation id, Timeline timeline, LogSpan span) {
    return new ObjectKey(
        wal(id, timeline) + hex(span.from().value()) + "-" + hex(span.to().value()) + ".gap");
  }

  static Optional<LogSpan> gap(ObjectKey key) {
    var name = GAP.matcher(last(key));
    return name.matches()
        ? Optional.of(new LogSpan(lsn(name.group(1)), lsn(name.group(2))))
        : Optional.empty();
  }

  static ObjectKey mark(Incarnation id, Timeline timeline, DurableMark mark) {
    return new ObjectKey(durable(id) + timeline.hex() + "/" + hex(mark.durable().value()) + "-"
        + hex(mark.asOfMicros()));
  }

  /** How far a mark says the log is durable. */
  static Optional<Lsn> mark(ObjectKey key) {
    var name = MARK.matcher(last(key));
    return name.matches() ? Optional.of(lsn(name.group(1))) : Optional.empty();
  }

  /** Until when nothing was committed beyond it. */
  static Optional<Instant> markedAsOf(ObjectKey key) {
    var name = MARK.matcher(last(key));
    return name.matches()
        ? Optional.of(PgTime.toInstant(Long.parseUnsignedLong(name.group(2), 16)))
        : Optional.empty();
  }

  private static String stretch(Timeline timeline, LogSpan span, SegmentSize size) {
    var segment = SegmentName.at(timeline, span.from(), size);
    return String.format(
        Locale.ROOT,
        "%s.%08X-%08X",
        segment,
        span.from().minus(segment.start()),
        span.to().minus(segment.start()));
  }

  private static LogSpan stretch(SegmentName segment, Matcher name) {
    long from = Long.parseLong(name.group(2), 16);
    long to = Long.parseLong(name.group(3), 16);
    return new LogSpan(segment.start().plus(from), segment.start().plus(to));
  }

  private static Lsn lsn(String hex) {
    return new Lsn(Long.parseUnsignedLong(hex, 16));
  }

  private static String hex(long value) {
    return String.format(Locale.ROOT, "%016X", value);
  }

  private static String lower(Piece.Kind kind) {
    return switch (kind) {
      case PART -> "part";
      case SLICE -> "slice";
    };
  }

  /**
   * What the name of a summary tells.
   *
   * @param earliest the earliest end of a transaction in it, in PostgreSQL's microseconds
   * @param latest the latest; less than {@code earliest} if there is none
   */
  public record SummaryName(ObjectKey key, LogSpan span, long earliest, long latest) {}
}
