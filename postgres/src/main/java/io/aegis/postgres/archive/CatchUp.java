package io.aegis.postgres.archive;

import static io.aegis.postgres.PostgresCode.WAL_CONFLICT;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Refused;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.wal.Detail;
import io.aegis.postgres.wal.ScanState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finishes what a killed stream left half done: parts of full slices, parts of stored slices. */
public final class CatchUp {
  private final WalArchive archive;
  private final WalFiling filing;

  public CatchUp(WalArchive archive, WalFiling filing) {
    this.archive = archive;
    this.filing = filing;
  }

  /**
   * Safe to repeat, and to be killed at any moment.
   *
   * @return what could not be read, and so was left as it is
   * @throws Refused if two servers have written a slice
   */
  public List<Damaged> run(Inventory inventory) {
    var damaged = new ArrayList<Damaged>();
    for (var timeline : inventory.timelines().values()) {
      filing.tidyMarks(timeline);
      Map<Lsn, Piece> slices = new HashMap<>();
      timeline.pieces().stream()
          .filter(piece -> piece.kind() == Piece.Kind.SLICE)
          .forEach(piece -> slices.put(piece.from(), piece));
      if (timeline.marks().isEmpty()) {
        continue; // a slice without any mark would look as if the mark had been lost
      }
      fullSlices(timeline).forEach(span -> {
        var parts = partsOf(timeline, span);
        boolean summarised =
            timeline.summaries().stream().anyMatch(s -> s.span().equals(span));
        var slice = slices.get(span.from());
        if (slice != null && summarised) {
          tidy(parts, slice).ifPresent(damaged::add);
        } else {
          compact(timeline.timeline(), span, parts).ifPresent(damaged::add);
        }
      });
    }
    return damaged;
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

  /** Parts beside a slice that turned out damaged are the last to hold its log. */
  private Optional<Damaged> tidy(List<Piece> parts, Piece slice) {
    try {
      filing.tidyParts(parts, slice, archive.content(slice));
      return Optional.empty();
    } catch (Damaged e) {
      return Optional.of(e);
    }
  }

  /** A slice that cannot be read to its end stays as it is: there a log was cut off by a crash. */
  private Optional<Damaged> compact(Timeline timeline, LogSpan slice, List<Piece> parts) {
    var log = LineageLog.of(archive, new Branch(filing.claim().id(), timeline));
    var draft = new SummaryDraft(slice.from());
    try {
      if (log.scan(slice, Detail.TRANSACTIONS, draft::add) instanceof ScanState.Reading) {
        var bytes = archive.read(log.tip(), slice);
        filing.slice(timeline, draft.finish(slice.to()), bytes, parts);
      }
      return Optional.empty();
    } catch (Damaged e) {
      if (e.code() == WAL_CONFLICT) {
        throw new Refused(e.report()); // whichever of the two asks: neither goes on in this life
      }
      return Optional.of(e); // its parts stay: what is sound in them is all there is
    }
  }
}
