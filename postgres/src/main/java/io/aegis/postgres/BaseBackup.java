package io.aegis.postgres;

import io.aegis.repository.SnapshotId;
import java.time.Instant;

/**
 * A snapshot of a running cluster that was taken to its end: together with the log from {@link
 * #begin} to {@link #end} it is one consistent database, and with more log any later one.
 *
 * @param id its name in the repository
 * @param system the cluster it was taken of
 * @param incarnation the life of that cluster, under which its log is filed
 * @param timeline the timeline it lies on, from begin to end
 * @param begin where replay begins: the redo position of its starting checkpoint
 * @param end where the database is first consistent; a target must not lie before it (trap T36)
 * @param begun when the backup began, by the database server's clock (trap T4)
 * @param finished when the backup ended, by the database server's clock
 */
public record BaseBackup(
    SnapshotId id,
    SystemIdentifier system,
    Incarnation incarnation,
    Timeline timeline,
    Lsn begin,
    Lsn end,
    Instant begun,
    Instant finished) {

  /**
   * Whether it rests on that timeline of that life: two recoveries of one cluster come to timelines
   * of the same number.
   */
  public boolean isOf(Incarnation life, Timeline other) {
    return incarnation.equals(life) && timeline.equals(other);
  }
}
