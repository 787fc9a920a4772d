package io.aegis.postgres.archive;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Report;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Resolution.Leg;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.archive.WalNames.SummaryName;
import io.aegis.postgres.wal.Detail;
import io.aegis.postgres.wal.ScanState;
import io.aegis.postgres.wal.WalEvent;
import io.aegis.postgres.wal.WalScanner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The log along one lineage, as one listing of each incarnation shows it: one unbroken sequence of
 * positions, whichever object the bytes come from. For one thread.
 */
public final class LineageLog {
  /** Records begin at multiples of it ({@code MAXALIGN}), so no two end within so many bytes. */
  private static final int RECORD_ALIGNMENT = 8;

  private final WalArchive archive;
  private final Lineage lineage;
  private final Map<Incarnation, Inventory> inventories;
  private final Map<TimelineKey, List<LogSpan>> ranges = new HashMap<>();
  private final int slice;

  private LineageLog(WalArchive archive, Lineage lineage, Map<Incarnation, Inventory> inventories) {
    this.archive = archive;
    this.lineage = lineage;
    this.inventories = inventories;
    this.slice = WalArchive.sliceBytes(lineage.segments());
  }

  private record TimelineKey(Incarnation incarnation, Timeline timeline) {}

  public static LineageLog of(WalArchive archive, Branch branch) {
    return of(archive, branch, new HashMap<>());
  }

  /**
   * @param inventories what was listed already; those of further incarnations are added
   */
  public static LineageLog of(
      WalArchive archive, Branch branch, Map<Incarnation, Inventory> inventories) {
    return new LineageLog(archive, Lineage.of(archive, branch), inventories);
  }

  public Lineage lineage() {
    return lineage;
  }

  /** What is stored of the timeline that a leg or a passage speaks of. */
  public TimelineInventory inventory(Incarnation incarnation, Timeline timeline) {
    return inventories.computeIfAbsent(incarnation, this::listed).timeline(timeline);
  }

  private Inventory listed(Incarnation life) {
    var own = archive.requireClaim(lineage.branch().incarnation());
    return archive.inventory(archive.claimOfParent(life, own));
  }

  /** What the newest timeline's marks tell. */
  public WalArchive.Marks marks() {
    return archive.marks(lineage.branch().incarnation(), tip());
  }

  public TimelineInventory tip() {
    return inventory(lineage.branch().incarnation(), lineage.branch().timeline());
  }

  /** How far replay from there gets: over no gap, and past no barrier. */
  public Lsn reach(Lsn from) {
    var unbroken = unbroken(from);
    return barriersFrom(from)
        .filter(barrier -> barrier.isBefore(unbroken))
        .min(Lsn::compareTo)
        .orElse(unbroken);
  }

  /** Whether it is a barrier at which replay ends. */
  public boolean isBarrier(Lsn lsn) {
    return barriersFrom(lsn).anyMatch(lsn::equals);
  }

  private Stream<Lsn> barriersFrom(Lsn from) {
    return lineage.passages().stream()
        .filter(passage -> from.isBefore(passage.end()))
        .flatMap(passage -> inventory(passage.incarnation(), passage.timeline()).barriers().stream()
            .filter(at -> !at.isBefore(passage.begin()) && at.isBefore(passage.end())))
        .filter(at -> !at.isBefore(from));
  }

  /**
   * How far the log goes on without a gap from the beginning of the segment that holds {@code
   * from}; {@code from} itself if not even that byte is there.
   */
  public Lsn unbroken(Lsn from) {
    var reached = lineage.segments().floor(from);
    for (Leg leg : lineage.legs(from, Lineage.OPEN)) {
      var range = TimelineInventory.rangeAt(ranges(leg), reached);
      if (range.isEmpty()) {
        break;
      }
      reached = Lsn.later(reached, Lsn.earlier(range.get().to(), leg.to()));
      if (reached.isBefore(leg.to())) {
        break;
      }
    }
    return Lsn.later(reached, from);
  }

