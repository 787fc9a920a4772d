package io.aegis.e2e.ledger;

import io.aegis.e2e.ledger.Ledger.Attempt;
import io.aegis.postgres.testing.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Clients that commit, roll back, nest and prepare transactions all the time, and connect again
 * when the server is gone for a while. {@link #close} waits for them to end.
 */
public final class Clients implements AutoCloseable {
  private final TestPostgres server;
  private final Ledger ledger;
  private final List<Thread> threads = new ArrayList<>();
  private final ConcurrentLinkedQueue<Throwable> defects = new ConcurrentLinkedQueue<>();
  private volatile boolean stopping;

  private Clients(TestPostgres server, Ledger ledger) {
    this.server = server;
    this.ledger = ledger;
  }

  public static void createTables(TestPostgres server) {
    LedgerTable.SCHEMA.forEach(server::psql);
  }

  /** Starts so many; what each does follows from the seed, when it does it does not. */
  public static Clients start(TestPostgres server, Ledger ledger, int count, long seed) {
    var clients = new Clients(server, ledger);
    for (int i = 1; i <= count; i++) {
      var client = clients.new Client(i, new Random(seed * 31 + i));
      clients.threads.add(Thread.ofPlatform().name("client-" + i).start(client::work));
    }
    return clients;
  }

  /** Nothing more is asked of the server, whether it is there or not. */
  @Override
  public void close() {
    stopping = true;
    try {
      for (var thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while clients were ending", e);
    }
    if (!defects.isEmpty()) {
      throw new AssertionError(
          "a client failed for another reason than a lost server", defects.peek());
    }
  }

  private final class Client {
    private final int number;
    private final Random random;
    private @Nullable Long prepared;

    Client(int number, Random random) {
      this.number = number;
      this.random = random;
    }

    void work() {
      while (!stopping) {
        try (var connection = server.connect()) {
          transactions(connection);
        } catch (SQLException e) {
          if (!isServerGone(e)) {
            defects.add(e);
            return;
          }
          prepared = null; // nobody knows what became of it; pg_waldump does
        } catch (RuntimeException e) {
          defects.add(e);
          return;
        }
        pause(20);
      }
    }

    private void transactions(Connection connection) throws SQLException {
      try (var statement = connection.createStatement()) {
        while (!stopping) {
          int dice = random.nextInt(100);
          if (dice < 55) {
            plain(statement, 1 + random.nextInt(3), true);
          } else if (dice < 63) {
            plain(statement, 1 + random.nextInt(3), false);
          } else if (dice < 75) {
            nested(statement);
          } else if (dice < 83) {
            rolledBack(statement);
          } else if (dice < 94) {
            twoPhases(statement);
          } else {
            plain(statement, 500 + random.nextInt(3000), true);
          }
          pause(random.nextInt(6));
        }
      }
    }

    /** Without waiting for the log, nobody promised anything. */
    private void plain(Statement statement, int rows, boolean synchronous) throws SQLException {
      long xid = begin(statement, rows);
      if (!synchronous) {
        statement.execute("set local synchronous_commit = off");
      }
      write(statement, xid, true, 0, rows);
      statement.execute("commit");
      if (synchronous) {
        ledger.acknowledge(xid);
      }
    }

    private void nested(Statement statement) throws SQLException {
      long xid = begin(statement, 3);
      write(statement, xid, true, 0, 1);
      statement.execute("savepoint a");
      statement.execute(LedgerTable.insert(xid, number, true, 1_000_000, 2));
      statement.execute("rollback to a");
      statement.execute("savepoint b");
      statement.execute(LedgerTable.insert(xid, number, true, 1, 1));
      statement.execute("savepoint c");
      statement.execute(LedgerTable.insert(xid, number, true, 2, 1));
      statement.execute("release b");
      statement.execute("commit");
      ledger.acknowledge(xid);
    }

    private void rolledBack(Statement statement) throws SQLException {
      long xid = begin(statement, 2);
      write(statement, xid, true, 0, 2);
      statement.execute("rollback");
    }

    /** Prepares one, or ends the one that is prepared: other commits come to lie in between. */
    private void twoPhases(Statement statement) throws SQLException {
      Long pending = prepared;
      if (pending == null) {
        long xid = begin(statement, 2);
        write(statement, xid, false, 0, 2);
        statement.execute("prepare transaction 'p" + xid + "'");
        prepared = xid;
      } else if (random.nextInt(3) > 0) {
        statement.execute("commit prepared 'p" + pending + "'");
        ledger.acknowledge(pending);
        prepared = null;
      } else {
        statement.execute("rollback prepared 'p" + pending + "'");
        prepared = null;
      }
    }

    private long begin(Statement statement, int rows) throws SQLException {
      statement.execute("begin");
      try (var row = statement.executeQuery("select pg_current_xact_id()::xid::text")) {
        row.next();
        long xid = Long.parseLong(row.getString(1));
        ledger.begin(new Attempt(xid, number, rows));
        return xid;
      }
    }

    /** A counted one holds a lock until it ends, and so is never left prepared. */
    private void write(Statement statement, long xid, boolean counted, int from, int rows)
        throws SQLException {
      statement.execute(LedgerTable.insert(xid, number, counted, from, rows));
      if (counted) {
        statement.execute(LedgerTable.progress(number));
      }
    }
  }

  /** No connection, or one that was ended: by a shutdown, by a crash, or while it starts. */
  private static boolean isServerGone(SQLException e) {
    var state = e.getSQLState();
    return state != null && (state.startsWith("08") || state.startsWith("57P0"));
  }

  private static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("a client was interrupted", e);
    }
  }
}
