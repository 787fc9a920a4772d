package io.aegis.postgres.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.postgres.Target;
import io.aegis.postgres.server.Superuser;
import io.aegis.postgres.testing.TestPostgres;
import java.time.OffsetDateTime;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a transaction does outside of itself, its commit does not tell of. */
class DroppedDatabaseIT extends StepByStep {

  // Red when: BranchTargets.before stops right before the commit that is not wanted (trap T45); or,
  // for the database that is absent, Superuser.enter tries no other one.
  @ParameterizedTest
  @ValueSource(ints = {15, 17})
  void t45_a_moment_before_a_database_was_dropped_has_that_database(int major) throws Exception {
    try (var database = new ProtectedDatabase(TestPostgres.of(major))) {
      var server = database.server();
      server.psql("CREATE DATABASE shop");
      database.insert(1001, 2000);
      var wanted = OffsetDateTime.parse(
          server.psql("SELECT to_char(clock_timestamp(), 'YYYY-MM-DD\"T\"HH24:MI:SS.USTZH:TZM')"));
      server.psql("DROP DATABASE shop");
      database.insert(2001, 3000);
      var run = plan(database, database.resolve(new Target.AtTime(wanted.toInstant())), "2000");
      database.lose();
      run.runFrom("preflight", "replay");
      try (var connection = restored().connect("shop", TestPostgres.SUPERUSER)) {
        assertThat(connection.getCatalog()).isEqualTo("shop");
      }
      var superuser = Superuser.of(restored(), "absent", TestPostgres.SUPERUSER);
      assertThat(superuser.database()).isEqualTo("postgres");
      assertThat(run.run("verify").warnings()).isEmpty();
      run.runFrom("promote", "open");
    }
  }
}