  /**
   * Every stretch that is there without a gap, from the beginning of the segment that holds {@code
   * from}: each begins with a slice, so that it can be read.
   */
  public List<LogSpan> stretches(Lsn from) {
    var stretches = new ArrayList<LogSpan>();
    for (Leg leg : lineage.legs(from, Lineage.OPEN)) {
      for (var range : ranges(leg)) {
        var begin = Lsn.later(sliceStart(range.from().plus(slice - 1L)), leg.from());
        var end = Lsn.earlier(range.to(), leg.to());
        if (begin.isBefore(end)) {
          boolean goesOn = !stretches.isEmpty() && stretches.getLast().to().equals(begin);
          stretches.add(new LogSpan(goesOn ? stretches.removeLast().from() : begin, end));
        }
      }
    }
    return stretches;
  }

  private List<LogSpan> ranges(Leg leg) {
    return ranges.computeIfAbsent(
        new TimelineKey(leg.incarnation(), leg.timeline()),
        key -> inventory(key.incarnation(), key.timeline()).ranges());
  }

  /**
   * The summaries of the slices that lie in a stretch, whole or in part, in the order of the log.
   */
  public List<SummaryName> summaries(LogSpan span) {
    var found = new ArrayList<SummaryName>();
    for (Leg leg : lineage.legs(span.from(), span.to())) {
      for (var summary : inventory(leg.incarnation(), leg.timeline()).summaries()) {
        boolean inLeg =
            !summary.span().from().isBefore(leg.from()) && summary.span().from().isBefore(leg.to());
        if (inLeg && summary.span().to().isAfter(span.from())) {
          found.add(summary);
        }
      }
    }
    return found;
  }

  public SliceSummary summary(SummaryName name) {
    return archive.summary(name);
  }

  /**
   * Tells every event whose record ends within a stretch, behind its first byte; also of records
   * that begin before it, as far as the log before it is there.
   *
   * @return how the scan ended; {@link ScanState.Reading} if nothing was wrong up to the end
   * @throws Refused if rows are asked for, and not everything that a transaction did can be told
   */
  public ScanState scan(LogSpan span, Detail detail, Consumer<WalEvent> sink) {
    return scanned(span, detail, whole(detail, sink)).state();
  }

  /**
   * The same of a stretch that begins with a segment; where the log before it cannot be read, from
   * the first record on that begins in it.
   */
  ScanState scanAlone(LogSpan span, Detail detail, Consumer<WalEvent> sink) {
    var told = new boolean[1];
    try {
      return scan(span, detail, event -> {
        told[0] = true;
        sink.accept(event);
      });
    } catch (Damaged e) {
      if (told[0]) {
        throw e;
      }
      return scanFromRecord(span, detail, sink);
    }
  }

  private static Consumer<WalEvent> whole(Detail detail, Consumer<WalEvent> sink) {
    return event -> {
      if (detail == Detail.ROWS
          && event instanceof WalEvent.TransactionEnd end
          && end.outcome().isCommit()
          && !end.whole()) {
        throw notTold(end);
      }
      sink.accept(event);
    };
  }

  private static Refused notTold(WalEvent.TransactionEnd end) {
    return new Refused(Report.of(
            PostgresCode.TRANSACTION_TOO_LARGE,
            "what transaction " + end.xid() + " did cannot be told")
        .why("it ended at " + end.start() + ", and had more subtransactions or removed more files"
            + " than are kept while the log is read")
        .safe("nothing was changed, and every moment can be recovered as before")
        .next(
            "ask for a time that it does not lie in",
            "recover to a time, or to that transaction: aegis plan --to xid:" + end.xid()));
  }

  /**
   * The first record that ends at or behind {@code end}, if the log before {@code limit} has it.
   */
  public Optional<LogSpan> recordReaching(Lsn end, Lsn limit) {
    var scanner = scanned(new LogSpan(sliceStart(end.plus(-1)), end), Detail.TRANSACTIONS, _ -> {});
    feed(scanner, new LogSpan(scanner.position(), Lsn.later(limit, scanner.position())), end);
    return scanner.records() > 0 && !scanner.lastEnd().isBefore(end)
        ? Optional.of(new LogSpan(scanner.lastStart(), scanner.lastEnd()))
        : Optional.empty();
  }

  private WalScanner scanned(LogSpan span, Detail detail, Consumer<WalEvent> sink) {
    var scanner = primed(sliceStart(span.from()), detail, within(span, sink));
    feed(scanner, new LogSpan(scanner.position(), Lsn.later(span.to(), scanner.position())));
    return scanner;
  }

