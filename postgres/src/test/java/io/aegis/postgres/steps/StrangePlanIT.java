package io.aegis.postgres.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.postgres.DatabaseLoss.Checks;
import io.aegis.postgres.DatabaseLoss.SmokeTest;
import io.aegis.postgres.account.Account;
import io.aegis.postgres.testing.TestPostgres;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whoever has the key of a repository can put a plan into it. */
class StrangePlanIT extends StepByStep {

  // Red when: Strange.look does not compare the account or the places, or not the smoke test.
  @Test
  void root_is_told_what_a_plan_does_that_its_own_configuration_would_not() throws Exception {
    try (var database = new ProtectedDatabase(TestPostgres.of(17))) {
      var end = database.insert(1001, 1002);
      var plan = plan(database, end, "1002").plan();
      var same = new Checks(
          List.of(),
          LIMIT,
          new SmokeTest.Script("echo $PGPORT; test -S $PGHOST/.s.PGSQL.$PGPORT", home, LIMIT));
      var none = new Checks(List.of(), LIMIT, new SmokeTest.None());
      var usual = home.resolve("another");

      assertThat(strange(database, plan, usual, "", same)).isEmpty();
      if (!Account.own().isRoot()) {
        assertThat(strange(database, plan, Path.of("/srv/other"), "nobody", none))
            .isEmpty();
        return;
      }
      assertThat(strange(database, plan, usual, "", none))
          .singleElement()
          .asString()
          .startsWith("the smoke test: echo $PGPORT");
      assertThat(strange(database, plan, Path.of("/srv/other/one"), "", same)).isEmpty();
      database.recoveredFor("nobody");
      var given = plan(database, database.target(end), "1002").plan();
      assertThat(strange(database, given, usual, "nobody", same)).isEmpty();
      assertThat(strange(database, given, Path.of("/srv/other/one"), "nobody", same))
          .containsExactly("it writes into " + target + ", where nobody could not");
      assertThat(strange(database, plan, usual, "nobody", same))
          .singleElement()
          .asString()
          .endsWith("not nobody");
    }
  }

  private static List<String> strange(
      ProtectedDatabase database,
      io.aegis.recovery.Plan plan,
      Path into,
      String account,
      Checks checks) {
    return database.loss().strange(plan, database.request(into, account, checks));
  }
}
