package io.aegis.cli.demo;

import io.aegis.cli.CliCode;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Report;
import io.aegis.postgres.RunningServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

  /** Below which directories the first and the second act recover the database. */
  static final List<String> ACTS = List.of("recovered", "recovered-again");

  /**
   * A directory that holds nothing of anybody's yet.
   *
   * @param named where somebody wants it; a new one where nobody cares
   * @throws Refused if it holds something
   */
  static Path place(Optional<Path> named) {
    try {
      if (named.isEmpty()) {
        return Files.createTempDirectory("aegis-demo-");
      }
      var directory = Files.createDirectories(named.get().toAbsolutePath());
      requireEmpty(directory);
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException("no directory for the demo", e);
    }
  }

  private static void requireEmpty(Path directory) throws IOException {
    try (var content = Files.list(directory)) {
      var found = content.findFirst();
      if (found.isPresent()) {
        throw new Refused(Report.of(CliCode.FILE_EXISTS, directory + " is not empty")
            .why("it holds " + found.get().getFileName() + ", among others")
            .safe("nothing in it was touched")
            .next("aegis demo --directory <a new or empty one>"));
      }
    }
  }

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
    var server = new ShopServer(binaries, shop());
    server.create();
    server.start();
    try (var connection = DriverManager.getConnection(url(server.port()))) {
      Shop.create(connection);
    }
    return server;
  }

  private Path shop() {
    return directory.resolve("shop");
  }

  /**
   * Ends what runs on the data directories that the demo made: the shop's, and those that were
   * recovered, also by a recovery that failed half-way. Whatever else runs is somebody else's.
   */
  void leaveNothingRunning() {
    var made = new ArrayList<Path>();
    made.add(shop());
    ACTS.forEach(act -> made.addAll(content(directory.resolve(act))));
    made.forEach(data -> RunningServer.on(data).ifPresent(RunningServer::crash));
  }

  private static List<Path> content(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var content = Files.list(folder)) {
      return content.filter(Files::isDirectory).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String url(int port) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres";
  }
}
