package io.aegis.cli.demo;

import io.aegis.kernel.TaskScope;
import io.aegis.kernel.TimeSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;

/** {@code aegis wal stream} in the background, for as long as this is open. */
final class Protection implements AutoCloseable {
  private static final int ATTEMPTS = 300;

  private final TaskScope scope = TaskScope.computing("demo-wal-stream", 1);

  private Protection() {}

  /**
   * Starts streaming, and waits until it does: the server tells, since the repository already holds
   * log of the database's earlier life.
   */
  static Protection start(Keyboard keyboard, String url, TimeSource time)
      throws InterruptedException, SQLException {
    var protection = new Protection();
    var stream = keyboard.typeBeside(protection.scope, "wal", "stream");
    try (var connection = DriverManager.getConnection(url)) {
      for (int i = 0; i < ATTEMPTS; i++) {
        if (isStreaming(connection) && keyboard.run("wal", "status").exit() == 0) {
          return protection;
        }
        time.sleep(Duration.ofMillis(100));
      }
    }
    protection.close();
    throw new IllegalStateException(
        "aegis wal stream did not begin to protect: " + stream.result());
  }

  private static boolean isStreaming(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT count(*) FROM pg_stat_replication")) {
      row.next();
      return row.getInt(1) > 0;
    }
  }

  /** Ends the stream, as Ctrl-C would: what has arrived is made durable first. */
  @Override
  public void close() {
    scope.close();
  }
}
