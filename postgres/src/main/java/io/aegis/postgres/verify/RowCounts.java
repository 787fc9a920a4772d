package io.aegis.postgres.verify;

import io.aegis.kernel.TimeSource;
import io.aegis.postgres.verify.Measurement.Verdict;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;

/**
 * How many rows the owner's tables have: to be compared by people and with the next recovery, so
 * never a verification. Exact as far as the time allows.
 */
public final class RowCounts {
  private static final String TABLES = """
      SELECT format('%I.%I', n.nspname, c.relname)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind = 'r' AND c.relpersistence = 'p'
         AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'
       ORDER BY c.relpages, 1""";

  private final Sessions sessions;
  private final TimeSource time;

  public RowCounts(Sessions sessions, TimeSource time) {
    this.sessions = sessions;
    this.time = time;
  }

  /**
   * Counts the tables of one database, the smallest first.
   *
   * @param limit for all of them together
   */
  public Measurement run(String database, Duration limit) throws SQLException {
    long begun = time.nanos();
    var counts = new ArrayList<String>();
    long rows = 0;
    int tables = 0;
    try (var connection = sessions.open(database)) {
      for (String table : Query.column(connection, TABLES)) {
        tables++;
        long left = limit.toMillis() - (time.nanos() - begun) / 1_000_000;
        long count = left > 0 ? count(connection, table, left) : -1;
        if (count >= 0) {
          rows += count;
          counts.add(table);
        }
      }
    }
    var took = Duration.ofNanos(time.nanos() - begun);
    return new Measurement("rows of " + database, verdict(tables, counts.size(), rows), took);
  }

  private static Verdict verdict(int tables, int counted, long rows) {
    String words = rows + " rows in " + counted + " of " + tables + " tables";
    return counted == tables
        ? new Verdict.Observed(rows + " rows in " + tables + " tables")
        : new Verdict.NotMeasured("the time was over after " + words);
  }

  /** The number of rows; -1 if it took too long. */
  private static long count(Connection connection, String table, long millis) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("SET statement_timeout = " + Math.max(1, millis));
      try (var rows = statement.executeQuery("SELECT count(*) FROM " + table)) {
        rows.next();
        return rows.getLong(1);
      }
    } catch (SQLException e) {
      if ("57014".equals(e.getSQLState())) {
        return -1;
      }
      throw e;
    }
  }
}