  /**
   * A scanner that stands at the beginning of a slice and knows the last record before it, as far
   * as the log before it is there: reads back to the next slice in which a record ends. There may
   * be many in between, of one long record, or of the zeros behind a log switch, which can only be
   * told from a log that ends by who has seen the switch (segments are up to 1 GiB).
   *
   * @param sink is told of what is read on the way, too
   */
  public WalScanner primed(Lsn slicesStart, Detail detail, Consumer<WalEvent> sink) {
    var start = slicesStart;
    var scanner = new WalScanner(lineage.segments(), start, detail, sink);
    while (tellsNothing(scanner) && isThereBefore(start)) {
      start = start.plus(-slice);
      scanner = new WalScanner(lineage.segments(), start, detail, sink);
      feed(scanner, new LogSpan(start, start.plus(slice)));
    }
    if (tellsNothing(scanner) && scanner.state() instanceof ScanState.Ended) {
      return new WalScanner(lineage.segments(), slicesStart, detail, sink);
    }
    feed(scanner, new LogSpan(scanner.position(), Lsn.later(slicesStart, scanner.position())));
    return scanner;
  }

  private static boolean tellsNothing(WalScanner scanner) {
    return scanner.records() == 0 && !(scanner.state() instanceof ScanState.Damaged);
  }

  private boolean isThereBefore(Lsn slicesStart) {
    return slicesStart.value() >= slice
        && !unbroken(slicesStart.plus(-slice)).isBefore(slicesStart);
  }

  /**
   * Tells every event whose record ends within a stretch that begins where a record does: reads
   * nothing before its page, whatever became of the log there.
   *
   * @throws Refused as {@link #scan}
   */
  public ScanState scanFromRecord(LogSpan span, Detail detail, Consumer<WalEvent> sink) {
    var page = new Lsn(span.from().value() & -(long) WalScanner.PAGE);
    var scanner =
        new WalScanner(lineage.segments(), page, detail, within(span, whole(detail, sink)));
    feed(scanner, new LogSpan(page, span.to()));
    return scanner.state();
  }

  private static Consumer<WalEvent> within(LogSpan span, Consumer<WalEvent> sink) {
    return event -> {
      if (event.end().isAfter(span.from()) && !event.end().isAfter(span.to())) {
        sink.accept(event);
      }
    };
  }

  private void feed(WalScanner scanner, LogSpan span) {
    feed(scanner, span, Lineage.OPEN);
  }

  /** Feeds until a record has ended at or behind {@code enough}, and not the next one. */
  private void feed(WalScanner scanner, LogSpan span, Lsn enough) {
    for (Leg leg : lineage.legs(span.from(), span.to())) {
      var at = Lsn.later(leg.from(), span.from());
      while (at.isBefore(leg.to()) && goesOn(scanner, enough)) {
        var end = Lsn.earlier(sliceStart(at).plus(slice), leg.to());
        var bytes = read(leg, new LogSpan(at, end));
        int step = enough.equals(Lineage.OPEN) ? bytes.length : RECORD_ALIGNMENT;
        for (int i = 0; i < bytes.length && goesOn(scanner, enough); i += step) {
          scanner.feed(bytes, i, Math.min(step, bytes.length - i));
        }
        at = end;
      }
    }
  }

  /**
   * The bytes of a stretch, also where a stream that runs beside has replaced parts by their slice
   * since they were listed.
   *
   * @param span within {@code leg}, at most {@link WalArchive#SLICE} long
   * @throws Damaged if some of it is not there, or is not what was written
   */
  byte[] read(Leg leg, LogSpan span) {
    try {
      return archive.read(inventory(leg.incarnation(), leg.timeline()), span);
    } catch (Damaged perhapsReplaced) {
      inventories.remove(leg.incarnation());
      ranges.keySet().removeIf(key -> key.incarnation().equals(leg.incarnation()));
      return archive.read(inventory(leg.incarnation(), leg.timeline()), span);
    }
  }

  private static boolean goesOn(WalScanner scanner, Lsn enough) {
    return scanner.state() instanceof ScanState.Reading && scanner.lastEnd().isBefore(enough);
  }

  /** The beginning of the slice that holds the byte at {@code lsn}. */
  public Lsn sliceStart(Lsn lsn) {
    return new Lsn(lsn.value() & -(long) slice);
  }

  public int sliceBytes() {
    return slice;
  }
}
