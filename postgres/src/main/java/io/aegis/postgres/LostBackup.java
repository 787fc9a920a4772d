package io.aegis.postgres;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.repository.SnapshotId;
import java.util.List;
import java.util.Optional;

/**
 * A base backup that was taken and cannot be had any more: its root is damaged, or not there. When
 * it ended, and on which branch it lies, only its root would tell.
 *
 * @param cause what is wrong, with the object
 * @param before the newest earlier one that can be had; log is replayed from there instead
 */
public record LostBackup(SnapshotId id, Damaged cause, Optional<SnapshotId> before) {

  /**
   * @param there oldest first
   */
  static LostBackup among(List<BaseBackup> there, SnapshotId id, Damaged cause) {
    var before = there.stream()
        .map(BaseBackup::id)
        .filter(other -> other.compareTo(id) < 0)
        .toList();
    return new LostBackup(
        id, cause, before.isEmpty() ? Optional.empty() : Optional.of(before.getLast()));
  }

  /** What is lost with it, and what to type. */
  public String warning() {
    return cause.report().headline() + ": that snapshot is left out; moments from its end to that"
        + " of the next one "
        + before
            .map(id -> "are reached from the one before it, " + id
                + ", with more log to replay and as far as none is missing")
            .orElse("cannot be reached, since no earlier snapshot is there")
        + " (aegis repo check)";
  }
}
