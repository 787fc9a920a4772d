package io.aegis.postgres.verify;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Reads the first column of a query as texts; SQL's null as an empty one. */
final class Query {
  /** How long a server may take to show that it is there. */
  private static final int SECONDS = 10;

  private Query() {}

  static boolean isTimeOver(SQLException e) {
    return state(e).equals("57014"); // query_canceled
  }

  /** Somebody who was at work at the target holds the table, for as long as recovery is paused. */
  static boolean isLocked(SQLException e) {
    return state(e).equals("55P03"); // lock_not_available
  }

  /** The server does not answer any more, and took no connection. */
  static boolean isLost(SQLException e) {
    return (state(e).startsWith("08") || state(e).startsWith("57P")) && !isTooLarge(e);
  }

  /**
   * The server does not answer any more: neither this query nor another one. A query that reaches
   * another server, such as one of a foreign table, says the same of that one.
   */
  static boolean isLost(Connection connection, SQLException e) throws SQLException {
    return isLost(e) && !connection.isValid(SECONDS);
  }

  /**
   * It says of what is stored that it is wrong: XX001 and XX002 are corruption, XX000 is what the
   * server cannot explain, class 58 a file that is not there or cannot be read. A privilege, memory
   * or a function that is missing says nothing of it.
   */
  static boolean isDamage(SQLException e) {
    return state(e).startsWith("XX") || state(e).startsWith("58");
  }

  private static String state(SQLException e) {
    return e.getSQLState() == null ? "" : e.getSQLState();
  }

  /** The answer is larger than a session takes; nothing more can be asked in that session. */
  static boolean isTooLarge(SQLException e) {
    return String.valueOf(e.getMessage()).contains("maxResultBuffer");
  }

  static List<String> column(Connection connection, String sql) throws SQLException {
    return column(connection, sql, Integer.MAX_VALUE);
  }

  /** The first {@code most} of them. */
  static List<String> column(Connection connection, String sql, int most) throws SQLException {
    var texts = new ArrayList<String>();
    try (var statement = connection.createStatement()) {
      statement.setMaxRows(most);
      try (var rows = statement.executeQuery(sql)) {
        while (rows.next()) {
          String text = rows.getString(1);
          texts.add(text == null ? "" : text);
        }
      }
    }
    return texts;
  }
}
