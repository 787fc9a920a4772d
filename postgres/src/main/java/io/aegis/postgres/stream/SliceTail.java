package io.aegis.postgres.stream;

import static io.aegis.postgres.PostgresCode.WAL_NOT_A_CONTINUATION;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Report;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.archive.DurableMark;
import io.aegis.postgres.archive.LineageLog;
import io.aegis.postgres.archive.LogSpan;
import io.aegis.postgres.archive.Piece;
import io.aegis.postgres.archive.SliceSummary;
import io.aegis.postgres.archive.SummaryDraft;
import io.aegis.postgres.archive.WalArchive;
import io.aegis.postgres.archive.WalFiling;
import io.aegis.postgres.wal.Detail;
import io.aegis.postgres.wal.ScanState;
import io.aegis.postgres.wal.WalEvent;
import io.aegis.postgres.wal.WalScanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The slice that is being filled: its bytes so far, what they say, and the parts they are stored
 * in. Every byte is read before it is stored, so that log which does not continue what is there is
 * refused instead of filed (rule S2).
 */
final class SliceTail {
  private static final int MERGED_AT_ONCE = 32;

  private final Timeline timeline;
  private final WalScanner scanner;
  private final int size;

  private Lsn start;
  private byte[] bytes;
  private int filled;
  private SummaryDraft draft;
  private Edge lastCommit = new Edge.Nothing();
  private Optional<DurableMark> recalled = Optional.empty();
  private boolean awaited;
  private List<Lsn> barriers = List.of();
  private List<Piece> parts = new ArrayList<>();
  private Optional<Damaged> unread = Optional.empty();
  private final List<Integer> levels = new ArrayList<>();

  private SliceTail(
      Timeline timeline, int size, Lsn start, Function<Consumer<WalEvent>, WalScanner> scanning) {
    this.timeline = timeline;
    this.size = size;
    this.start = start;
    this.bytes = new byte[size];
    this.draft = new SummaryDraft(start);
    this.scanner = scanning.apply(this::note);
    remember();
    this.draft = new SummaryDraft(start);
  }

  /**
   * Goes on at the end of what is stored, or where nothing is stored yet.
   *
   * @param end in or at the beginning of a slice of which everything before is stored
   */
  static SliceTail resume(WalArchive archive, Branch branch, Lsn end) {
    var log = LineageLog.of(archive, branch);
    var start = log.sliceStart(end);
    var tail = knowing(log, start);
    var begin = log.lineage().passages().getLast().begin();
    tail.barriers = tail.barriers.stream().filter(at -> !at.isBefore(begin)).toList();
    if (end.isAfter(start)) {
      var stored = new LogSpan(start, end);
      tail.append(archive.read(log.tip(), stored), 0, Math.toIntExact(stored.bytes()));
      log.tip().pieces().stream()
          .filter(p -> p.kind() == Piece.Kind.PART && stored.contains(p.span()))
          .forEach(tail::stored);
    }
    log.marks().newest().filter(mark -> !mark.durable().isAfter(end)).ifPresent(tail::recall);
    return tail;
  }

  /**
   * The last commit may lie before all that was read, with a long transaction since. A mark that
   * says less than all of the log before this slice may not know the last one in it.
   */
  private void recall(DurableMark mark) {
    recalled = Optional.of(mark);
    if (lastCommit instanceof Edge.Nothing && !mark.durable().isBefore(start)) {
      lastCommit = mark.lastCommit();
    }
  }

  private void note(WalEvent event) {
    draft.add(event);
    awaited |= isAwaited(event);
    if (event instanceof WalEvent.ParameterChange change && change.isMinimal()) {
      barriers = Stream.concat(barriers.stream(), Stream.of(change.start())).toList();
    }
  }

  /**
   * A backup waits until its checkpoint is durable, and at its end for the record of it; who makes
   * a restore point wants to come back to it.
   */
  private static boolean isAwaited(WalEvent event) {
    return event instanceof WalEvent.Checkpoint
        || event instanceof WalEvent.BackupEnd
        || event instanceof WalEvent.RestorePoint;
  }

  /**
   * Knows the log before it, so that its first record is checked against the one before. Where that
   * is damaged, the log goes on all the same: it begins as at a new slot.
   */
  private static SliceTail knowing(LineageLog log, Lsn start) {
    var timeline = log.lineage().branch().timeline();
    try {
      return new SliceTail(
          timeline, log.sliceBytes(), start, sink -> log.primed(start, Detail.TRANSACTIONS, sink));
    } catch (Damaged e) {
      var segments = log.lineage().segments();
      var fresh = new SliceTail(
          timeline,
          log.sliceBytes(),
          start,
          sink -> new WalScanner(segments, start, Detail.TRANSACTIONS, sink));
      fresh.unread = Optional.of(e);
      return fresh;
    }
  }

