package io.aegis.postgres.wal;

/** How much of the log is decoded; the rest is verified and skipped. */
public enum Detail {
  /** Ends of transactions, checkpoints, restore points and the like. */
  TRANSACTIONS,
  /** And what happened to rows and storage. */
  ROWS
}
