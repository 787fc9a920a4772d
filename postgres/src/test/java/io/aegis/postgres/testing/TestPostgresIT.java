package io.aegis.postgres.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.testing.Program;
import io.aegis.postgres.testing.TestPostgres.Stop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TestPostgresIT {
  @ParameterizedTest
  @ValueSource(ints = {15, 17, 18})
  void every_major_version_comes_with_its_tools(int major) throws SQLException {
    try (var cluster = TestPostgres.of(major).walSegmentMib(1).start()) {
      assertThat(cluster.psql("show server_version")).startsWith(major + ".");
      assertThat(cluster.psql("show data_checksums")).isEqualTo("on");
      assertThat(cluster.psql("show wal_segment_size")).isEqualTo("1MB");
      assertThat(cluster.psql("create extension amcheck; select 'installed'"))
          .isEqualTo("installed");
      assertThat(cluster.pgbench("-i", "-q", "-s", "1")).contains("done");
      assertThat(cluster.tool("pg_amcheck")).isEmpty();
      assertThat(cluster.tool("pg_dumpall")).contains("CREATE TABLE public.pgbench_accounts");
      assertThat(cluster.waldump("-n", "1", "-s", firstRecord(cluster))).contains("rmgr: ");
      assertThat(cluster.control("Data page checksum version")).isEqualTo("1");
      try (var connection = cluster.connect();
          var rows = connection.createStatement().executeQuery("select 6 * 7")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getInt(1)).isEqualTo(42);
      }
    }
  }

  private static String firstRecord(TestPostgres cluster) {
    return cluster.psql("select redo_lsn from pg_control_checkpoint()");
  }

  @Test
  void settings_and_options_of_initdb_arrive() {
    var setup =
        TestPostgres.of(17).withoutChecksums().setting("summarize_wal", "on").durable();
    try (var cluster = setup.start()) {
      assertThat(cluster.psql("show data_checksums")).isEqualTo("off");
      assertThat(cluster.psql("show summarize_wal")).isEqualTo("on");
      assertThat(cluster.psql("show fsync")).isEqualTo("on");
    }
  }

  @Test
  void a_base_backup_is_verified_and_started_as_an_adopted_cluster(@TempDir Path directory)
      throws IOException {
    var copy = directory.resolve("copy");
    try (var cluster = TestPostgres.of(17).start()) {
      cluster.psql("create table t as select 42 as answer");
      cluster.tool("pg_basebackup", "-c", "fast", "-D", copy.toString());
      cluster.tool("pg_verifybackup", copy.toString());
      var settings = Files.readString(copy.resolve("postgresql.conf"));
      try (var adopted = TestPostgres.of(17).adopt(copy)) {
        adopted.start();
        assertThat(adopted.psql("select answer from t")).isEqualTo("42");
        assertThat(adopted.connection().port())
            .isNotEqualTo(cluster.connection().port());
      }
      assertThat(copy.resolve("postgresql.conf")).hasContent(settings);
    }
  }

  @Test
  void killed_all_its_processes_are_gone_and_it_recovers() {
    try (var cluster = TestPostgres.of(17).start()) {
      cluster.psql("create table t as select 1 as n");
      cluster.startTool("psql", "-c", "select pg_sleep(600)");
      assertThat(cluster.processes()).hasSizeGreaterThan(3);
      cluster.kill();
      assertThat(cluster.processes()).isEmpty();
      assertThat(cluster.dataDirectory().resolve("postmaster.pid")).exists();
      cluster.start();
      assertThat(cluster.log()).contains("automatic recovery in progress");
      assertThat(cluster.psql("select n from t")).isEqualTo("1");
      cluster.stop(Stop.IMMEDIATE);
      assertThat(cluster.processes()).isEmpty();
    }
  }

  @Test
  void nothing_is_left_of_a_cluster_that_was_killed() throws IOException {
    Path home;
    String interlock;
    try (var cluster = TestPostgres.of(17).start()) {
      home = cluster.dataDirectory().getParent();
      interlock = Files.readAllLines(cluster.dataDirectory().resolve("postmaster.pid"))
          .get(6)
          .strip()
          .split(" +", 2)[1];
      assertThat(Program.of("ipcs", "-m", "-i", interlock).run().text())
          .contains("shmid=" + interlock);
      cluster.kill();
    }
    assertThat(home).doesNotExist();
    assertThat(Program.of("ipcs", "-m", "-i", interlock).run().text())
        .doesNotContain("shmid=" + interlock);
  }

  @Test
  void a_server_that_does_not_start_says_why() {
    try (var cluster = TestPostgres.of(17).setting("work_mem", "nonsense").create()) {
      assertThatThrownBy(cluster::start)
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("work_mem");
    }
  }

  @Test
  void sql_that_fails_fails_the_test() {
    try (var cluster = TestPostgres.of(17).start()) {
      assertThatThrownBy(() -> cluster.psql("select 1/0"))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("division by zero");
    }
  }
}
