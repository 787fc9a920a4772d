package io.aegis.postgres.snapshot;

import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import io.aegis.postgres.BaseBackups.CheckpointSpeed;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCluster;
import io.aegis.postgres.PostgresCluster.Facts;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.cluster.ClusterProbe;
import io.aegis.postgres.cluster.SqlSession;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Pattern;

/**
 * The one session that opens a backup and must live until it closes it (trap T1). When it is lost
 * the server aborts the backup, and whatever was copied must not count.
 *
 * <p>For one thread at a time: the owner waits for its workers while {@link #requireAlive} is
 * called.
 */
final class BackupSession implements AutoCloseable {
  private static final Pattern TIMELINE = Pattern.compile("(?m)^START TIMELINE: (\\d+)$");
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

  private final SqlSession sql;
  private final Facts facts;

  private BackupSession(SqlSession sql, Facts facts) {
    this.sql = sql;
    this.facts = facts;
  }

  /**
   * What {@code pg_backup_stop} returned.
   *
   * @param end where the database is first consistent
   * @param at when, by the server's clock
   * @param label the content of {@code backup_label}
   * @param tablespaceMap the content of {@code tablespace_map}; empty if there is none
   */
  record Stopped(Lsn end, Instant at, String label, String tablespaceMap) {
    Timeline timeline() {
      var matcher = TIMELINE.matcher(label);
      if (!matcher.find()) {
        throw new IllegalStateException("a backup label without a timeline: " + label);
      }
      return new Timeline(Long.parseLong(matcher.group(1)));
    }
  }

  static BackupSession open(PostgresCluster cluster) {
    var sql = SqlSession.open(cluster.connection());
    try {
      return new BackupSession(sql, ClusterProbe.facts(sql));
    } catch (RuntimeException e) {
      sql.close();
      throw e;
    }
  }

  /** Work that is worth nothing once this session is lost. */
  @FunctionalInterface
  interface Guarded<T> {
    T get() throws InterruptedException;
  }

  /** Does {@code work}; that the server is gone in the middle of it means that the backup is. */
  <T> T guard(Guarded<T> work) throws InterruptedException {
    try {
      return work.get();
    } catch (Failure.Unavailable e) {
      throw e.code() == PostgresCode.DATABASE_UNREACHABLE ? lost(e) : e;
    }
  }

  Facts facts() {
    return facts;
  }

  SqlSession sql() {
    return sql;
  }

  /** The redo position of the starting checkpoint. */
  Lsn start(String label, CheckpointSpeed speed) {
    return sql.one(
        "SELECT pg_backup_start(?, ?)::text",
        row -> Lsn.parse(row.getString(1)),
        label,
        speed == CheckpointSpeed.FAST);
  }

  /** What T4 asks for: the server's clock, since only it dates the files and the log. */
  Instant now() {
    return sql.one(
        "SELECT clock_timestamp()",
        row -> row.getObject(1, OffsetDateTime.class).toInstant());
  }

  /** How far the log is on the server's disk, and not before {@code least}. */
  Lsn flushed(Lsn least) {
    return switch (facts.role()) {
      case PRIMARY -> position("pg_current_wal_flush_lsn()");
      case STANDBY -> least; // what it has received says nothing of what its stream has seen
    };
  }

  /** No page can be newer than this: a standby's pages may be ahead of where its backup ends. */
  Lsn endOfLog(Lsn end) {
    return switch (facts.role()) {
      case PRIMARY -> end;
      case STANDBY -> position("pg_last_wal_replay_lsn()");
    };
  }

  private Lsn position(String function) {
    return sql.one("SELECT " + function + "::text", row -> Lsn.parse(row.getString(1)));
  }

  void requireAlive() {
    sql.limitAnswersTo(ANSWER_LIMIT);
    sql.one("SELECT 1", row -> row.getInt(1));
    sql.limitAnswersTo(Duration.ZERO);
  }

  /** Closes the backup; waiting for the log is not the server's business here. */
  Stopped stop() {
    requireSameRole();
    return sql.one(
        "SELECT lsn::text, labelfile, coalesce(spcmapfile, ''), clock_timestamp()"
            + " FROM pg_backup_stop(false)",
        row -> new Stopped(
            Lsn.parse(row.getString(1)),
            row.getObject(4, OffsetDateTime.class).toInstant(),
            row.getString(2),
            row.getString(3)));
  }

  private void requireSameRole() {
    boolean recovers = sql.one("SELECT pg_is_in_recovery()", row -> row.getBoolean(1));
    if (recovers != (facts.role() == PostgresCluster.Role.STANDBY)) {
      throw new Failure.Unavailable(
          Report.of(PostgresCode.PROMOTED_DURING_BACKUP, "the standby was promoted meanwhile")
              .next("aegis backup    (takes it again)"));
    }
  }

  private static Failure lost(Failure cause) {
    return new Failure.Unavailable(
        Report.of(PostgresCode.BACKUP_SESSION_LOST, "the backup was aborted by the server")
            .why(cause.report().headline())
            .safe("earlier snapshots are untouched; what was copied speeds up the next attempt")
            .next("aegis doctor", "aegis backup    (takes it again)"),
        cause);
  }

  @Override
  public void close() {
    sql.close();
  }
}
