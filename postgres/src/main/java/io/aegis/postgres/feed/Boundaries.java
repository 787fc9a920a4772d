package io.aegis.postgres.feed;

import io.aegis.postgres.Lsn;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.wal.SegmentName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The pages on both sides of where segments meet, in whatever order the segments come. The record
 * of a tablespace is much smaller than a page (a path of at most {@code MAXPGPATH}, 1024 bytes), so
 * one that lies in two segments lies in those two pages. At a change of timeline a segment of the
 * one is followed by a segment of the other, which begins with a copy: what was seen of any
 * timeline is put before what was seen of any other.
 */
final class Boundaries {
  /** More segments than are ever fetched ahead. */
  private static final long KEPT = 64;

  private final TreeMap<Lsn, Boundary> known = new TreeMap<>();

  private static final class Boundary {
    final Map<Timeline, byte[]> before = new HashMap<>();
    final Map<Timeline, byte[]> behind = new HashMap<>();
  }

  /**
   * Two pages that follow each other.
   *
   * @param at where the second one begins
   */
  record Pair(Lsn at, byte[] before, byte[] behind) {}

  /** Takes the first and the last page of a segment, and puts them beside those of others. */
  synchronized List<Pair> joined(SegmentName segment, byte[] first, byte[] last) {
    var pairs = new ArrayList<Pair>();
    var begin = at(segment.start());
    begin.behind.put(segment.timeline(), first);
    begin.before.values().forEach(page -> pairs.add(new Pair(segment.start(), page, first)));
    var end = at(segment.end());
    end.before.put(segment.timeline(), last);
    end.behind.values().forEach(page -> pairs.add(new Pair(segment.end(), last, page)));
    forgetBefore(segment);
    return pairs;
  }

  private Boundary at(Lsn lsn) {
    return known.computeIfAbsent(lsn, _ -> new Boundary());
  }

  /** Only what was seen from both sides: of that, all is known that there is to know. */
  private void forgetBefore(SegmentName segment) {
    long first = Math.max(0, segment.number() - KEPT);
    known
        .headMap(segment.size().startOf(first))
        .values()
        .removeIf(old -> !old.before.isEmpty() && !old.behind.isEmpty());
  }
}
