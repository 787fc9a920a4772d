package io.aegis.cli.demo;

import io.aegis.kernel.TaskScope;
import io.aegis.kernel.TimeSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Customers who never stop ordering. An order goes into the ledger when, and only when, its commit
 * was acknowledged; one whose reply never came is in neither list, whatever became of it.
 */
final class Load implements AutoCloseable {
  private static final int WORKERS = 2;

  private final String url;
  private final Ledger ledger;
  private final TimeSource time;
  private final AtomicLong next;
  private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock(true);
  private final TaskScope workers = TaskScope.computing("demo-load", WORKERS);
  private volatile boolean stopping;

  private Load(String url, Ledger ledger, TimeSource time, AtomicLong next) {
    this.url = url;
    this.ledger = ledger;
    this.time = time;
    this.next = next;
  }

  /**
   * Begins ordering.
   *
   * @param next gives the ids of orders; shared by all loads of one demo
   */
  static Load start(String url, Ledger ledger, TimeSource time, AtomicLong next)
      throws InterruptedException {
    var load = new Load(url, ledger, time, next);
    for (int i = 0; i < WORKERS; i++) {
      load.workers.fork(load::work);
    }
    return load;
  }

  private Void work() throws InterruptedException {
    while (!stopping) {
      try (var connection = DriverManager.getConnection(url)) {
        connection.setAutoCommit(false);
        while (!stopping) {
          order(connection);
          time.sleep(Duration.ofMillis(1));
        }
      } catch (SQLException e) {
        // The database is gone, which is what a demo of losing it is about: an order without a
        // reply
        // is not in the ledger, and the next one waits until the database is back or the load ends.
        time.sleep(Duration.ofMillis(50));
      }
    }
    return null;
  }

  private void order(Connection connection) throws SQLException {
    gate.readLock().lock();
    try {
      long id = next.getAndIncrement();
      Shop.placeOrder(connection, id);
      ledger.append(id, time.now());
    } finally {
      gate.readLock().unlock();
    }
  }

  /** Waits until no order is under way, holds back new ones while {@code action} runs. */
  <T> T between(SqlAction<T> action) throws SQLException {
    gate.writeLock().lock();
    try {
      return action.run();
    } finally {
      gate.writeLock().unlock();
    }
  }

  /** Something that talks to the database. */
  @FunctionalInterface
  interface SqlAction<T> {
    T run() throws SQLException;
  }

  /** No more orders from now on; those under way come to their end. */
  void stopOrdering() {
    stopping = true;
  }

  /** Lets the orders under way end on their own: an interrupt would close the ledger's channel. */
  @Override
  public void close() {
    stopping = true;
    try {
      workers.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    workers.close();
  }
}
