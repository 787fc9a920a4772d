package io.aegis.postgres.wal;

import io.aegis.postgres.Lsn;

/** How a scan stands. */
public sealed interface ScanState {

  /** More bytes are welcome. */
  record Reading() implements ScanState {}

  /**
   * No record begins at {@code at}: zeros, or what a recycled file held before.
   *
   * @param at the end of the last record
   */
  record Ended(Lsn at, String why) implements ScanState {}

  /**
   * The record or page at {@code at} is not what PostgreSQL writes.
   *
   * @param at the end of the last good record, or the page that is wrong
   */
  record Damaged(Lsn at, String what) implements ScanState {}
}
