package io.aegis.postgres.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.postgres.DatabaseLoss.Checks;
import io.aegis.postgres.DatabaseLoss.Invariant;
import io.aegis.postgres.DatabaseLoss.Place;
import io.aegis.postgres.DatabaseLoss.Request;
import io.aegis.postgres.DatabaseLoss.SmokeTest;
import io.aegis.postgres.DatabaseLoss.Source;
import io.aegis.postgres.account.Account;
import io.aegis.postgres.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whoever has the key of a repository can put a plan into it. */
class StrangePlanIT extends StepByStep {
  private static final Invariant NUMBERS =
      new Invariant("numbers", "postgres", "SELECT max(n) FROM numbers", "1002");

  // Red when: Strange.look does not compare the account or the places, or not the smoke test.
  @Test
  void root_is_told_what_a_plan_does_that_its_own_configuration_would_not() throws Exception {
    try (var database = new ProtectedDatabase(TestPostgres.of(17))) {
      var end = database.insert(1001, 1002);
      var plan = plan(database, end, "1002").plan();
      var same = same();
      var none = new Checks(List.of(NUMBERS), LIMIT, new SmokeTest.None());
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

  /** As every plan of these tests is made with. */
  private Checks same() {
    return new Checks(
        List.of(NUMBERS),
        LIMIT,
        new SmokeTest.Script("echo $PGPORT; test -S $PGHOST/.s.PGSQL.$PGPORT", home, LIMIT));
  }

  // Red when: Strange asks Heir about the place that the plan names, instead of its own.
  @Test
  void whose_a_database_becomes_is_not_for_the_plan_to_say() throws Exception {
    try (var database = new ProtectedDatabase(TestPostgres.of(17))) {
      var end = database.insert(1001, 1002);
      var empty = Files.createDirectory(home.resolve("restored"));
      if (!Account.own().isRoot()) {
        return;
      }
      Account.named("nobody").take(empty);
      var plan = plan(database, end, "1002").plan();

      var strange = strange(database, plan, home.resolve("another"), "", same());

      assertThat(strange).contains("the account: nobody, not whoever runs Aegis");
    }
  }

  // Red when: Strange takes a name below the usual place for a place below it.
  @Test
  void a_link_below_the_usual_place_leads_root_nowhere() throws Exception {
    try (var database = new ProtectedDatabase(TestPostgres.of(17))) {
      if (!Account.own().isRoot()) {
        return;
      }
      var end = database.target(database.insert(1001, 1002));
      database.recoveredFor("nobody");
      var roots = Files.createDirectory(home.resolve("roots"));
      var link = Files.createSymbolicLink(home.resolve("link"), roots);
      for (var into : List.of(link.resolve("ssh.service.d"), link, roots.resolve("deep/er"))) {
        var plan = database.plan(end, into, same());
        var strange = strange(database, plan, home.resolve("another"), "nobody", same());
        assertThat(strange).contains("it writes into " + into + ", where nobody could not");
      }
      var usual = database.plan(end, home.resolve("new"), same());
      assertThat(strange(database, usual, home.resolve("another"), "nobody", same()))
          .isEmpty();
      var begun = database.plan(end, roots, same()); // root's own, not given away yet
      assertThat(strange(database, begun, home.resolve("another"), "nobody", same()))
          .isEmpty();
    }
  }

  // Red when: Strange does not compare what is stopped, asked, or must be lain apart from.
  @Test
  void what_is_stopped_asked_and_kept_apart_is_what_root_names_itself() throws Exception {
    try (var database = new ProtectedDatabase(TestPostgres.of(17))) {
      if (!Account.own().isRoot()) {
        return;
      }
      var plan = plan(database, database.insert(1001, 1002), "1002").plan();
      var usual = database.request(home.resolve("another"), "", same());
      assertThat(database.loss().strange(plan, usual)).isEmpty();

      var here = new Source.Here(Path.of("/srv/live"), "db-1", 5432);
      assertThat(database.loss().strange(plan, with(usual, here)))
          .containsExactly("the old primary: " + words(usual) + ", not /srv/live at db-1:5432");
      assertThat(database.loss().strange(plan, with(usual, new Source.Elsewhere("db-1", 5432))))
          .singleElement()
          .asString()
          .endsWith(", not one that a person sees to, at db-1:5432");
      var other = new Invariant("numbers", "postgres", "SELECT 1002", "1002");
      var checks = new Checks(List.of(other), LIMIT, same().smokeTest());
      assertThat(strange(database, plan, home.resolve("another"), "", checks))
          .singleElement()
          .asString()
          .startsWith("the invariants: ['numbers' in postgres: SELECT max(n) FROM numbers is");
    }
  }

  // Red when: Strange compares neither what must be kept, nor where a script is run.
  @Test
  void what_must_be_kept_and_where_a_script_is_run_is_what_root_names_itself() throws Exception {
    try (var database = new ProtectedDatabase(TestPostgres.of(17))) {
      if (!Account.own().isRoot()) {
        return;
      }
      var plan = plan(database, database.insert(1001, 1002), "1002").plan();
      var usual = database.request(home.resolve("another"), "", same());
      var place = usual.place();
      var kept = Path.of("/srv/repository");
      var apart = new Request(
          new Place(
              place.dataDirectory(),
              place.tablespaces(),
              place.binaries(),
              place.sockets(),
              place.role(),
              place.database(),
              place.workers(),
              place.account(),
              List.of(kept)),
          usual.source(),
          usual.checks(),
          usual.approval());
      assertThat(database.loss().strange(plan, apart))
          .containsExactly("it does not have to lie apart from " + kept);
      var moved = new SmokeTest.Script(
          "echo $PGPORT; test -S $PGHOST/.s.PGSQL.$PGPORT", Path.of("/srv"), LIMIT);
      assertThat(strange(
              database,
              plan,
              home.resolve("another"),
              "",
              new Checks(List.of(NUMBERS), LIMIT, moved)))
          .singleElement()
          .asString()
          .endsWith("in " + home + ", not " + moved.command() + " in /srv");
    }
  }

  private static String words(Request usual) {
    var here = (Source.Here) usual.source();
    return here.dataDirectory() + " at " + here.host() + ":" + here.port();
  }

  private static Request with(Request usual, Source source) {
    return new Request(usual.place(), source, usual.checks(), usual.approval());
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
