package io.aegis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.postgres.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong is told in four parts, and nothing is overwritten. */
class BadInputIT {
  @TempDir
  Path directory;

  private final TestPostgres server = TestPostgres.of(17).create();

  @BeforeEach
  void protect() {
    server.start();
    server.psql("create table orders as select generate_series(1, 500) as id");
    String port = Integer.toString(server.connection().port());
    var made = cli().run("init", "--discover", "--application", "shop", "--port", port);
    assertThat(made.exit()).as(made.err()).isZero();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Cli cli() {
    return new Cli(directory).with("XDG_STATE_HOME", directory.resolve("state").toString());
  }

  private static void assertFourParts(Cli.Result shown, String code) {
    assertThat(shown.err()).contains("error " + code, "safe: ", "next: ");
    assertThat(shown.err()).doesNotContain("AEG-1599");
  }

  private Path newest(String below) throws IOException {
    try (var files = Files.walk(directory.resolve("repository").resolve(below))) {
      return files
          .filter(Files::isRegularFile)
          .max(Comparator.comparing(Path::toString))
          .orElseThrow();
    }
  }

  private List<Path> all(String below) throws IOException {
    try (var files = Files.walk(directory.resolve("repository").resolve(below))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private static void flip(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.delete(file);
    Files.write(file, bytes);
  }

  @Test
  void a_damaged_pack_is_found_by_a_check_and_refused_by_a_recovery() throws Exception {
    assertThat(cli().run("backup").exit()).isZero();
    for (var pack : all("packs")) {
      flip(pack);
    }

    var check = cli().run("repo", "check", "--read-data");
    server.kill();
    var recover = cli().run("recover", "--yes", "--json");

    assertThat(check.exit()).as(check.out() + check.err()).isEqualTo(3);
    assertThat(check.out()).contains("means:", "repair:");
    assertThat(recover.exit()).as(recover.out() + recover.err()).isEqualTo(1);
    assertThat(recover.out() + recover.err()).contains("AEG-12").doesNotContain("AEG-1599");
  }

  @Test
  void log_that_is_missing_is_announced_before_anything_is_copied() throws Exception {
    assertThat(cli().run("backup").exit()).isZero();
    for (var piece : all("wal")) {
      Files.delete(piece);
    }

    var plan = cli().run("plan");

    assertThat(plan.exit()).as(plan.out() + plan.err()).isEqualTo(1);
    assertThat(plan.err()).contains("safe: ", "next: ").doesNotContain("AEG-1599");
    var check = cli().run("repo", "check");
    assertThat(check.exit()).as(check.out() + check.err()).isEqualTo(3);
    assertThat(check.out()).contains("means:", "repair:");
  }

  @Test
  void a_server_that_is_down_is_unavailable_and_nothing_is_begun() throws IOException {
    server.kill();

    var backup = cli().run("backup");

    assertThat(backup.exit()).isEqualTo(1);
    assertFourParts(backup, "AEG-2501");
    assertThat(newest("").toString()).doesNotContain("snapshots");
  }

  @Test
  void a_role_without_the_privilege_is_told_what_to_grant() {
    server.psql("create role weak login");

    var backup = cli().with("AEGIS_DATABASE_USER", "weak").run("backup");
    var doctor = cli().with("AEGIS_DATABASE_USER", "weak").run("doctor");

    assertThat(backup.exit()).isEqualTo(1);
    assertThat(backup.err()).contains("error AEG-2", "next: ").doesNotContain("AEG-1599");
    assertThat(doctor.exit()).isEqualTo(1);
    assertThat(doctor.out()).contains("FAIL", "fix:");
  }

  @Test
  void a_foreign_cluster_is_refused_before_a_byte_of_it_is_stored() {
    assertThat(cli().run("backup").exit()).isZero();
    try (var foreign = TestPostgres.of(17).start()) {
      var backup = cli()
          .with("AEGIS_DATABASE_PORT", Integer.toString(foreign.connection().port()))
          .run("backup");

      assertThat(backup.exit()).as(backup.out() + backup.err()).isEqualTo(1);
      assertThat(backup.err()).contains("error AEG-2", "next: ").doesNotContain("AEG-1599");
    }
  }
}
