package io.aegis.cli.demo;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/** The database of a small shop: a real schema, with the statements that its users would run. */
final class Shop {
  /** Rows to begin with, so that a snapshot has something to hold. */
  private static final int CUSTOMERS = 20_000;

  private static final int PRODUCTS = 500;

  private static final String[] SCHEMA = {
    "CREATE EXTENSION IF NOT EXISTS amcheck",
    """
    CREATE TABLE customer (
      id bigint PRIMARY KEY, name text NOT NULL, email text NOT NULL UNIQUE,
      since date NOT NULL DEFAULT current_date)""",
    """
    CREATE TABLE product (
      id int PRIMARY KEY, name text NOT NULL, cents int NOT NULL CHECK (cents > 0),
      in_stock bigint NOT NULL)""",
    """
    CREATE TABLE orders (
      id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customer,
      placed timestamptz NOT NULL DEFAULT now(), note text NOT NULL)""",
    """
    CREATE TABLE order_line (
      order_id bigint NOT NULL REFERENCES orders ON DELETE CASCADE,
      product_id int NOT NULL REFERENCES product, pieces int NOT NULL CHECK (pieces > 0),
      PRIMARY KEY (order_id, product_id))""",
    "CREATE INDEX orders_by_customer ON orders (customer_id)",
    "INSERT INTO customer SELECT n, 'Customer ' || n, 'c' || n || '@example.org'"
        + " FROM generate_series(1, " + CUSTOMERS + ") n",
    "INSERT INTO product SELECT n, 'Product ' || n, 100 + n, 1000000000"
        + " FROM generate_series(1, " + PRODUCTS + ") n",
    "ANALYZE",
  };

  private Shop() {}

  static void create(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      for (var sql : SCHEMA) {
        statement.execute(sql);
      }
    }
  }

  /** Places one order, in one transaction; has returned only when the commit was acknowledged. */
  static void placeOrder(Connection connection, long id) throws SQLException {
    try (var order = connection.prepareStatement(
            "INSERT INTO orders (id, customer_id, note) VALUES (?, ?, ?)");
        var line = connection.prepareStatement("INSERT INTO order_line VALUES (?, ?, ?)");
        var stock = connection.prepareStatement(
            "UPDATE product SET in_stock = in_stock - ? WHERE id = ?")) {
      order.setLong(1, id);
      order.setLong(2, 1 + id % CUSTOMERS);
      order.setString(3, "order " + id + ", to be delivered in the morning");
      order.executeUpdate();
      int pieces = (int) (1 + id % 7);
      int product = (int) (1 + id % PRODUCTS);
      line.setLong(1, id);
      line.setInt(2, product);
      line.setInt(3, pieces);
      line.executeUpdate();
      stock.setInt(1, pieces);
      stock.setInt(2, product);
      stock.executeUpdate();
      connection.commit();
    }
  }

  /** The mistake: a clean-up with the wrong condition. Returns how many orders it deleted. */
  static int deleteTooMuch(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.executeUpdate("DELETE FROM order_line WHERE order_id % 10 <> 0");
      int deleted = statement.executeUpdate("DELETE FROM orders WHERE id % 10 <> 0");
      connection.commit();
      return deleted;
    }
  }

  /** When the last order that is there was placed, by the database's clock. */
  static Instant lastOrder(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT max(placed) FROM orders")) {
      rows.next();
      return rows.getTimestamp(1).toInstant();
    }
  }

  static Set<Long> orders(Connection connection) throws SQLException {
    var ids = new HashSet<Long>();
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT id FROM orders")) {
      while (rows.next()) {
        ids.add(rows.getLong(1));
      }
    }
    return ids;
  }
}
