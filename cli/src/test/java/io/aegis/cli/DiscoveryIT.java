package io.aegis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Json;
import io.aegis.postgres.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiscoveryIT {
  @TempDir
  Path directory;

  @Test
  void a_server_that_runs_here_is_found_and_gets_a_configuration_that_works() {
    try (var server = TestPostgres.of(17).start()) {
      String port = Integer.toString(server.connection().port());

      var shown =
          new Cli(directory).run("init", "--discover", "--application", "shop", "--port", port);

      assertThat(shown.exit()).as(shown.err()).isZero();
      assertThat(Files.exists(directory.resolve("aegis.yaml"))).isTrue();
      var doctor = new Cli(directory).run("doctor");
      assertThat(doctor.out()).contains("PostgreSQL 17", "opened with the key");
      assertThat(doctor.exit()).as(doctor.out()).isZero();
      // Red when: Checkup.binaries does not ask whose a recovered database would be.
      assertThat(doctor.out()).contains(" account: the ");
      // Red when: Checkup.run does not look at protection.
      assertThat(doctor.out())
          .contains("note snapshots: there is no snapshot yet", "fix: aegis backup")
          .contains("note stream: no stream reads from slot aegis", "fix: aegis wal stream");
      // Red when: BackupCommand.run does not ask for a stream.
      var backup = new Cli(directory).run("backup");
      assertThat(backup.exit()).isZero();
      assertThat(backup.err()).contains("no stream reads from slot aegis", "aegis wal stream");
      assertThat(new Cli(directory).run("doctor").out()).contains("ok   snapshots: 1 taken");
    }
  }

  // Red when: Checkup.snapshots does not ask BaseBackups.continued: it was green.
  @Test
  void another_cluster_than_that_of_the_snapshots_is_told_by_doctor_as_by_backup() {
    try (var server = TestPostgres.of(17).start();
        var other = TestPostgres.of(17).start()) {
      String port = Integer.toString(server.connection().port());
      new Cli(directory).run("init", "--discover", "--application", "shop", "--port", port);
      assertThat(new Cli(directory).run("backup").exit()).isZero();
      assertThat(new Cli(directory).run("doctor").out())
          .contains("ok   cluster: it is the one of the snapshots");

      var sockets = Objects.requireNonNull(other.dataDirectory().getParent());
      var moved = new Cli(directory)
          .with("AEGIS_DATABASE_SOCKET", sockets.toString())
          .with("AEGIS_DATABASE_PORT", Integer.toString(other.connection().port()))
          .with("AEGIS_DATABASE_DATA_DIRECTORY", other.dataDirectory().toString());
      var doctor = moved.run("doctor");

      assertThat(doctor.exit()).as(doctor.out()).isEqualTo(1);
      assertThat(doctor.out())
          .contains("FAIL cluster: AEG-2202", "give it another database.name")
          .doesNotContain(" tablespaces: ");
      assertThat(moved.run("backup").err()).contains("AEG-2202");
    }
  }

  // Red when: InitCommand.server looks for the port before it looks for servers.
  @Test
  void a_port_where_no_server_listens_is_answered_with_those_that_run() {
    try (var server = TestPostgres.of(15).start()) {
      var shown = new Cli(directory).run("init", "--discover", "--port", "1");

      assertThat(shown.exit()).isNotZero();
      assertThat(shown.err())
          .contains(
              "no PostgreSQL was found here on port 1", server.dataDirectory().toString())
          .contains("port " + server.connection().port());
    }
  }

  // Red when: InitCommand.server does not compare data directories.
  @Test
  void of_several_servers_one_is_named_by_its_data_directory() {
    try (var server = TestPostgres.of(17).start();
        var other = TestPostgres.of(17).start()) {
      String data = server.dataDirectory().toString();
      var unnamed = new Cli(directory).run("init", "--discover", "--dry-run");
      assertThat(unnamed.err())
          .contains("--data-directory", other.dataDirectory().toString());

      var named =
          new Cli(directory).run("init", "--discover", "--dry-run", "--data-directory", data);

      assertThat(named.exit()).as(named.err()).isZero();
      assertThat(named.out()).contains("data-directory: " + data);
    }
  }

  @Test
  void a_dry_run_prints_what_it_would_write_and_writes_nothing() throws IOException {
    try (var server = TestPostgres.of(15).start()) {
      String port = Integer.toString(server.connection().port());

      var shown = new Cli(directory).run("init", "--discover", "--dry-run", "--port", port);

      assertThat(shown.exit()).as(shown.err()).isZero();
      assertThat(shown.out()).contains("data-directory: " + server.dataDirectory());
      var json =
          new Cli(directory).run("init", "--discover", "--dry-run", "--port", port, "--json");
      assertThat(Json.parseObject(json.out()).text("text")).isEqualTo(shown.out());
      assertThat(directory).isEmptyDirectory();
      // Red when: InitCommand looks for a server only where there is no aegis.yaml yet.
      Files.writeString(directory.resolve("aegis.yaml"), "application:\n");
      var again = new Cli(directory).run("init", "--discover", "--dry-run", "--port", port);
      assertThat(again.out()).isEqualTo(shown.out());
      assertThat(again.err()).contains("nothing was made", "aegis.yaml is there");
    }
  }

  @Test
  void a_server_that_is_down_is_a_finding_with_a_remedy() {
    try (var server = TestPostgres.of(15).start()) {
      String port = Integer.toString(server.connection().port());
      new Cli(directory).run("init", "--discover", "--port", port);
      server.stop(TestPostgres.Stop.FAST);

      var doctor = new Cli(directory).run("doctor");

      assertThat(doctor.exit()).isEqualTo(1);
      assertThat(doctor.out()).contains("FAIL", "fix:", "opened with the key", "programs: ");
    }
  }

  // Red when: Heir.readiness takes a refusal for a warning.
  @Test
  void a_place_that_the_servers_account_cannot_enter_is_told_before_it_is_needed()
      throws IOException {
    try (var server = TestPostgres.of(15).start()) {
      boolean weAreRoot = Files.getAttribute(directory, "unix:uid").equals(0);
      String port = Integer.toString(server.connection().port());
      new Cli(directory).run("init", "--discover", "--port", port);
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));

      var doctor = new Cli(directory).with("AEGIS_RECOVERY_ACCOUNT", "nobody").run("doctor");

      assertThat(doctor.out()).contains("FAIL account: ", "recovery.account");
      assertThat(doctor.out())
          .contains(weAreRoot ? "nobody cannot enter " + directory : "not as root");
    }
  }

  // Red when: SharedDisk compares nothing, or everything is on one disk.
  @Test
  void what_would_be_lost_with_the_database_is_told_by_doctor() {
    try (var server = TestPostgres.of(15).start()) {
      String port = Integer.toString(server.connection().port());
      new Cli(directory).run("init", "--discover", "--port", port);
      assertThat(new Cli(directory).run("doctor").out())
          .contains("repository lies on the same", "aegis.key lies on the same");

      var elsewhere = new Cli(directory).with("AEGIS_REPOSITORY_LOCATION", "/dev/shm");
      assertThat(elsewhere.run("doctor").out())
          .contains("aegis.key lies on the same")
          .doesNotContain("/dev/shm lies on the same");
    }
  }
}
