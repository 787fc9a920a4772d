package io.aegis.e2e.ledger;

import io.aegis.postgres.Lsn;
import io.aegis.postgres.testing.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * How far the server was told that its log is durable elsewhere, asked of the server itself, again
 * and again. What it was told it may throw away; so nothing before that may ever be missing.
 */
public final class Told implements AutoCloseable {
  private static final String QUESTION =
      "select greatest((select max(flush_lsn) from pg_stat_replication),"
          + " (select max(restart_lsn) from pg_replication_slots where active))::text";

  private final TestPostgres server;
  private final AtomicReference<Lsn> furthest = new AtomicReference<>(Lsn.INVALID);
  private final Thread thread;
  private volatile boolean stopping;

  private Told(TestPostgres server) {
    this.server = server;
    this.thread = Thread.ofPlatform().name("told").start(this::ask);
  }

  public static Told watch(TestPostgres server) {
    return new Told(server);
  }

  /** The furthest position seen so far. */
  public Lsn furthest() {
    return furthest.get();
  }

  private void ask() {
    while (!stopping) {
      try (var connection = server.connect()) {
        while (!stopping) {
          ask(connection);
          pause();
        }
      } catch (SQLException e) {
        pause(); // the server is away, and may come back
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(10);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while watching a server", e);
    }
  }

  private void ask(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(QUESTION)) {
      row.next();
      var text = row.getString(1);
      if (text != null) {
        furthest.accumulateAndGet(Lsn.parse(text), Lsn::later);
      }
    }
  }

  @Override
  public void close() {
    stopping = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
