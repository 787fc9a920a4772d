package io.aegis.postgres.archive;

import io.aegis.postgres.Timeline;
import io.aegis.postgres.wal.SegmentSize;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** What one listing shows of an incarnation. */
public record Inventory(IncarnationClaim claim, SortedMap<Timeline, TimelineInventory> timelines) {
  public Inventory {
    timelines = Collections.unmodifiableSortedMap(new TreeMap<>(timelines));
  }

  /** The timeline; an empty one if nothing of it is stored. */
  public TimelineInventory timeline(Timeline timeline) {
    var found = timelines.get(timeline);
    return found == null ? TimelineInventory.empty(timeline) : found;
  }

  public SegmentSize segments() {
    return claim.segments();
  }
}
