package io.aegis.postgres.server;

import io.aegis.postgres.Lsn;
import java.sql.Connection;
import java.sql.SQLException;

/** How far recovery has come, as the server itself says. */
public sealed interface ReplayState {

  /**
   * Log is being replayed.
   *
   * @param replayed the end of the last record replayed; {@link Lsn#INVALID} before the first
   */
  record Replaying(Lsn replayed) implements ReplayState {}

  /** Replay stands still, read-only, whatever the reason. */
  record Paused(Lsn replayed) implements ReplayState {}

  /** Recovery is over: the server takes writes. */
  record Writable(Lsn inserted) implements ReplayState {}

  /** Asks through a connection of any role. */
  static ReplayState ask(Connection connection) throws SQLException {
    // One statement, evaluated once: recovery may end between two of them.
    String question = """
        SELECT r.recovering,
               CASE WHEN r.recovering THEN pg_get_wal_replay_pause_state() END,
               CASE WHEN r.recovering THEN pg_last_wal_replay_lsn()
                    ELSE pg_current_wal_insert_lsn() END
          FROM (SELECT pg_is_in_recovery() AS recovering) r""";
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(question)) {
      rows.next();
      String position = rows.getString(3);
      var lsn = position == null ? Lsn.INVALID : Lsn.parse(position);
      if (!rows.getBoolean(1)) {
        return new Writable(lsn);
      }
      return "paused".equals(rows.getString(2)) ? new Paused(lsn) : new Replaying(lsn);
    }
  }
}
