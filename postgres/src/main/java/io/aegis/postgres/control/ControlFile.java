package io.aegis.postgres.control;

import io.aegis.postgres.Lsn;
import io.aegis.postgres.SystemIdentifier;
import io.aegis.postgres.Timeline;
import java.time.Instant;

/**
 * What {@code global/pg_control} says (PostgreSQL's {@code ControlFileData},
 * src/include/catalog/pg_control.h). Only made from bytes whose checksum is right.
 *
 * @param system who the cluster is
 * @param catalogVersion the eight digits that name the layout of the system catalog
 * @param state what the cluster was doing when this was written
 * @param checkpoint the latest checkpoint
 * @param minimumRecovery how far a standby must replay before it is consistent; {@link
 *     Lsn#INVALID} on a primary
 * @param geometry how files are cut
 * @param parameters the settings that a recovery needs at least as large
 * @param checksums whether pages carry checksums
 */
public record ControlFile(
    SystemIdentifier system,
    int catalogVersion,
    State state,
    Checkpoint checkpoint,
    Lsn minimumRecovery,
    Geometry geometry,
    Parameters parameters,
    PageChecksums checksums) {

  /** PostgreSQL's {@code DBState}, in its order. */
  public enum State {
    STARTING_UP,
    SHUT_DOWN,
    SHUT_DOWN_IN_RECOVERY,
    SHUTTING_DOWN,
    IN_CRASH_RECOVERY,
    IN_ARCHIVE_RECOVERY,
    IN_PRODUCTION
  }

  /** Whether pages carry checksums: initdb's choice, or {@code pg_checksums}'. */
  public enum PageChecksums {
    OFF,
    ON
  }

  /** The setting {@code wal_level}, in PostgreSQL's order. */
  public enum WalLevel {
    MINIMAL,
    REPLICA,
    LOGICAL
  }

  /**
   * A checkpoint.
   *
   * @param record where its record begins
   * @param redo where replay from it begins
   * @param timeline the timeline it was written on
   * @param written when, by the server's clock; whole seconds
   */
  public record Checkpoint(Lsn record, Lsn redo, Timeline timeline, Instant written) {}

  /**
   * How files are cut.
   *
   * @param pageSize bytes of a page, a power of two from 1 KiB to 32 KiB
   * @param segmentPages pages of a full segment of a relation
   * @param walSegmentSize bytes of a log segment, a power of two from 1 MiB to 1 GiB
   */
  public record Geometry(int pageSize, int segmentPages, int walSegmentSize) {
    public Geometry {
      requirePower("page size", pageSize, 1 << 10, 1 << 15);
      requirePower("WAL segment size", walSegmentSize, 1 << 20, 1 << 30);
      if (segmentPages < 1) {
        throw new IllegalArgumentException("not a segment size: " + segmentPages + " pages");
      }
    }

    private static void requirePower(String what, int value, int least, int most) {
      if (value < least || value > most || Integer.bitCount(value) != 1) {
        throw new IllegalArgumentException("not a " + what + ": " + value);
      }
    }
  }

  /**
   * The settings whose values a recovery compares with its own; where its own are smaller, it
   * pauses or refuses to start.
   */
  public record Parameters(
      WalLevel walLevel,
      int maxConnections,
      int maxWorkerProcesses,
      int maxWalSenders,
      int maxPreparedTransactions,
      int maxLocksPerTransaction) {}
}
