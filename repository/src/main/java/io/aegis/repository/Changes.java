package io.aegis.repository;

import java.util.List;

/** Which parts of a file can differ from what an earlier snapshot holds of it. */
public sealed interface Changes {

  /** The unit of comparison and of change, in bytes: the size of a PostgreSQL page. */
  int PAGE = 8192;

  /** Nothing is known and nothing earlier is to be trusted: read and store it all. */
  record Everything() implements Changes {}

  /** Nothing is known: read it all, store what differs. */
  record Unknown() implements Changes {}

  /**
   * Only these pages can have changed, been added or been cut off: the rest is not even read.
   *
   * @param runs ascending, not touching each other
   * @param size the file's size in bytes; pages at or beyond the earlier size count as changed
   */
  record Pages(List<Run> runs, long size) implements Changes {
    public Pages {
      runs = List.copyOf(runs);
    }
  }

  /**
   * Pages that lie side by side.
   *
   * @param first the number of the first page in its file
   * @param count one or more
   */
  record Run(long first, long count) {}
}
