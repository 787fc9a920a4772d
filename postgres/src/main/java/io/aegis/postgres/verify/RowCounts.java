package io.aegis.postgres.verify;

import io.aegis.kernel.TimeSource;
import io.aegis.postgres.verify.Measurement.Verdict;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

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

  /** A table that was not counted although there was time, and why. */
  private record Trouble(String table, SQLException why) {
    @Override
    public String toString() {
      return table + ": " + why.getMessage();
    }
  }

  /**
   * Counts the tables of one database, the smallest first.
   *
   * @param limit for all of them together
   * @throws SQLException if the server does not answer any more
   */
  public Measurement run(String database, Duration limit) throws SQLException {
    long begun = time.nanos();
    var counts = new Counts();
    try (var connection = sessions.open(database)) {
      for (String table : Query.column(connection, TABLES)) {
        long left = limit.toMillis() - (time.nanos() - begun) / 1_000_000;
        counts.take(connection, table, left);
      }
    } catch (SQLException e) {
      counts.missed(e);
    }
    var took = Duration.ofNanos(time.nanos() - begun);
    return new Measurement("rows of " + database, counts.verdict(), took);
  }

  /** What came of the tables so far. */
  private static final class Counts {
    private final List<Long> rows = new ArrayList<>();
    private final List<Trouble> troubles = new ArrayList<>();
    private int tables;

    /** Nobody gets in there, or its list of tables cannot be read. */
    void missed(SQLException why) throws SQLException {
      if (Query.isLost(why)) {
        throw why;
      }
      tables++;
      troubles.add(new Trouble("its tables", why));
    }

    void take(Connection connection, String table, long millis) throws SQLException {
      tables++;
      try {
        if (millis > 0) {
          rows.add(count(connection, table, millis));
        }
      } catch (SQLException e) {
        if (Query.isLost(connection, e)) {
          throw e;
        }
        troubles.add(new Trouble(table, e));
      }
    }

    Verdict verdict() {
      var damage =
          troubles.stream().filter(trouble -> Query.isDamage(trouble.why())).findFirst();
      if (damage.isPresent()) {
        return new Verdict.Failed(damage.get().toString());
      }
      long sum = rows.stream().mapToLong(Long::longValue).sum();
      if (rows.size() == tables) {
        return new Verdict.Observed(sum + " rows in " + tables + " tables");
      }
      String words = sum + " rows in " + rows.size() + " of " + tables + " tables";
      return new Verdict.NotMeasured(
          troubles.stream().allMatch(trouble -> Query.isTimeOver(trouble.why()))
              ? "the time was over after " + words
              : words + " could be counted; the first that could not: " + troubles.getFirst());
    }
  }

  private static long count(Connection connection, String table, long millis) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("SET statement_timeout = " + Math.max(1, millis));
      // Not of its children: they are counted themselves, and a foreign one is on another server.
      try (var rows = statement.executeQuery("SELECT count(*) FROM ONLY " + table)) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }
}
