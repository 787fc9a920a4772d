package io.aegis.postgres.wal;

import io.aegis.postgres.Lsn;
import io.aegis.postgres.Timeline;
import java.time.Instant;
import java.util.List;

/** What a record of the log says, as far as recovery is concerned. */
public sealed interface WalEvent {

  /** Where the record begins: what {@code pg_waldump} prints, and what a target is made of. */
  Lsn start();

  /** Where the next record can begin: what replay stands at after this one. */
  Lsn end();

  /** How a transaction ended. */
  enum Outcome {
    COMMIT,
    ABORT,
    COMMIT_PREPARED,
    ABORT_PREPARED;

    public boolean isCommit() {
      return this == COMMIT || this == COMMIT_PREPARED;
    }
  }

  /**
   * A transaction ended.
   *
   * @param xid the transaction; of a prepared one its own, not that of the session that ended it
   * @param subtransactions those whose changes count as its own
   * @param dropped the storage removed with it; where {@code wal_level} is below logical this is
   *     all that tells of a TRUNCATE or a DROP
   * @param whole false where it had more than 1,048,576 subtransactions, of which the lowest and
   *     the highest are told then, or removed more than 262,144 files
   */
  record TransactionEnd(
      Lsn start,
      Lsn end,
      Outcome outcome,
      long xid,
      Instant time,
      List<Long> subtransactions,
      List<RelationFile> dropped,
      boolean whole)
      implements WalEvent {

    /** Whether that may be one of its subtransactions, of which not all are told. */
    public boolean mayHold(long other) {
      return subtransactions.size() > TransactionEndReader.MOST_SUBTRANSACTIONS
          && subtransactions.stream().anyMatch(own -> own < other)
          && subtransactions.stream().anyMatch(own -> own > other);
    }
  }

  /** A transaction was prepared; from now on it survives a crash, undecided. */
  record Prepare(Lsn start, Lsn end, long xid, Instant time) implements WalEvent {}

  /** What was done to rows. */
  enum Change {
    INSERT,
    UPDATE,
    DELETE
  }

  /**
   * Rows of one table changed.
   *
   * @param rows how many; -1 takes back an insert that lost a race (speculative insertion)
   */
  record RowChange(Lsn start, Lsn end, long xid, RelationFile relation, Change change, int rows)
      implements WalEvent {}

  /**
   * Tables were truncated; written at {@code wal_level = logical} only.
   *
   * @param tables their oids, not their relfilenodes
   */
  record TableTruncate(Lsn start, Lsn end, long xid, long database, List<Long> tables)
      implements WalEvent {}

  /** The rest of the segment is empty. */
  record SegmentSwitch(Lsn start, Lsn end) implements WalEvent {}

  /** A checkpoint was completed; a restart would begin at {@code redo}. */
  record Checkpoint(Lsn start, Lsn end, Lsn redo, Timeline timeline, boolean shutdown)
      implements WalEvent {}

  /**
   * Settings that a standby must match changed; {@code walLevel} 0 minimal, 1 replica, 2 logical.
   */
  record ParameterChange(
      Lsn start,
      Lsn end,
      int maxConnections,
      int maxWorkerProcesses,
      int maxWalSenders,
      int maxPreparedTransactions,
      int maxLocksPerTransaction,
      int walLevel)
      implements WalEvent {

    /**
     * Whether what follows was not written for recovery: PostgreSQL replays nothing past such a
     * record ({@code CheckRequiredParameterValues}, src/backend/access/transam/xlogrecovery.c).
     */
    public boolean isMinimal() {
      return walLevel == 0;
    }
  }

  /**
   * A tablespace was made.
   *
   * @param tablespace its number
   * @param directory where its files are; empty where that is in the data directory itself
   */
  record TablespaceCreate(Lsn start, Lsn end, long tablespace, String directory)
      implements WalEvent {
    public boolean isInPlace() {
      return directory.isEmpty();
    }
  }

  /** {@code pg_create_restore_point} was called. */
  record RestorePoint(Lsn start, Lsn end, Instant time, String name) implements WalEvent {}

  /** A base backup that began at {@code begun} ended here. */
  record BackupEnd(Lsn start, Lsn end, Lsn begun) implements WalEvent {}

  /** A promotion: from here on the log belongs to {@code timeline}. */
  record EndOfRecovery(Lsn start, Lsn end, Instant time, Timeline timeline, Timeline previous)
      implements WalEvent {}

  /** Storage was created. */
  record StorageCreate(Lsn start, Lsn end, long xid, RelationFile relation, int fork)
      implements WalEvent {}

  /** Storage was cut to {@code blocks} pages. */
  record StorageTruncate(Lsn start, Lsn end, long xid, RelationFile relation, long blocks)
      implements WalEvent {}

  /**
   * Which transactions were running.
   *
   * @param nextXid no transaction from here on had begun
   * @param running those that had begun and not ended, subtransactions included
   * @param complete false when there were more subtransactions than the record can hold
   */
  record RunningTransactions(Lsn start, Lsn end, long nextXid, List<Long> running, boolean complete)
      implements WalEvent {}
}
