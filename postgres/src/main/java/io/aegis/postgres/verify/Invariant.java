package io.aegis.postgres.verify;

import io.aegis.kernel.TimeSource;
import io.aegis.postgres.verify.Measurement.Verdict;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Something that the owner says must be true: a query whose one value is known beforehand.
 *
 * @param name in the owner's words
 * @param database in which it is asked
 * @param sql a query that returns one row of one column
 * @param expected that value as text; SQL's null as an empty text
 */
public record Invariant(String name, String database, String sql, String expected) {

  /**
   * Asks, in a transaction that can write nothing.
   *
   * @param limit after which it counts as not measured
   * @throws SQLException if the server does not answer any more
   */
  public Measurement measure(Sessions sessions, Duration limit, TimeSource time)
      throws SQLException {
    long begun = time.nanos();
    Verdict verdict;
    try (var connection = sessions.open(database)) {
      verdict = ask(connection, limit);
    } catch (SQLException e) {
      if (Query.isLost(e)) {
        throw e;
      }
      verdict = verdict(e, limit);
    }
    return new Measurement(name, verdict, Duration.ofNanos(time.nanos() - begun));
  }

  private Verdict ask(Connection connection, Duration limit) throws SQLException {
    try {
      return compare(answer(connection, limit));
    } catch (SQLException e) {
      if (Query.isLost(connection, e)) {
        throw e;
      }
      return verdict(e, limit);
    }
  }

  private static Verdict verdict(SQLException e, Duration limit) {
    if (Query.isTooLarge(e)) {
      return new Verdict.Failed("its answer is too large to be one value");
    }
    if (Query.isTimeOver(e)) {
      return new Verdict.NotMeasured("it took longer than " + limit.toSeconds() + " s");
    }
    return Query.isLocked(e)
        ? new Verdict.NotMeasured("what it reads was locked at the target: " + e.getMessage())
        : new Verdict.Failed(String.valueOf(e.getMessage()));
  }

  private Verdict compare(String answer) {
    return answer.equals(expected)
        ? new Verdict.Passed("it is " + answer)
        : new Verdict.Failed("it is '" + answer + "', expected '" + expected + "'");
  }

  private String answer(Connection connection, Duration limit) throws SQLException {
    connection.setReadOnly(true);
    connection.setAutoCommit(false);
    try (var statement = connection.createStatement()) {
      statement.execute("SET LOCAL statement_timeout = " + limit.toMillis());
      statement.setMaxRows(2); // the second one is wrong already, and millions would not fit
      try (var rows = statement.executeQuery(sql)) {
        if (!rows.next()) {
          throw new SQLException("it returned no row");
        }
        String value = rows.getString(1);
        if (rows.next()) {
          throw new SQLException("it returned more than one row");
        }
        return value == null ? "" : value;
      }
    }
  }
}
