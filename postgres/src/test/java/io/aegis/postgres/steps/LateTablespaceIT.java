package io.aegis.postgres.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure.Refused;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Readiness.Level;
import io.aegis.postgres.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A tablespace that no snapshot has. */
class LateTablespaceIT extends StepByStep {

  // Red when: Site.feed hands out the log as it is; or, for the time, LocalServer.start waits for
  // what will not come.
  @Test
  @Timeout(120)
  void t47_a_tablespace_made_after_the_snapshot_is_not_replayed_into_the_lost_one()
      throws Exception {
    try (var database = new ProtectedDatabase(TestPostgres.of(17))) {
      var server = database.server();
      var space = Files.createDirectory(home.resolve("space"));
      assertThat(database.tablespaces().level()).isEqualTo(Level.READY);
      server.psql("CREATE TABLESPACE late LOCATION '" + space + "'");
      assertThat(database.tablespaces().finding()).contains("'late'");
      server.psql("CREATE TABLE aside TABLESPACE late AS SELECT generate_series(1, 5000) AS id");
      var run = plan(database, database.insert(1001, 2000), "2000");
      database.lose();
      var before = contents(space);
      run.runFrom("preflight", "restore");
      assertThatThrownBy(() -> run.run("replay"))
          .isInstanceOfSatisfying(
              Refused.class, e -> assertThat(e.code()).isEqualTo(PostgresCode.TABLESPACE_NOT_FREE));
      assertThat(contents(space)).isEqualTo(before);
      Files.move(space, home.resolve("kept"));
      Files.createDirectory(space);
      run.run("replay");
      assertThat(run.run("verify").warnings()).isEmpty();
      // Red when: RestoreRunner.undo does not look for what replay made outside of the plan.
      assertThat(run.step("restore").undo(new TestContext()).warnings())
          .singleElement()
          .asString()
          .containsPattern("left: .* tablespace [0-9]+,");
      Files.move(space, home.resolve("undone"));
      Files.createDirectory(space);
      run.runFrom("restore", "open");
    }
  }

  private static List<String> contents(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      return files.map(Path::toString).sorted().toList();
    }
  }
}
