package io.aegis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.postgres.testing.TestPostgres;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A database of each test's own, of which one snapshot was taken through the command line. */
abstract class FreshShop {
  @TempDir
  Path directory = Path.of("unset");

  final TestPostgres server;

  FreshShop() {
    this(TestPostgres.of(17).create());
  }

  FreshShop(TestPostgres server) {
    this.server = server;
  }

  @BeforeEach
  void protect() {
    server.start();
    server.psql("create table orders as select generate_series(1, 500) as id");
    String port = Integer.toString(server.connection().port());
    expect(0, cli().run("init", "--discover", "--application", "shop", "--port", port));
    expect(0, cli().run("backup", "--json"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  Cli cli() {
    return new Cli(directory).with("XDG_STATE_HOME", directory.resolve("state").toString());
  }

  static Cli.Result expect(int exit, Cli.Result shown) {
    assertThat(shown.exit()).as(shown.out() + shown.err()).isEqualTo(exit);
    return shown;
  }
}
