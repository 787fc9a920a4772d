package io.aegis.postgres.stream;

import io.aegis.postgres.ConnectionSettings;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.SystemIdentifier;
import io.aegis.postgres.WalStream.KeepPolicy;
import io.aegis.postgres.cluster.SqlSession;
import io.aegis.postgres.wal.SegmentSize;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/** Asks the server, by SQL, what concerns the stream and its slot. For one thread. */
final class SlotWatch implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration SLOW_DISK = Duration.ofMillis(500);
  private static final long MIB = 1 << 20;

  private final SqlSession session;

  SlotWatch(ConnectionSettings settings) {
    session = SqlSession.open(settings);
    session.limitAnswersTo(PATIENCE);
  }

  /**
   * A slot.
   *
   * @param status {@code wal_status}: reserved, extended, unreserved or lost
   * @param restart the earliest log that is kept for it
   * @param active whether somebody streams through it now
   * @param physical whether it is for the log as it is, and not for what is decoded from it
   */
  record Slot(String status, Lsn restart, boolean active, boolean physical) {
    boolean isLost() {
      return status.equals("lost");
    }

    boolean isAtRisk() {
      return isLost() || status.equals("unreserved");
    }
  }

  Optional<Slot> slot(String name) {
    return session
        .list(
            "select coalesce(wal_status, 'lost'), coalesce(restart_lsn, '0/0')::text, active,"
                + " slot_type = 'physical' from pg_replication_slots where slot_name = ?",
            row -> new Slot(
                row.getString(1),
                Lsn.parse(row.getString(2)),
                row.getBoolean(3),
                row.getBoolean(4)),
            name)
        .stream()
        .findFirst();
  }

  void dropSlot(String name) {
    session.list("select pg_drop_replication_slot(?)", row -> row.getString(1), name);
  }

  SystemIdentifier system() {
    return session.one(
        "select system_identifier from pg_control_system()",
        row -> SystemIdentifier.parse(row.getString(1)));
  }

  SegmentSize segmentSize() {
    return session.one(
        "select setting::int from pg_settings where name = 'wal_segment_size'",
        row -> new SegmentSize(row.getInt(1)));
  }

  /** The life this cluster says it leads; the root one if it says nothing. */
  Incarnation incarnation(SystemIdentifier system) {
    var said = session.one(
        "select coalesce(current_setting('" + Incarnation.SETTING + "', true), '')",
        row -> row.getString(1));
    return said.isEmpty() ? Incarnation.rootOf(system) : new Incarnation(said);
  }

  /**
   * How long a commit can be on its way after its time was taken, before the server flushes it and
   * so sends it: three rounds of the log's writer where the commit does not wait ({@code
   * synchronous_commit = off}; src/backend/postmaster/walwriter.c), and time for the disk.
   */
  Duration commitDelay() {
    long millis = session.one(
        "select setting::bigint from pg_settings where name = 'wal_writer_delay'",
        row -> row.getLong(1));
    var rounds = Duration.ofMillis(3 * millis);
    return rounds.compareTo(SLOW_DISK) > 0 ? rounds : SLOW_DISK;
  }

  /**
   * Until when the server had flushed nothing behind {@code received}, by its clock, which is read
   * first; empty if it has. A standby only knows what it was told: until when that was, if it
   * follows somebody and has all that it heard of (pg_stat_wal_receiver; walreceiver.c).
   */
  Optional<Instant> quiet(Lsn received) {
    return session.one(
        "select case when pg_is_in_recovery() then"
            + " (select last_msg_send_time from pg_stat_wal_receiver"
            + " where status = 'streaming' and latest_end_lsn = flushed_lsn)"
            + " else clock_timestamp() end,"
            + " coalesce(case when pg_is_in_recovery() then pg_last_wal_receive_lsn()"
            + " else pg_current_wal_flush_lsn() end <= ?::pg_lsn, false)",
        row -> row.getBoolean(2)
            ? Optional.ofNullable(row.getObject(1, OffsetDateTime.class))
                .map(OffsetDateTime::toInstant)
            : Optional.empty(),
        received.toString());
  }

  boolean isStandby() {
    return session.one("select pg_is_in_recovery()", row -> row.getBoolean(1));
  }

  KeepPolicy policy() {
    long mib = session.one(
        "select setting::bigint from pg_settings where name = 'max_slot_wal_keep_size'",
        row -> row.getLong(1));
    return mib < 0 ? new KeepPolicy.NeverDrop() : new KeepPolicy.ProtectPrimary(mib * MIB);
  }

  @Override
  public void close() {
    session.close();
  }
}
