package io.aegis.postgres.verify;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Reads the first column of a query as texts; SQL's null as an empty one. */
final class Query {
  private Query() {}

  static List<String> column(Connection connection, String sql) throws SQLException {
    var texts = new ArrayList<String>();
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        String text = rows.getString(1);
        texts.add(text == null ? "" : text);
      }
    }
    return texts;
  }
}
