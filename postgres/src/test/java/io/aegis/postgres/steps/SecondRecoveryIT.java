package io.aegis.postgres.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.server.StopMode;
import io.aegis.postgres.testing.TestPostgres;
import org.junit.jupiter.api.Test;

/** What a first recovery has left must neither be recovered into nor taken for something else. */
class SecondRecoveryIT extends StepByStep {

  @Test
  void a_plan_that_was_carried_out_is_refused_and_its_database_left_alone() throws Exception {
    // Red when: RestorePlanner.own takes a recovery that was opened for one to go on with.
    // Red when: Site.elsewhere lets the server run that tryToStand has started.
    try (var database = new ProtectedDatabase(TestPostgres.of(17))) {
      var run = plan(database, database.insert(1001, 2000), "2000");
      database.lose();
      run.runFrom("preflight", "open");
      assertThatThrownBy(() -> run.run("preflight"))
          .isInstanceOfSatisfying(Failure.Refused.class, failure -> {
            assertThat(failure.report().what()).contains("was finished and opened");
            assertThat(failure.report().next().getFirst()).startsWith("aegis plan --to");
          });
      assertThatThrownBy(() -> run.run("replay")) // it ran before: it is left, and named
          .isInstanceOfSatisfying(
              Failure.class,
              failure -> assertThat(failure.report().safe()).doesNotContain("is stopped again"));
      assertThat(restored().running()).isPresent();
      assertThat(run.step("restore").undo(new TestContext()).summary())
          .contains("kept " + target)
          .contains("process " + restored().running().orElseThrow().pid());
      restored().stop(StopMode.FAST, LIMIT);
      assertThatThrownBy(() -> run.run("replay"))
          .isInstanceOfSatisfying(Failure.Damaged.class, failure -> {
            assertThat(failure.code()).isEqualTo(PostgresCode.RECOVERY_STANDS_ELSEWHERE);
            assertThat(failure.report().safe()).contains("is stopped again");
          });
      assertThat(restored().running()).isEmpty();
      assertThat(run.step("restore").undo(new TestContext()).summary())
          .contains("kept " + target)
          .doesNotContain("process");
    }
  }

  @Test
  void what_answers_after_a_first_recovery_is_not_called_the_old_primary() throws Exception {
    // Red when: AddressProbe.recoveryThere is not asked.
    try (var database = new ProtectedDatabase(TestPostgres.of(17))) {
      var run = plan(database, database.insert(1001, 2000), "2000");
      database.lose();
      run.runFrom("preflight", "open");
      assertThatThrownBy(() -> run.run("fence-source"))
          .isInstanceOfSatisfying(Failure.Refused.class, failure -> {
            assertThat(failure.code()).isEqualTo(PostgresCode.SOURCE_STILL_RUNS);
            assertThat(failure.report().what())
                .isEqualTo("the address of the old primary is taken");
            assertThat(failure.report().why()).contains(target + ", which Aegis recovered");
            assertThat(failure.report().next().getFirst()).contains("pg_ctl -D " + target);
          });
    }
  }
}
