package io.aegis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.e2e.stage.Installed;
import io.aegis.e2e.sweep.CrashSite;
import io.aegis.e2e.sweep.LostShop;
import io.aegis.e2e.sweep.Resumption;
import io.aegis.e2e.sweep.Sample;
import io.aegis.kernel.testing.Seeds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A recovery killed wherever it can be: the repository checks, the execution goes on, one database
 * comes back and it is exactly right. A sample by seed; all of it with {@code -Daegis.sweep=full}.
 */
class KillRecoverySweepE2E {
  private static final List<Integer> VERSIONS = List.of(15, 17, 18);
  private static final int OK = 0;
  private static final int NOT_APPROVED = 20;

  @TempDir
  static Path shelf;

  private static Sample sample;
  private static final Map<Leg, List<CrashSite>> SITES = new EnumMap<>(Leg.class);
  private static LostShop shop;
  private static int cases;

  @BeforeAll
  static void loses_a_shop() {
    sample = new Sample(Seeds.next());
    int major = VERSIONS.get(sample.random().nextInt(VERSIONS.size()));
    Sample.say("PostgreSQL " + major);
    shop = LostShop.make(shelf.resolve("lost"), major);
  }

  @AfterAll
  static void leaves_nothing() {
    shop.close();
  }

  @Test
  void a_recovery_killed_at_a_milestone_goes_on_and_ends_right() {
    var sites = sites(Leg.RECOVER);
    for (var site : sample.of("recover", sites, 6)) {
      killed(Leg.RECOVER, site);
    }
  }

  @Test
  void a_recovery_with_an_approval_goes_on_wherever_it_was_killed() {
    for (var leg : List.of(Leg.TO_APPROVAL, Leg.APPROVE, Leg.AFTER_APPROVAL)) {
      for (var site : sample.of(leg.toString(), sites(leg), 1)) {
        killed(leg, site);
      }
    }
  }

  @Test
  void a_recovery_killed_twice_in_a_row_goes_on_and_ends_right() {
    var sites = sites(Leg.RECOVER);
    int pairs = Sample.isFull() ? 20 : 2;
    for (int pair = 0; pair < pairs; pair++) {
      var first = sites.get(sample.random().nextInt(sites.size()));
      var second = sites.get(sample.random().nextInt(sites.size()));
      Sample.say("killed at " + first + ", then at " + second);
      try (var here = shop.copyTo(place())) {
        var resumption = new Resumption(here);
        resumption.begin(first.in(here.program()));
        resumption
            .execution()
            .ifPresent(
                found -> resumption.goOn(second.in(here.program()), found.text("execution")));
        resumption.finish();
        resumption.assertRight();
      }
    }
  }

  @Test
  void a_recovery_killed_at_random_times_goes_on_and_ends_right() {
    int runs = Sample.isFull() ? 10 : 1;
    for (int run = 0; run < runs; run++) {
      try (var here = shop.copyTo(place())) {
        var resumption = new Resumption(here);
        var times = new ArrayList<Long>();
        times.add(killAfterAWhile(here, "recover", "--to", "latest", "--yes", "--json"));
        resumption
            .execution()
            .ifPresent(found ->
                times.add(killAfterAWhile(here, "resume", found.text("execution"), "--json")));
        Sample.say("killed after " + times + " ms");
        resumption.finish();
        resumption.assertRight();
      }
    }
  }

  private long killAfterAWhile(LostShop.Case here, String... command) {
    long millis = 500L + sample.random().nextInt(8_000);
    try (var running = here.program().start(command)) {
      Thread.sleep(millis);
      running.kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted before the kill", e);
    }
    return millis;
  }

  /** One process of a recovery; those before it have run to their end. */
  private enum Leg {
    RECOVER,
    TO_APPROVAL,
    APPROVE,
    AFTER_APPROVAL;

    /** The variable that asks for an approval, where this recovery has one. */
    Installed program(LostShop.Case here) {
      return this == RECOVER
          ? here.program()
          : here.program().with("AEGIS_RECOVERY_APPROVALS", "1");
    }

    void prepare(Resumption resumption, Installed program) {
      if (this == APPROVE || this == AFTER_APPROVAL) {
        resumption.begin(program).expect(NOT_APPROVED);
      }
      if (this == AFTER_APPROVAL) {
        resumption.approve(program, id(resumption)).expect(OK);
      }
    }

    Installed.Result run(Resumption resumption, Installed program) {
      return switch (this) {
        case RECOVER, TO_APPROVAL -> resumption.begin(program);
        case APPROVE -> resumption.approve(program, id(resumption));
        case AFTER_APPROVAL -> resumption.goOn(program, id(resumption));
      };
    }

    private static String id(Resumption resumption) {
      return resumption.execution().orElseThrow().text("execution");
    }
  }

  private static List<CrashSite> sites(Leg leg) {
    return SITES.computeIfAbsent(leg, KillRecoverySweepE2E::learn);
  }

  private static List<CrashSite> learn(Leg leg) {
    try (var here = shop.copyTo(place())) {
      var resumption = new Resumption(here);
      var program = leg.program(here);
      leg.prepare(resumption, program);
      var ended = leg.run(resumption, program.with("AEGIS_MILESTONES", "reached"));
      assertThat(ended.exit()).as(ended::toString).isIn(Resumption.WELL);
      resumption.finish();
      resumption.assertRight();
      return CrashSite.passed(here.place().resolve("reached"), sample.random());
    }
  }

  private void killed(Leg leg, CrashSite site) {
    try (var here = shop.copyTo(place())) {
      var resumption = new Resumption(here);
      var program = leg.program(here);
      leg.prepare(resumption, program);
      var ended = leg.run(resumption, site.in(program));
      // How often the last time is differs a little: there the process may have come to its end.
      assertThat(ended.exit())
          .as(ended::toString)
          .matches(exit ->
              exit == Installed.KILLED || site.count() > 1 && Resumption.WELL.contains(exit));
      resumption.assertRepositoryWhole();
      resumption.finish();
      resumption.assertRight();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(leg + " killed at " + site, e);
    }
  }

  private static Path place() {
    return shelf.resolve("case-" + ++cases);
  }
}
