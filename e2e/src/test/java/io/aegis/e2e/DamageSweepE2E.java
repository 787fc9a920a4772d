package io.aegis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.e2e.sweep.Damage;
import io.aegis.e2e.sweep.LostShop;
import io.aegis.e2e.sweep.Residents;
import io.aegis.e2e.sweep.Resumption;
import io.aegis.e2e.sweep.Sample;
import io.aegis.kernel.Json;
import io.aegis.kernel.testing.Seeds;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each kind of object in a repository, spoiled in each way: the check finds it and says what it
 * costs, and a recovery refuses, or announces the loss, or brings back exactly what was there. A
 * sample by seed; all of it with {@code -Daegis.sweep=full}.
 */
class DamageSweepE2E {
  private static final List<Integer> VERSIONS = List.of(15, 17, 18);
  private static final String SNAPSHOT = "[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}";
  private static final int OK = 0;
  private static final int ITEMS_FAILED = 3;

  @TempDir
  static Path shelf;

  private static Sample sample;
  private static LostShop shop;
  private static int cases;

  @BeforeAll
  static void loses_a_shop_that_was_recovered_once() {
    sample = new Sample(Seeds.next());
    int major = VERSIONS.get(sample.random().nextInt(VERSIONS.size()));
    Sample.say("PostgreSQL " + major);
    shop = LostShop.make(shelf.resolve("lost"), major);
    shop.recoverOnce();
  }

  @AfterAll
  static void leaves_nothing() {
    shop.close();
  }

  @Test
  void damage_is_found_and_never_leads_to_a_wrong_database_in_silence() {
    var all = Damage.all(shop.repository());
    for (var damage : sample.of("damages", all, 10)) {
      try (var here = shop.copyTo(shelf.resolve("case-" + ++cases))) {
        damage.in(here.repository(), sample.random());
        assertFound(here, damage);
        String found = damage.leavesNoTrace() ? ": leaves no trace; " : ": found; ";
        Sample.say(damage + found + recover(here));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(damage + " of " + damage.object(), e);
      }
    }
  }

  // Red when: 'repo check' does not look at executions, or at key slots that were registered; or
  // 'points' leaves out a snapshot whose root is lost and does not name it, as it did.
  private static void assertFound(LostShop.Case here, Damage damage) {
    var checked = here.program().run("repo", "check", "--read-data", "--json");
    if (damage.leavesNoTrace()) {
      return;
    }
    assertThat(checked.exit()).as(checked::toString).isNotEqualTo(OK);
    assertThat(checked.out() + checked.err()).containsAnyOf(damage.traces().toArray(String[]::new));
    if (damage.hidesPoint()) {
      assertThat(here.program().run("points").err()).contains(damage.object());
    }
    if (checked.exit() == ITEMS_FAILED) {
      assertThat(checked.document().array("findings")).isNotEmpty().allSatisfy(finding -> {
        assertThat(((Json.Obj) finding).text("consequence")).isNotBlank();
        assertThat(((Json.Obj) finding).text("repair")).isNotBlank();
      });
      if (damage.affectsPoints()) {
        assertThat(checked.out()).containsPattern(SNAPSHOT);
      }
    }
  }

  /** Refused, or exactly right, or a loss that the plan announces. */
  private static String recover(LostShop.Case here) {
    var resumption = new Resumption(here);
    var ended = resumption.begin(here.program());
    if (ended.exit() != OK) {
      assertThat(ended.err() + ended.out()).contains("AEG-");
      assertThat(new Residents(here.place()).heads())
          .as("no server takes writes")
          .isEmpty();
      return "refused";
    }
    var into = Path.of(ended.document().text("dataDirectory"));
    if (here.psql(into, LostShop.FACTS).equals(here.shop().knew())) {
      return "exactly right";
    }
    var plan = here.program().run("recover", "--to", "latest", "--dry-run", "--json");
    assertThat(plan.out()).as("a loss is announced").containsPattern("log is (missing|lost)");
    return "announced loss";
  }
}
