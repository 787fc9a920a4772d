package io.aegis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.postgres.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A database with one snapshot in a repository, made once; each test takes a copy of the
 * repository, and leaves the server running.
 */
public final class ProtectedShop implements AutoCloseable {
  private final TestPostgres server = TestPostgres.of(17).create();
  private final Path original;

  private ProtectedShop(Path original) {
    this.original = original;
  }

  public static ProtectedShop in(Path original) {
    var shop = new ProtectedShop(original);
    shop.server.start();
    shop.server.psql("create table orders as select generate_series(1, 500) as id");
    String port = Integer.toString(shop.server.connection().port());
    expectDone(
        shop.cli(original).run("init", "--discover", "--application", "shop", "--port", port));
    expectDone(shop.cli(original).run("backup", "--json"));
    return shop;
  }

  public static void expectDone(Cli.Result shown) {
    assertThat(shown.exit()).as(shown.out() + shown.err()).isZero();
  }

  public TestPostgres server() {
    return server;
  }

  /** A command line whose working directory and local state are below this directory. */
  public Cli cli(Path directory) {
    return new Cli(directory).with("XDG_STATE_HOME", directory.resolve("state").toString());
  }

  /** Configuration, key and repository, as if nothing had happened since the snapshot. */
  public void copyTo(Path directory) throws IOException {
    try (var files = Files.walk(original)) {
      for (var file : files.toList()) {
        var copy = directory.resolve(original.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
  }

  /** After a test that took it down. */
  public void bringUp() {
    if (server.processes().isEmpty()) {
      server.start();
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
