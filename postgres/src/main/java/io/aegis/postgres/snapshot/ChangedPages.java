package io.aegis.postgres.snapshot;

import io.aegis.postgres.layout.RelationFile;
import io.aegis.postgres.layout.RelationFile.Fork;
import io.aegis.repository.Changes;
import io.aegis.repository.Changes.Run;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which pages of which relations the log says were written, over a span of it (trap T24). A bit a
 * page, kept per segment and only for segments with a change: at most 16 KiB a GiB of relations.
 */
final class ChangedPages {
  private final int segmentPages;
  private final Map<Relation, History> relations = new HashMap<>();
  private final Set<Database> remade = new HashSet<>();

  ChangedPages(int segmentPages) {
    this.segmentPages = segmentPages;
  }

  private record Relation(long tablespace, long database, long number) {}

  private record Database(long tablespace, long oid) {}

  private static final class History {
    private final Map<Long, BitSet> segments = new HashMap<>();
    private long limit = Long.MAX_VALUE;
  }

  /** The log changed that page. Only main forks are kept: the others are read whole (T22). */
  void written(RelationFile where, long block) {
    if (where.fork() == Fork.MAIN) {
      history(where)
          .segments
          .computeIfAbsent(block / segmentPages, _ -> new BitSet())
          .set((int) (block % segmentPages));
    }
  }

  /**
   * The relation was cut to {@code block} pages, or made if that is 0: whatever lies beyond it now
   * has nothing to do with what lay there before. File number 0 stands for a whole database that
   * was made by copying files.
   */
  void cut(RelationFile where, long block) {
    if (where.number() == 0) {
      remade.add(new Database(where.tablespace(), where.database()));
    } else if (where.fork() == Fork.MAIN) {
      var history = history(where);
      history.limit = Math.min(history.limit, block);
    }
  }

  private History history(RelationFile where) {
    return relations.computeIfAbsent(relation(where), _ -> new History());
  }

  private static Relation relation(RelationFile file) {
    return new Relation(file.tablespace(), file.database(), file.number());
  }

  /**
   * What can differ in a segment that the earlier snapshot holds.
   *
   * @param size of the segment now, in bytes
   */
  Changes of(RelationFile file, long size) {
    if (file.fork() != Fork.MAIN
        || remade.contains(new Database(file.tablespace(), file.database()))) {
      return new Changes.Unknown();
    }
    var history = relations.get(relation(file));
    if (history == null) {
      return new Changes.Pages(List.of(), size);
    }
    long begin = file.segment() * segmentPages;
    if (history.limit <= begin) {
      return new Changes.Unknown();
    }
    var pages =
        (BitSet) history.segments.getOrDefault(file.segment(), new BitSet()).clone();
    if (history.limit < begin + segmentPages) {
      pages.set((int) (history.limit - begin), segmentPages);
    }
    return new Changes.Pages(runs(pages, (size + Changes.PAGE - 1) / Changes.PAGE), size);
  }

  private static List<Run> runs(BitSet pages, long end) {
    var runs = new ArrayList<Run>();
    int first = pages.nextSetBit(0);
    while (first >= 0 && first < end) {
      long last = Math.min(pages.nextClearBit(first), end);
      runs.add(new Run(first, last - first));
      first = pages.nextSetBit((int) last);
    }
    return runs;
  }
}
