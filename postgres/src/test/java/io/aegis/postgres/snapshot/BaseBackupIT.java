package io.aegis.postgres.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Digest;
import io.aegis.postgres.BaseBackups.Extent;
import io.aegis.postgres.BaseBackups.Method;
import io.aegis.postgres.testing.TestPostgres;
import io.aegis.postgres.testing.TestPostgres.Stop;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BaseBackupIT {
  private static final String SUMS = "SELECT (SELECT sum(abalance) FROM pgbench_accounts),"
      + " (SELECT sum(tbalance) FROM pgbench_tellers),"
      + " (SELECT sum(bbalance) FROM pgbench_branches),"
      + " (SELECT sum(delta) FROM pgbench_history)";

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path home;

  @ParameterizedTest
  @ValueSource(ints = {15, 17, 18})
  void a_backup_taken_under_load_recovers_to_a_sound_database(int major) throws Exception {
    try (var source = Source.start(TestPostgres.of(major), home)) {
      var postgres = source.postgres;
      postgres.pgbench("-i", "-s", "4", "-q");
      var load = postgres.startTool("pgbench", "-c", "4", "-T", "600", "-n");
      var outcome = source.backUp();
      assertThat(load.isAlive()).isTrue();
      load.destroy();
      load.waitFor();
      assertThat(outcome.method()).isEqualTo(Method.FULL);
      assertThat(outcome.corrupt()).isEmpty();
      assertThat(source.backups().list()).containsExactly(outcome.backup());
      try (var recovered = source.recover(outcome)) {
        var sums = recovered.psql(SUMS).strip().split("\\|", -1);
        assertThat(sums).containsOnly(sums[0]).doesNotContain("");
        recovered.tool("pg_amcheck", "--all", "--install-missing", "--heapallindexed");
        recovered.stop(Stop.FAST);
        recovered.tool(
            "pg_checksums", "--check", "-D", recovered.dataDirectory().toString());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {15, 17, 18})
  void tablespaces_databases_and_unlogged_tables_come_back(int major) throws Exception {
    var setup = TestPostgres.of(major).setting("allow_in_place_tablespaces", "on");
    try (var source = Source.start(setup, home)) {
      var postgres = source.postgres;
      var space = Files.createDirectory(postgres.dataDirectory().resolveSibling("space"));
      postgres.psql("CREATE TABLESPACE linked LOCATION '" + space + "'");
      postgres.psql("CREATE TABLESPACE in_place LOCATION ''");
      postgres.psql("CREATE TABLE a TABLESPACE linked AS SELECT generate_series(1, 1000) AS i");
      postgres.psql("CREATE TABLE b TABLESPACE in_place AS SELECT generate_series(1, 2000) AS i");
      postgres.psql("CREATE UNLOGGED TABLE c AS SELECT generate_series(1, 3000) AS i");
      var outcome = source.backUp();
      assertThat(source.facts(outcome).tablespaces()).hasSize(2);
      try (var recovered = source.recover(outcome)) {
        assertThat(recovered.psql("SELECT count(*) FROM a").strip()).isEqualTo("1000");
        assertThat(recovered.psql("SELECT count(*) FROM b").strip()).isEqualTo("2000");
        assertThat(recovered.psql("SELECT count(*) FROM c").strip()).isEqualTo("0");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {15, 17, 18})
  void increments_recover_to_exactly_what_the_source_holds(int major) throws Exception {
    var setup = TestPostgres.of(major);
    if (major >= 17) {
      setup.setting("summarize_wal", "on");
    }
    try (var source = Source.start(setup, home)) {
      var postgres = source.postgres;
      postgres.pgbench("-i", "-s", "4", "-q");
      long full = source.backUp().read().bytes();
      for (int round = 1; round <= 3; round++) {
        change(postgres, round);
        var outcome = source.backUp();
        assertThat(outcome.method()).isEqualTo(major >= 17 ? Method.SUMMARIZED : Method.COMPARED);
        if (major >= 17 && round > 1) {
          assertThat(outcome.read().bytes()).isLessThan(full / 2);
        }
        var expected = dump(postgres);
        try (var recovered = source.recover(outcome)) {
          assertThat(dump(recovered)).isEqualTo(expected);
          recovered.tool("pg_amcheck", "--all", "--install-missing", "--heapallindexed");
        }
      }
    }
  }

  /** What is hard for an increment: truncation, new file numbers, copied databases, regrowth. */
  private static void change(TestPostgres postgres, int round) {
    postgres.pgbench("-c", "2", "-t", "300", "-n");
    postgres.psql("CREATE TABLE t" + round + " AS SELECT generate_series(1, 50000) AS i");
    postgres.psql("CREATE INDEX ON t" + round + " (i)");
    if (round == 1) {
      postgres.psql("CREATE DATABASE copied TEMPLATE template1 STRATEGY file_copy");
      postgres.psql("DELETE FROM pgbench_accounts WHERE aid > 300000");
    } else {
      postgres.psql("VACUUM pgbench_accounts");
      postgres.psql("TRUNCATE t" + (round - 1));
      postgres.psql("INSERT INTO t" + (round - 1) + " SELECT generate_series(1, 7)");
      postgres.psql("VACUUM FULL pgbench_tellers");
      postgres.psql("DROP DATABASE copied");
      postgres.psql("CREATE DATABASE copied TEMPLATE template1 STRATEGY file_copy");
    }
  }

  /** A digest a line would be a million of them: one for all, without what differs by design. */
  private static Digest dump(TestPostgres postgres) {
    var digest = Digest.sha256();
    postgres
        .tool("pg_dumpall", "--no-sync")
        .lines()
        .filter(line -> !line.startsWith("--") && !line.contains("restrict"))
        .forEach(line -> digest.update((line + "\n").getBytes(StandardCharsets.UTF_8)));
    return Digest.finish(digest);
  }

  @ParameterizedTest
  @ValueSource(ints = {15, 18})
  void everything_is_stored_anew_when_that_is_asked_for(int major) throws Exception {
    try (var source = Source.start(TestPostgres.of(major), home)) {
      source.backUp();
      assertThat(source.backUp(Extent.EVERYTHING).method()).isEqualTo(Method.FULL);
      assertThat(source.backUp().method()).isEqualTo(Method.COMPARED);
    }
  }
}
