package io.aegis.postgres.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Progress;
import io.aegis.kernel.TimeSource;
import io.aegis.kernel.testing.VirtualTime;
import io.aegis.postgres.control.ControlFileReader;
import io.aegis.postgres.testing.TestPostgres;
import io.aegis.postgres.verify.Measurement.Verdict;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerifyIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final TimeSource time = TimeSource.system();

  private static Sessions sessions(TestPostgres cluster) {
    return sessions(cluster, TestPostgres.SUPERUSER, "");
  }

  private static Sessions sessions(TestPostgres cluster, String role, String options) {
    return database -> {
      var at = cluster.connection();
      return DriverManager.getConnection(
          "jdbc:postgresql://" + at.host() + ":" + at.port() + "/" + database + options, role, "");
    };
  }

  private Measurement sweep(TestPostgres cluster) throws InterruptedException {
    var control = new ControlFileReader(time).read(cluster.dataDirectory()).content();
    return new PageSweep(cluster.dataDirectory(), control, time, Progress.SILENT).run(2);
  }

  private static List<Measurement> measured(Amcheck amcheck)
      throws SQLException, InterruptedException {
    var measured = new ArrayList<Measurement>();
    amcheck.run("postgres", 2, measured::add);
    return measured;
  }

  private static Path fileOf(TestPostgres cluster, String relation) {
    return cluster
        .dataDirectory()
        .resolve(cluster.psql("SELECT pg_relation_filepath('" + relation + "')"));
  }

  private static void flip(Path file, long offset) throws Exception {
    try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(offset);
      int before = bytes.read();
      bytes.seek(offset);
      bytes.write(before ^ 1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {15, 17, 18})
  void every_page_of_a_sound_cluster_matches_and_one_flipped_bit_is_named(int major)
      throws Exception {
    try (var cluster = TestPostgres.of(major).start()) {
      cluster.psql("CREATE TABLE t AS SELECT n, repeat('x', 500) FROM generate_series(1, 900) n");
      cluster.psql("CHECKPOINT");
      assertThat(sweep(cluster).verdict()).isInstanceOf(Verdict.Passed.class);
      var file = fileOf(cluster, "t");
      flip(file, 3 * 8192 + 5000);
      var wrong = sweep(cluster);
      assertThat(wrong.hasFailed()).isTrue();
      assertThat(wrong.words())
          .contains(cluster.dataDirectory().relativize(file) + " block 3")
          .contains("1 of ");
    }
  }

  @Test
  void without_page_checksums_nothing_is_claimed() throws Exception {
    try (var cluster = TestPostgres.of(17).withoutChecksums().start()) {
      assertThat(sweep(cluster).verdict()).isInstanceOf(Verdict.NotMeasured.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {15, 17, 18})
  void amcheck_finds_an_index_that_lacks_a_row_of_its_table(int major) throws Exception {
    try (var cluster = TestPostgres.of(major).start()) {
      cluster.psql("CREATE EXTENSION amcheck");
      cluster.psql("CREATE TABLE t (n int PRIMARY KEY)");
      cluster.psql("INSERT INTO t SELECT generate_series(1, 5000)");
      var amcheck = new Amcheck(sessions(cluster), time);
      assertThat(measured(amcheck)).allMatch(m -> m.verdict() instanceof Verdict.Passed);
      // An index that does not know of a new row: what a wrong collation or a lost write leaves.
      cluster.psql("UPDATE pg_index SET indisready = false WHERE indrelid = 't'::regclass");
      cluster.psql("INSERT INTO t VALUES (0)");
      cluster.psql("UPDATE pg_index SET indisready = true WHERE indrelid = 't'::regclass");
      assertThat(measured(amcheck)).anyMatch(m -> m.hasFailed());
    }
  }

  // Red when: Amcheck asks without a limit.
  @Test
  void a_function_in_an_index_that_never_comes_back_leaves_the_index_unmeasured() throws Exception {
    try (var cluster = TestPostgres.of(17).start()) {
      cluster.psql("CREATE EXTENSION amcheck");
      cluster.psql("CREATE TABLE t (n int)");
      cluster.psql("CREATE FUNCTION slow(n int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS"
          + " 'BEGIN IF current_setting(''application_name'') <> ''psql'' THEN"
          + " PERFORM pg_sleep(20); END IF; RETURN n; END'");
      cluster.psql("CREATE INDEX i ON t (slow(n))");
      cluster.psql("SET application_name = 'psql'; INSERT INTO t VALUES (1)");
      var measured = measured(new Amcheck(sessions(cluster), time, Duration.ofSeconds(1)));
      assertUnmeasured(measured);
      assertThat(measured.getFirst().words()).contains("took too long");
    }
  }

  // Red when: Amcheck forgets what it has found where the connection breaks afterwards.
  @Test
  void damage_that_was_found_before_the_server_ended_is_not_forgotten() throws Exception {
    try (var cluster = TestPostgres.of(17).start()) {
      cluster.psql("CREATE EXTENSION amcheck");
      cluster.psql("CREATE TABLE t (n int PRIMARY KEY)");
      cluster.psql("INSERT INTO t SELECT generate_series(1, 50000)");
      cluster.psql("ANALYZE t"); // it is the largest, and the first
      cluster.psql("UPDATE pg_index SET indisready = false WHERE indrelid = 't'::regclass");
      cluster.psql("INSERT INTO t VALUES (0)");
      cluster.psql("UPDATE pg_index SET indisready = true WHERE indrelid = 't'::regclass");
      cluster.psql("CREATE TABLE last (n int)");
      cluster.psql("CREATE FUNCTION ending(n int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS"
          + " 'BEGIN IF current_setting(''application_name'') <> ''psql'' THEN"
          + " PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN n; END'");
      cluster.psql("CREATE INDEX i ON last (ending(n))");
      cluster.psql("SET application_name = 'psql'; INSERT INTO last VALUES (1)");
      var measured = new ArrayList<Measurement>();
      assertThatCode(() -> new Amcheck(sessions(cluster), time).run("postgres", 1, measured::add))
          .doesNotThrowAnyException();
      assertThat(measured)
          .singleElement()
          .satisfies(one -> assertThat(one.hasFailed()).isTrue());
    }
  }

  // Red when: PageSweep reads each wrong page again, however many there are.
  @Test
  void a_file_full_of_garbage_is_told_in_seconds() throws Exception {
    try (var cluster = TestPostgres.of(17).start()) {
      cluster.psql("CREATE TABLE t (n int, x text) WITH (fillfactor = 10)"); // one row a page
      cluster.psql("INSERT INTO t SELECT n, repeat('x', 500) FROM generate_series(1, 2000) n");
      cluster.psql("CHECKPOINT");
      try (var bytes = new RandomAccessFile(fileOf(cluster, "t").toFile(), "rw")) {
        for (long block = 0; block < bytes.length() / 8192; block++) {
          bytes.seek(block * 8192 + 5000);
          bytes.write(0xff);
        }
      }
      var control = new ControlFileReader(time).read(cluster.dataDirectory()).content();
      var clock = new VirtualTime(Instant.EPOCH);
      var swept = new PageSweep(cluster.dataDirectory(), control, clock, Progress.SILENT).run(1);
      assertThat(swept.words()).contains("FAILED, 2000 of ");
      assertThat(swept.took()).isLessThan(Duration.ofMinutes(1));
    }
  }

  // Red when: Amcheck calls the functions with arguments of any type, or without the last ones.
  @ParameterizedTest
  @ValueSource(ints = {15, 18})
  void a_function_that_somebody_made_beside_amcheck_is_never_called(int major) throws Exception {
    try (var cluster = TestPostgres.of(major).start()) {
      cluster.psql("CREATE EXTENSION amcheck");
      for (var made : List.of(
          "bt_index_check(int, bool) RETURNS void",
          "bt_index_check(oid, bool) RETURNS void",
          "verify_heapam(int, OUT blkno int8, OUT msg text)",
          "verify_heapam(regclass, OUT blkno int8, OUT msg text)")) {
        cluster.psql("CREATE FUNCTION public." + made
            + " LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''called''; END'");
      }
      assertThat(measured(new Amcheck(sessions(cluster), time)))
          .isNotEmpty()
          .allMatch(m -> m.verdict() instanceof Verdict.Passed);
      cluster.psql("ALTER EXTENSION amcheck DROP FUNCTION bt_index_check(regclass, bool)");
      assertUnmeasured(measured(new Amcheck(sessions(cluster), time)));
    }
  }

  // Red when: Amcheck enters every database that takes connections, or a session that is refused
  // stops RowCounts or Invariant.
  @Test
  void a_database_that_nobody_can_enter_keeps_nothing_else_from_being_looked_at() throws Exception {
    try (var cluster = TestPostgres.of(17).start()) {
      cluster.psql("CREATE EXTENSION amcheck");
      cluster.psql("CREATE DATABASE dropped");
      cluster.psql("UPDATE pg_database SET datconnlimit = -2 WHERE datname = 'dropped'");
      assertThat(measured(new Amcheck(sessions(cluster), time)))
          .isNotEmpty()
          .allMatch(m -> m.verdict() instanceof Verdict.Passed);
      assertUnmeasured(List.of(new RowCounts(sessions(cluster), time).run("dropped", LIMIT)));
      var rule = new Invariant("rule", "absent", "SELECT 1", "1");
      assertThat(rule.measure(sessions(cluster), LIMIT, time).words()).contains("\"absent\"");
      assertThat(rule.measure(sessions(cluster), LIMIT, time).hasFailed()).isTrue();
    }
  }

  // Red when: RowCounts counts the children of a table with it, or Query takes what a query heard
  // from another server for the recovered one's silence.
  @Test
  void rows_are_counted_once_and_nothing_is_asked_of_another_server() throws Exception {
    try (var cluster = TestPostgres.of(17).start()) {
      cluster.psql("CREATE EXTENSION postgres_fdw");
      cluster.psql("CREATE TABLE p (n int)");
      cluster.psql("CREATE TABLE c () INHERITS (p)");
      cluster.psql("INSERT INTO c SELECT generate_series(1, 10)");
      cluster.psql("CREATE SERVER gone FOREIGN DATA WRAPPER postgres_fdw"
          + " OPTIONS (host '127.0.0.1', port '1')");
      cluster.psql("CREATE USER MAPPING FOR PUBLIC SERVER gone OPTIONS (user 'prod')");
      cluster.psql("CREATE FOREIGN TABLE f () INHERITS (p) SERVER gone");
      var rows = new RowCounts(sessions(cluster), time).run("postgres", LIMIT);
      assertThat(rows.verdict()).isEqualTo(new Verdict.Observed("10 rows in 2 tables"));
      var rule = new Invariant("rule", "postgres", "SELECT count(*) FROM p", "10");
      assertThat(rule.measure(sessions(cluster), LIMIT, time).hasFailed()).isTrue();
    }
  }

  @Test
  void what_could_not_be_looked_at_is_neither_sound_nor_damaged() throws Exception {
    // Red when: Amcheck takes every error for a finding, or Invariant a lock that is not free for a
    // rule that is broken.
    try (var cluster = TestPostgres.of(17).start()) {
      cluster.psql("CREATE EXTENSION amcheck");
      cluster.psql("CREATE TABLE t AS SELECT generate_series(1, 10) n");
      cluster.psql("CREATE ROLE little LOGIN");
      assertUnmeasured(measured(new Amcheck(sessions(cluster, "little", ""), time)));
      assertUnmeasured(
          List.of(new RowCounts(sessions(cluster, "little", ""), time).run("postgres", LIMIT)));
      try (var owner = cluster.connect();
          var statement = owner.createStatement()) {
        owner.setAutoCommit(false);
        statement.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
        var hasty = sessions(cluster, TestPostgres.SUPERUSER, "?options=-c%20lock_timeout=100ms");
        assertUnmeasured(measured(new Amcheck(hasty, time)));
        assertUnmeasured(List.of(
            new RowCounts(hasty, time).run("postgres", LIMIT),
            new Invariant("rule", "postgres", "SELECT 1 FROM t", "1").measure(hasty, LIMIT, time)));
      }
    }
  }

  private static void assertUnmeasured(List<Measurement> measured) {
    assertThat(measured)
        .isNotEmpty()
        .allSatisfy(one -> assertThat(one.verdict()).isInstanceOf(Verdict.NotMeasured.class));
  }

  @Test
  void a_server_that_ends_the_connection_is_not_called_damaged() throws Exception {
    // Red when: Amcheck or Invariant takes a lost connection for a finding.
    try (var cluster = TestPostgres.of(17).start()) {
      cluster.psql("CREATE EXTENSION amcheck");
      var opened = new AtomicInteger();
      Sessions ending = database -> {
        var connection = sessions(cluster).open(database);
        if (opened.incrementAndGet() > 2) { // the first two ask what there is
          cluster.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
        }
        return connection;
      };
      assertThatThrownBy(() -> new Amcheck(ending, time).run("postgres", 1, one -> {}))
          .isInstanceOf(SQLException.class);
      var rule = new Invariant("rule", "postgres", "SELECT 1", "1");
      assertThatThrownBy(() -> rule.measure(ending, LIMIT, time)).isInstanceOf(SQLException.class);
    }
  }

  @Test
  void a_database_without_amcheck_is_not_measured_and_a_bare_template_not_mentioned()
      throws Exception {
    // Red when: Amcheck takes a missing extension for sound indexes.
    try (var cluster = TestPostgres.of(17).start()) {
      cluster.psql("CREATE TABLE t (n int PRIMARY KEY)");
      var measured = measured(new Amcheck(sessions(cluster), time));
      assertThat(measured).singleElement().satisfies(only -> {
        assertThat(only.name()).contains("postgres");
        assertThat(only.verdict()).isInstanceOf(Verdict.NotMeasured.class);
      });
    }
  }

  @Test
  void an_invariant_is_compared_and_cannot_write() throws Exception {
    try (var cluster = TestPostgres.of(17).start()) {
      cluster.psql("CREATE TABLE t AS SELECT generate_series(1, 10) n");
      assertThat(invariant(cluster, "SELECT sum(n) FROM t", "55").verdict())
          .isEqualTo(new Verdict.Passed("it is 55"));
      assertThat(invariant(cluster, "SELECT sum(n) FROM t", "56").hasFailed()).isTrue();
      assertThat(invariant(cluster, "DELETE FROM t RETURNING n", "1").words())
          .contains("read-only transaction");
      assertThat(invariant(cluster, "SELECT n FROM t", "1").hasFailed()).isTrue();
      assertThat(cluster.psql("SELECT count(*) FROM t")).isEqualTo("10");
    }
  }

  // Red when: Invariant fetches all rows before it looks at them, or LocalServer and this test open
  // sessions without maxResultBuffer; or what that says is taken for a lost server.
  @Test
  void an_invariant_that_answers_too_much_has_failed_and_is_not_kept_in_memory() throws Exception {
    try (var cluster = TestPostgres.of(17).start()) {
      var bounded = sessions(cluster, TestPostgres.SUPERUSER, "?maxResultBuffer=1M");
      var rows = new Invariant(
          "many", "postgres", "SELECT repeat('x', 1000) FROM generate_series(1, 5000)", "1");
      assertThat(rows.measure(bounded, LIMIT, time).words()).contains("more than one row");
      var large = new Invariant("large", "postgres", "SELECT repeat('x', 5000000)", "1");
      assertThat(large.measure(bounded, LIMIT, time).words())
          .contains("FAILED", "too large to be one value");
    }
  }

  @Test
  void an_invariant_that_takes_too_long_is_not_measured() throws Exception {
    try (var cluster = TestPostgres.of(17).start()) {
      var slow = new Invariant("slow", "postgres", "SELECT pg_sleep(60)", "");
      assertThat(slow.measure(sessions(cluster), Duration.ofMillis(200), time).verdict())
          .isInstanceOf(Verdict.NotMeasured.class);
    }
  }

  private Measurement invariant(TestPostgres cluster, String sql, String expected)
      throws SQLException {
    return new Invariant("a rule", "postgres", sql, expected)
        .measure(sessions(cluster), LIMIT, time);
  }

  @Test
  void rows_are_counted_exactly() throws Exception {
    try (var cluster = TestPostgres.of(17).start()) {
      cluster.psql("CREATE TABLE a AS SELECT generate_series(1, 10)");
      cluster.psql("CREATE TABLE b AS SELECT generate_series(1, 7)");
      assertThat(new RowCounts(sessions(cluster), time).run("postgres", LIMIT).verdict())
          .isEqualTo(new Verdict.Observed("17 rows in 2 tables"));
    }
  }
}
