package io.aegis.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;

/**
 * Where the demo takes place: one directory, which stays.
 *
 * @param directory holds the shop's database, the repository, the ledger and {@code aegis.yaml}
 * @param binaries PostgreSQL's programs
 */
@SuppressWarnings("InlineFormatString") // a page of text reads better by itself
record Stage(Path directory, Path binaries) {

  private static final String CONFIGURATION = """
      # Written by 'aegis demo'.
      application:
        name: demo-shop
        environment: dev
      objectives:
        rto: 2m
        rpo: 5s
      repository:
        location: repository
        key: file:aegis.key
      database:
        name: shop-db
        host: 127.0.0.1
        port: %d
        user: postgres
        database: postgres
        data-directory: %s
        bin-directory: %s
      recovery:
        directory: %s
        approvals: 0
        invariants:
          - name: every order has a customer
            sql: SELECT count(*) FROM orders o LEFT JOIN customer c ON c.id = o.customer_id
              WHERE c.id IS NULL
            expect: "0"
          - name: every order has a line
            sql: SELECT count(*) FROM orders o LEFT JOIN order_line l ON l.order_id = o.id
              WHERE l.order_id IS NULL
            expect: "0"
      """;

  Path configuration() {
    return directory.resolve("aegis.yaml");
  }

  Path ledger() {
    return directory.resolve("ledger.txt");
  }

  /**
   * Says which database is protected.
   *
   * @param recovered the directory below which it is recovered, never above what is protected
   */
  void configure(Path data, int port, String recovered) {
    try {
      Files.writeString(configuration(), CONFIGURATION.formatted(port, data, binaries, recovered));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ShopServer openShop() throws SQLException {
    var server = new ShopServer(binaries, directory.resolve("shop"));
    server.create();
    server.start();
    try (var connection = DriverManager.getConnection(url(server.port()))) {
      Shop.create(connection);
    }
    return server;
  }

  String url(int port) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres";
  }
}
