package io.aegis.postgres.archive;

import io.aegis.postgres.Lsn;
import io.aegis.postgres.archive.WalNames.SummaryName;
import io.aegis.postgres.wal.PgTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A stretch of the log cut into slices, each with what is known of it without reading it: so that a
 * search reads the few slices that matter. For one thread.
 */
public final class SliceIndex {
  private final LineageLog log;
  private final List<Slice> slices = new ArrayList<>();

  private SliceIndex(LineageLog log) {
    this.log = log;
  }

  /**
   * A part of the stretch.
   *
   * @param span what of the slice lies in the stretch
   * @param name its summary, if it is complete and summarized
   */
  public record Slice(LogSpan span, Optional<Known> name) {

    /** What of {@link #span} lies before {@code lsn}, which is behind its beginning. */
    public LogSpan upTo(Lsn lsn) {
      return new LogSpan(span.from(), Lsn.earlier(lsn, span.to()));
    }
  }

  /**
   * What the name of a summary tells.
   *
   * @param times whether some transaction ended in the slice, and between when
   */
  public record Known(SummaryName name, Optional<Times> times) {}

  /** The earliest and the latest end of a transaction in a slice. */
  public record Times(Instant earliest, Instant latest) {}

  /** Costs no more than the listing that {@code log} has made. */
  public static SliceIndex of(LineageLog log, LogSpan stretch) {
    var index = new SliceIndex(log);
    var known = new TreeMap<Lsn, SummaryName>();
    log.summaries(stretch).forEach(name -> known.put(name.span().from(), name));
    for (var at = log.sliceStart(stretch.from());
        at.isBefore(stretch.to());
        at = at.plus(log.sliceBytes())) {
      var slice = new LogSpan(at, at.plus(log.sliceBytes()));
      var name = Optional.ofNullable(known.get(at)).filter(n -> n.span().contains(slice));
      var inside =
          new LogSpan(Lsn.later(at, stretch.from()), Lsn.earlier(slice.to(), stretch.to()));
      index.slices.add(new Slice(inside, name.map(SliceIndex::known)));
    }
    return index;
  }

  private static Known known(SummaryName name) {
    boolean any = name.latest() >= name.earliest();
    return new Known(
        name,
        any
            ? Optional.of(
                new Times(PgTime.toInstant(name.earliest()), PgTime.toInstant(name.latest())))
            : Optional.empty());
  }

  public List<Slice> forward() {
    return slices;
  }

  public List<Slice> backward() {
    return slices.reversed();
  }

  /** What is known of a slice in full; reads its summary, a small record. */
  public Optional<SliceSummary> summary(Slice slice) {
    return slice.name().map(known -> log.summary(known.name()));
  }
}
