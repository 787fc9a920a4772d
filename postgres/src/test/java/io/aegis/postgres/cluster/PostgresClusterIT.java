package io.aegis.postgres.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure;
import io.aegis.kernel.Secret;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.ConnectionSettings;
import io.aegis.postgres.ConnectionSettings.Login;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCluster;
import io.aegis.postgres.PostgresCluster.Facts;
import io.aegis.postgres.PostgresCluster.Role;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Readiness;
import io.aegis.postgres.Readiness.Level;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PostgresClusterIT {

  @ParameterizedTest
  @ValueSource(ints = {15, 17, 18})
  void a_server_says_who_it_is(int major) {
    try (var postgres = TestPostgres.of(major).start()) {
      var facts = cluster(postgres).facts();
      assertThat(facts.major()).isEqualTo(major);
      assertThat(facts.system()).hasToString(postgres.control("Database system identifier"));
      assertThat(facts.incarnation()).isEqualTo(Incarnation.rootOf(facts.system()));
      assertThat(facts.role()).isEqualTo(Role.PRIMARY);
      assertThat(facts.dataDirectory()).isEqualTo(postgres.dataDirectory());
    }
  }

  // Red when: SqlSession.open does not set transaction_timeout.
  @ParameterizedTest
  @ValueSource(ints = {17, 18})
  void a_session_outlives_every_timeout_that_the_server_sets_for_others(int major) {
    var setup = TestPostgres.of(major)
        .setting("statement_timeout", "200ms")
        .setting("transaction_timeout", "200ms");
    try (var postgres = setup.start();
        var session = SqlSession.open(settings(postgres, TestPostgres.SUPERUSER))) {
      int answer = session.one("SELECT 1 FROM pg_sleep(1)", row -> row.getInt(1));
      assertThat(answer).isEqualTo(1);
    }
  }

  @Test
  void a_restored_cluster_says_which_incarnation_it_is() {
    try (var postgres =
        TestPostgres.of(17).setting("aegis.incarnation", "life-2").start()) {
      assertThat(cluster(postgres).facts().incarnation()).isEqualTo(new Incarnation("life-2"));
    }
  }

  // Red when: ReadinessChecks.of does not look at slots.
  @Test
  void t34_a_slot_that_nobody_reads_from_any_more_is_shown() throws Exception {
    try (var postgres = TestPostgres.of(17).start()) {
      postgres.psql("SELECT pg_create_physical_replication_slot('left_behind', true)");
      assertThat(cluster(postgres).readiness())
          .filteredOn(finding -> finding.subject().equals("replication slots in use"))
          .singleElement()
          .satisfies(finding -> {
            assertThat(finding.level()).isEqualTo(Level.ADVICE);
            assertThat(finding.finding()).contains("left_behind").contains("keeps");
          });
    }
  }

  // Red when: ClusterProbe.streamed asks only whether somebody reads.
  @Test
  void t34_a_slot_that_the_server_has_given_up_is_no_mere_advice() throws Exception {
    var setup = TestPostgres.of(17).walSegmentMib(1).setting("max_slot_wal_keep_size", "1MB");
    try (var postgres =
        setup.setting("min_wal_size", "2MB").setting("max_wal_size", "2MB").start()) {
      postgres.psql("SELECT pg_create_physical_replication_slot('aegis', true)");
      for (int i = 0; i < 5; i++) {
        postgres.psql("SELECT pg_switch_wal()");
        postgres.psql("CREATE TABLE IF NOT EXISTS t(); CHECKPOINT");
      }
      assertThat(streamed(postgres, "aegis")).satisfies(finding -> {
        assertThat(finding.level()).isEqualTo(Level.BLOCKING);
        assertThat(finding.finding()).contains("given up");
      });
      assertThat(streamed(postgres, "other").level()).isEqualTo(Level.ADVICE);
    }
  }

  private static Readiness streamed(TestPostgres postgres, String slot) {
    return new ClusterProbe(cluster(postgres)).streamed(slot, _ -> Lsn.INVALID);
  }

  // Red when: ClusterProbe.streamed does not ask of which kind the slot is.
  @Test
  void a_logical_slot_of_our_name_is_in_the_way() throws Exception {
    try (var postgres = TestPostgres.of(17).setting("wal_level", "logical").start()) {
      postgres.psql("SELECT pg_create_logical_replication_slot('aegis', 'pgoutput')");
      assertThat(streamed(postgres, "aegis")).satisfies(finding -> {
        assertThat(finding.level()).isEqualTo(Level.BLOCKING);
        assertThat(finding.finding()).contains("logical");
      });
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {15, 17, 18})
  void a_server_with_good_settings_is_ready(int major) throws Exception {
    var setup = TestPostgres.of(major).setting("fsync", "on");
    if (major >= 17) {
      setup.setting("summarize_wal", "on");
    }
    try (var postgres = setup.start()) {
      postgres.psql("CREATE EXTENSION amcheck");
      assertThat(cluster(postgres).readiness())
          .filteredOn(finding -> finding.level() != Level.READY)
          .extracting(Readiness::subject)
          .containsExactly("max_slot_wal_keep_size");
    }
  }

  @Test
  void what_is_wrong_is_listed_completely_each_with_its_remedy() throws Exception {
    var setup = TestPostgres.of(17)
        .withoutChecksums()
        .setting("wal_level", "minimal")
        .setting("max_wal_senders", "0")
        .setting("max_replication_slots", "0")
        .setting("full_page_writes", "off");
    try (var postgres = setup.start()) {
      postgres.psql("CREATE ROLE weak LOGIN IN ROLE pg_monitor");
      var found = cluster(postgres, "weak", postgres.dataDirectory()).readiness();
      assertThat(blocking(found))
          .containsExactlyInAnyOrder(
              "wal_level",
              "max_wal_senders",
              "max_replication_slots",
              "pg_backup_start(text,boolean)",
              "pg_backup_stop(boolean)",
              "REPLICATION");
      assertThat(found)
          .filteredOn(finding -> finding.level() == Level.ADVICE)
          .extracting(Readiness::subject)
          .contains("summarize_wal", "data_checksums", "full_page_writes", "fsync", "amcheck");
      // Red when: ReadinessChecks.databases asks nobody.
      postgres.psql("REVOKE CONNECT ON DATABASE template1 FROM PUBLIC");
      postgres.psql("CREATE DATABASE halved");
      postgres.psql("UPDATE pg_database SET datconnlimit = -2 WHERE datname = 'halved'");
      assertThat(cluster(postgres, "weak", postgres.dataDirectory()).readiness())
          .extracting(Readiness::remedy)
          .contains(
              "GRANT CONNECT ON DATABASE \"template1\" TO \"weak\";", "DROP DATABASE \"halved\";");
      assertThat(found)
          .filteredOn(finding -> finding.level() == Level.BLOCKING)
          .noneMatch(finding -> finding.remedy().isEmpty());
    }
  }

  // Red when: ServedDirectory.whyNot does not compare system identifiers.
  @Test
  void t02_the_data_directory_of_another_cluster_is_not_ready() throws Exception {
    try (var postgres = TestPostgres.of(17).start();
        var other = TestPostgres.of(17).create()) {
      var cluster = cluster(postgres, TestPostgres.SUPERUSER, other.dataDirectory());
      assertThat(blocking(cluster.readiness())).containsExactly("data directory");
    }
  }

  // Red when: ServedDirectory.whyNot does not compare paths.
  @Test
  void t02_the_directory_from_before_a_recovery_is_not_ready_and_both_are_named(@TempDir Path home)
      throws Exception {
    try (var postgres = TestPostgres.of(17).start()) {
      var lost = copyOf(postgres, home);
      var found = cluster(postgres, TestPostgres.SUPERUSER, lost).readiness();

      assertThat(found)
          .filteredOn(one -> one.level() == Level.BLOCKING)
          .singleElement()
          .satisfies(one -> {
            assertThat(one.finding()).contains(lost + " is", "own is " + postgres.dataDirectory());
            assertThat(one.remedy())
                .contains("database.data-directory")
                .endsWith(" " + postgres.dataDirectory());
          });
    }
  }

  // Red when: ServedDirectory.whyNot does not compare timelines, believes any path it is told, or
  // takes a postmaster.pid that nobody runs under for a server, or what it may not look into for
  // a fault.
  @Test
  void t02_where_the_servers_path_is_not_of_this_machine_its_timeline_tells(@TempDir Path home)
      throws Exception {
    try (var postgres = TestPostgres.of(17).start()) {
      var facts = cluster(postgres).facts();
      var lost = copyOf(postgres, home);

      var inContainer = Path.of("/within/a/container");
      var unused = copyOf(postgres, Files.createDirectory(home.resolve("unused")));
      assertThat(unused.resolve("postmaster.pid")).exists();

      assertThat(whyNot(lost, facts, facts.timeline(), inContainer)).isEmpty();
      assertThat(whyNot(lost, facts, facts.timeline(), unused)).isEmpty();
      var noDirectory = Files.writeString(home.resolve("file"), "of the host");
      assertThat(whyNot(lost, facts, facts.timeline(), noDirectory.resolve("data")))
          .isEmpty();
      assertThat(whyNot(lost, facts, new Timeline(2), inContainer).orElseThrow())
          .contains("timeline 1", "/within/a/container");
    }
  }

  private static Optional<String> whyNot(
      Path directory, Facts facts, Timeline timeline, Path served) throws InterruptedException {
    var elsewhere = new Facts(
        facts.version(),
        facts.system(),
        facts.catalogVersion(),
        timeline,
        facts.incarnation(),
        facts.role(),
        served,
        facts.asked());
    return new ServedDirectory(directory, elsewhere).whyNot(TimeSource.system());
  }

  private static Path copyOf(TestPostgres postgres, Path home) throws Exception {
    var copy = home.resolve("lost");
    var cp = List.of("cp", "-a", postgres.dataDirectory().toString(), copy.toString());
    assertThat(new ProcessBuilder(cp).inheritIO().start().waitFor()).isZero();
    return copy;
  }

  @Test
  void a_server_that_is_down_and_a_login_that_is_refused_are_told_apart() {
    try (var postgres = TestPostgres.of(17).create()) {
      assertThatThrownBy(() -> cluster(postgres).facts())
          .isInstanceOfSatisfying(
              Failure.Unavailable.class,
              f -> assertThat(f.code()).isEqualTo(PostgresCode.DATABASE_UNREACHABLE));
      postgres.start();
      assertThatThrownBy(
              () -> cluster(postgres, "nobody", postgres.dataDirectory()).facts())
          .isInstanceOfSatisfying(
              Failure.Refused.class,
              f -> assertThat(f.code()).isEqualTo(PostgresCode.LOGIN_REFUSED));
      // Red when: SqlFailures does not say how the role is made, or with less than it needs.
      postgres.psql("CREATE ROLE \"nobody\" LOGIN REPLICATION IN ROLE pg_monitor");
      assertThatThrownBy(
              () -> cluster(postgres, "nobodys", postgres.dataDirectory()).facts())
          .isInstanceOfSatisfying(
              Failure.Refused.class,
              f -> assertThat(f.report().next())
                  .anyMatch(line -> line.contains(
                      "CREATE ROLE \"nobodys\" LOGIN REPLICATION IN ROLE pg_monitor;")));
      assertThat(cluster(postgres, "nobody", postgres.dataDirectory()).facts().major())
          .isEqualTo(17);
    }
  }

  // Red when: SqlFailures takes every code of class 08 for a server that does not answer.
  @Test
  void a_server_that_asks_for_a_password_that_is_not_set_has_answered() throws IOException {
    try (var postgres = TestPostgres.of(17).start()) {
      postgres.psql("CREATE ROLE guarded LOGIN PASSWORD 'x'");
      admits(postgres, "host all guarded 127.0.0.1/32 scram-sha-256");
      assertThatThrownBy(
              () -> cluster(postgres, "guarded", postgres.dataDirectory()).facts())
          .isInstanceOfSatisfying(Failure.Refused.class, f -> {
            assertThat(f.code()).isEqualTo(PostgresCode.LOGIN_REFUSED);
            assertThat(f.report().next().getFirst()).contains("database.password");
          });
    }
  }

  // Red when: ReadinessChecks.run does not try a replication connection.
  @Test
  void a_line_for_replication_that_pg_hba_lacks_is_found_and_typed_out() throws Exception {
    try (var postgres = TestPostgres.of(17).start()) {
      admits(postgres, "host all all 127.0.0.1/32 trust");
      var found = cluster(postgres).readiness();
      assertThat(blocking(found)).containsExactly("replication connection");
      assertThat(found)
          .filteredOn(finding -> finding.level() == Level.BLOCKING)
          .singleElement()
          .satisfies(finding -> assertThat(finding.remedy())
              .contains(
                  postgres.dataDirectory() + "/pg_hba.conf",
                  "host replication \"postgres\" 127.0.0.1/32 ",
                  "pg_reload_conf"));
    }
  }

  private static void admits(TestPostgres postgres, String line) throws IOException {
    var rules = "host all postgres 127.0.0.1/32 trust\n" + line + "\n";
    Files.writeString(postgres.dataDirectory().resolve("pg_hba.conf"), rules);
    postgres.restart();
  }

  @Test
  void a_password_never_shows() {
    var secret = new Login.Password(Secret.ofText("hunter2"));
    var settings = new ConnectionSettings("db-1", 5432, "shop", "aegis", secret);
    assertThat(settings + "" + secret).doesNotContain("hunter2");
  }

  @Test
  void servers_that_run_here_are_found_with_all_that_a_configuration_needs() {
    try (var postgres = TestPostgres.of(17).start()) {
      var found = PostgresCluster.discover().stream()
          .filter(server -> server.dataDirectory().equals(postgres.dataDirectory()))
          .findFirst()
          .orElseThrow();
      assertThat(found.port()).isEqualTo(postgres.connection().port());
      assertThat(found.major()).isEqualTo(17);
      assertThat(Path.of(found.binaries()).resolve("postgres")).exists();
    }
  }

  private static List<String> blocking(List<Readiness> found) {
    return found.stream()
        .filter(finding -> finding.level() == Level.BLOCKING)
        .map(Readiness::subject)
        .toList();
  }

  private static PostgresCluster cluster(TestPostgres postgres) {
    return cluster(postgres, TestPostgres.SUPERUSER, postgres.dataDirectory());
  }

  private static PostgresCluster cluster(TestPostgres postgres, String user, Path data) {
    return new PostgresCluster(settings(postgres, user), data, TimeSource.system());
  }

  private static ConnectionSettings settings(TestPostgres postgres, String user) {
    var at = postgres.connection();
    return new ConnectionSettings(at.host(), at.port(), at.database(), user, new Login.Ambient());
  }
}
