package io.aegis.postgres.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.server.Superuser;
import io.aegis.postgres.testing.TestPostgres;
import io.aegis.recovery.Probe;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Recoveries of databases that were protected as a role that may do no more than that, and whose
 * own settings suit their clients only.
 */
class MinimalRoleIT extends StepByStep {
  /** What {@code aegis doctor} asks for. */
  private static final List<String> ROLE = List.of(
      "CREATE ROLE mini LOGIN REPLICATION",
      "GRANT pg_read_all_settings, pg_monitor TO mini",
      "GRANT EXECUTE ON FUNCTION pg_backup_start, pg_backup_stop TO mini");

  // Red when: Superuser takes the role of the plan without asking; SessionOptions leaves
  // default_transaction_isolation (replay: no query is answered) or statement_timeout (verify) as
  // the cluster has it.
  @ParameterizedTest
  @ValueSource(ints = {15, 18})
  void a_role_that_may_only_take_backups_brings_back_a_database_that_limits_its_clients(int major)
      throws Exception {
    var setup = TestPostgres.of(major).setting("default_transaction_isolation", "serializable");
    try (var database = new ProtectedDatabase(setup)) {
      var end = write(
          database,
          "INSERT INTO numbers SELECT generate_series(1001, 300000)",
          "CREATE ROLE boss SUPERUSER LOGIN",
          "ALTER ROLE postgres NOLOGIN",
          "ALTER ROLE ALL SET statement_timeout = '1ms'",
          "ALTER ROLE boss SET role = 'mini'");
      var run = plan(database, end, "300000");
      database.lose();
      run.runFrom("preflight", "replay");
      assertThat(run.probe("replay")).isInstanceOf(Probe.Done.class);
      assertThat(run.run("verify").warnings()).isEmpty();
      run.runFrom("promote", "smoke-test");
      assertThat(run.probe("promote")).isInstanceOf(Probe.Done.class);
      assertNobodyIsGuessed();
      run.run("open");
    }
  }

  /** Whom the plan names is not there, and nobody that a cluster usually has may log in. */
  private void assertNobodyIsGuessed() {
    assertThatThrownBy(() -> Superuser.of(restored(), "postgres", "later"))
        .isInstanceOfSatisfying(Failure.Refused.class, failure -> {
          assertThat(failure.code()).isEqualTo(PostgresCode.NO_SUPERUSER);
          assertThat(failure.report().why()).contains("\"later\"", "\"postgres\"");
          assertThat(failure.report().next().getFirst()).contains("database.user");
        });
  }

  // Red when: SessionOptions leaves event_triggers, session_preload_libraries or
  // zero_damaged_pages as the cluster has them.
  @Test
  void what_else_happens_at_a_login_keeps_no_recovery_from_its_end() throws Exception {
    try (var database = new ProtectedDatabase(TestPostgres.of(17))) {
      var end = write(
          database,
          "INSERT INTO numbers SELECT generate_series(1001, 2000)",
          "CREATE TABLE logins (who text)",
          "CREATE FUNCTION noted() RETURNS event_trigger LANGUAGE plpgsql AS"
              + " 'BEGIN INSERT INTO logins VALUES (session_user); END'",
          "CREATE EVENT TRIGGER noted ON login EXECUTE FUNCTION noted()",
          "ALTER EVENT TRIGGER noted ENABLE ALWAYS",
          "ALTER ROLE ALL SET zero_damaged_pages = on",
          "ALTER ROLE ALL SET session_preload_libraries = 'no_such_library'");
      var run = plan(database, end, "2000");
      database.lose();
      run.runFrom("preflight", "replay");
      assertThat(run.run("verify").warnings()).isEmpty();
      assertThat(shown("zero_damaged_pages")).isEqualTo("off");
      run.runFrom("promote", "promote");
    }
  }

  private String shown(String setting) throws SQLException {
    try (var session = Superuser.of(restored(), "postgres", "postgres").open("postgres");
        var statement = session.createStatement();
        var rows = statement.executeQuery("SHOW " + setting)) {
      rows.next();
      return rows.getString(1);
    }
  }

  /** Through one session: the next one is subject to what is set here. */
  private static Lsn write(ProtectedDatabase database, String... statements) throws SQLException {
    database.configuredFor("mini");
    try (var session = database.server().connect()) {
      for (String sql : ROLE) {
        execute(session, sql);
      }
      for (String sql : statements) {
        execute(session, sql);
      }
      return database.sent(session);
    }
  }

  private static void execute(Connection session, String sql) throws SQLException {
    try (var statement = session.createStatement()) {
      statement.execute(sql);
    }
  }
}
