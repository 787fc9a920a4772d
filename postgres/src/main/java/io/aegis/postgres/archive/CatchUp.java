package io.aegis.postgres.archive;

import io.aegis.postgres.Lsn;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.wal.Detail;
import io.aegis.postgres.wal.ScanState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finishes what a killed stream left half done: parts of full slices, parts of stored slices. */
public final class CatchUp {
  private final WalArchive archive;
  private final WalFiling filing;

  public CatchUp(WalArchive archive, WalFiling filing) {
    this.archive = archive;
    this.filing = filing;
  }

  /** Safe to repeat, and to be killed at any moment. */
  public void run(Inventory inventory) {
    for (var timeline : inventory.timelines().values()) {
      filing.tidyMarks(timeline);
      Map<Lsn, Piece> slices = new HashMap<>();
      timeline.pieces().stream()
          .filter(piece -> piece.kind() == Piece.Kind.SLICE)
          .forEach(piece -> slices.put(piece.from(), piece));
      fullSlices(timeline).forEach(span -> {
        var parts = partsOf(timeline, span);
        boolean summarised =
            timeline.summaries().stream().anyMatch(s -> s.span().equals(span));
        var slice = slices.get(span.from());
        if (slice != null && summarised) {
          filing.tidyParts(parts, slice);
        } else {
          compact(timeline.timeline(), span, parts);
        }
      });
    }
  }

  /** Slices that are stored whole, and of which parts are left. */
  private List<LogSpan> fullSlices(TimelineInventory timeline) {
    int size = WalArchive.sliceBytes(filing.claim().segments());
    var ranges = timeline.ranges();
    return timeline.pieces().stream()
        .filter(piece -> piece.kind() == Piece.Kind.PART)
        .map(piece -> new Lsn(piece.from().value() & -(long) size))
        .distinct()
        .map(start -> new LogSpan(start, start.plus(size)))
        .filter(slice -> ranges.stream().anyMatch(range -> range.contains(slice)))
        .toList();
  }

  private static List<Piece> partsOf(TimelineInventory timeline, LogSpan slice) {
    return timeline.pieces().stream()
        .filter(piece -> piece.kind() == Piece.Kind.PART && slice.contains(piece.span()))
        .toList();
  }

  /** A slice that cannot be read to its end stays as it is: there a log was cut off by a crash. */
  private void compact(Timeline timeline, LogSpan slice, List<Piece> parts) {
    var log = LineageLog.of(archive, new Branch(filing.claim().id(), timeline));
    var draft = new SummaryDraft(slice.from());
    if (log.scan(slice, Detail.TRANSACTIONS, draft::add) instanceof ScanState.Reading) {
      var bytes = archive.read(log.tip(), slice);
      filing.slice(timeline, draft.finish(slice.to()), bytes, parts);
    }
  }
}