  /**
   * Takes the next bytes, all of this slice.
   *
   * @throws Refused if they do not continue what is there
   */
  void append(byte[] source, int offset, int length) {
    System.arraycopy(source, offset, bytes, filled, length);
    filled += length;
    scanner.feed(source, offset, length);
    switch (scanner.state()) {
      case ScanState.Reading() -> {}
      case ScanState.Ended(var at, var why) -> throw notOurs(at, why);
      case ScanState.Damaged(var at, var what) -> throw notOurs(at, what);
    }
    remember();
  }

  private void remember() {
    if (draft.lastCommit() instanceof Edge.Commit commit) {
      lastCommit = commit;
    }
  }

  /** Whether somebody waits for what was appended since it was {@link #served}. */
  boolean isAwaited() {
    return awaited;
  }

  void served() {
    awaited = false;
  }

  /** Where replay will end, of what was read since the last call. */
  List<Lsn> takeBarriers() {
    var taken = barriers;
    barriers = List.of();
    return taken;
  }

  private Refused notOurs(Lsn at, String what) {
    return new Refused(Report.of(WAL_NOT_A_CONTINUATION, "the log received does not go on at " + at)
        .why(what)
        .safe("nothing of it was stored; everything before it is durable")
        .next(
            "look into the server's log for errors of its disk",
            "if this server is a copy: " + WalFiling.NEW_LIFE));
  }

  Timeline timeline() {
    return timeline;
  }

  /** Where the slice begins. */
  Lsn begin() {
    return start;
  }

  /** The position of the next byte. */
  Lsn end() {
    return start.plus(filled);
  }

  /** The end of the last complete record. */
  Lsn lastEnd() {
    return scanner.lastEnd();
  }

  Edge lastCommit() {
    return lastCommit;
  }

  /** The newest mark that can be read, if it speaks of nothing behind where this goes on. */
  Optional<DurableMark> recalled() {
    return recalled;
  }

  /** The last complete record, whole or what is known of it. */
  LogSpan lastRecord() {
    return new LogSpan(scanner.records() > 0 ? scanner.lastStart() : lastEnd(), lastEnd());
  }

  /** Why the slice before this one is not known, if it is there and cannot be read. */
  Optional<Damaged> unread() {
    return unread;
  }

  int room() {
    return size - filled;
  }

  boolean isFull() {
    return filled == size;
  }

  /** Whether nothing of this slice is stored yet. */
  boolean isFresh() {
    return parts.isEmpty();
  }

  /** The bytes of a stretch of this slice. */
  byte[] copy(LogSpan span) {
    int from = Math.toIntExact(span.from().minus(start));
    return java.util.Arrays.copyOfRange(bytes, from, from + Math.toIntExact(span.bytes()));
  }

  /**
   * A slice that is complete.
   *
   * @param bytes all of it
   */
  record Full(Timeline timeline, SliceSummary summary, byte[] bytes, List<Piece> parts) {}

  /**
   * Parts to be stored as one.
   *
   * @param bytes all of them
   */
  record Merge(Timeline timeline, LogSpan span, byte[] bytes, List<Piece> parts) {}

  /**
   * What to merge now, if anything: an idle server would otherwise leave a part for every interval
   * of the hours that it takes to fill a slice. Parts that came from as many merges are merged
   * again, so that each byte is rewritten a few times only.
   */
  Optional<Merge> merge() {
    int level = levels.isEmpty() ? 0 : levels.getLast();
    int first = levels.size();
    while (first > 0 && levels.get(first - 1) == level) {
      first--;
    }
    if (levels.size() - first < MERGED_AT_ONCE) {
      return Optional.empty();
    }
    var together = List.copyOf(parts.subList(first, parts.size()));
    var span =
        new LogSpan(together.getFirst().span().from(), together.getLast().span().to());
    return Optional.of(new Merge(timeline, span, copy(span), together));
  }

  void stored(Piece part) {
    stored(part, 0);
  }

  /** The parts of a merge count as one from now on. */
  void merged(Merge merge, Piece part) {
    int level = levels.getLast();
    parts.removeAll(merge.parts());
    while (levels.size() > parts.size()) {
      levels.removeLast();
    }
    stored(part, level + 1);
  }

  private void stored(Piece part, int level) {
    parts.add(part);
    levels.add(level);
  }

  /** Hands out the full slice and begins the next one. */
  Full next() {
    if (!isFull()) {
      throw new IllegalStateException("the slice at " + start + " is not full");
    }
    var full = new Full(timeline, draft.finish(end()), bytes, parts);
    start = end();
    bytes = new byte[size];
    filled = 0;
    draft = new SummaryDraft(start);
    parts = new ArrayList<>();
    levels.clear();
    return full;
  }
}
