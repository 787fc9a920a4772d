package io.aegis.repository;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.storage.ObjectKey;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What must exist, written apart from the things themselves: a chain of entries, each holding the
 * hash of the one before. It is how a missing newest snapshot is noticed, not only one in the
 * middle.
 */
public interface Register {

  /**
   * Appends an entry, durable on return; writers that race take turns. A broken chain goes on
   * behind its last entry, and the number of one that is missing stays free, to be brought back.
   */
  Entry append(Kind kind, ObjectKey subject, String fact);

  /**
   * All that can still be read of it. What an entry says is true whatever became of the others;
   * what no entry says may have been said by one that cannot be read, unless the reading is whole.
   */
  Reading reading();

  /**
   * @throws io.aegis.kernel.Failure.Damaged if the chain is broken
   */
  default List<Entry> entries() {
    return reading().whole();
  }

  /**
   * What was read.
   *
   * @param entries in the order of their numbers
   * @param faults where the chain is broken: entries that are missing, cannot be read, or do not
   *     follow from the one before
   */
  record Reading(List<Entry> entries, SortedMap<ObjectKey, Damaged> faults) {
    public Reading {
      entries = List.copyOf(entries);
      faults = Collections.unmodifiableSortedMap(new TreeMap<>(faults));
    }

    public boolean isWhole() {
      return faults.isEmpty();
    }

    private List<Entry> whole() {
      if (!isWhole()) {
        throw faults.firstEntry().getValue();
      }
      return entries;
    }
  }

  /** What an entry says of its subject. */
  enum Kind {
    SNAPSHOT_TAKEN,
    INCARNATION_CLAIMED,
    LIFE_STREAMED,
    WAL_GAP_DECLARED,
    EXECUTION_STARTED,
    EXECUTION_ENDED,
    KEY_SLOT_ADDED,
    KEY_SLOT_REMOVED
  }

  /**
   * One entry.
   *
   * @param sequence 0, 1, 2 … without a gap
   * @param subject the object it speaks of
   * @param fact a short text of the writer's, for people and for its own checks
   */
  record Entry(long sequence, Kind kind, ObjectKey subject, String fact, Instant written) {}
}
