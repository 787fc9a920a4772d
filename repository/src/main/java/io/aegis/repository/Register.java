package io.aegis.repository;

import io.aegis.storage.ObjectKey;
import java.time.Instant;
import java.util.List;

/**
 * What must exist, written apart from the things themselves: a chain of entries, each holding the
 * hash of the one before. It is how a missing newest snapshot is noticed, not only one in the
 * middle.
 */
public interface Register {

  /** Appends an entry, durable on return; writers that race take turns. */
  Entry append(Kind kind, ObjectKey subject, String fact);

  /**
   * @throws io.aegis.kernel.Failure.Damaged if the chain is broken
   */
  List<Entry> entries();

  /** What an entry says of its subject. */
  enum Kind {
    SNAPSHOT_TAKEN,
    INCARNATION_CLAIMED,
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
