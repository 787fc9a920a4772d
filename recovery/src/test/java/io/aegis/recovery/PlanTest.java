package io.aegis.recovery;

import static io.aegis.recovery.SamplePlans.CARRY;
import static io.aegis.recovery.SamplePlans.carry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure.Refused;
import io.aegis.recovery.Person.Role;
import io.aegis.recovery.SamplePlans.Carry;
import io.aegis.recovery.Step.Work;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class PlanTest {
  private static final StepCatalog CATALOG = StepCatalog.of(List.of(CARRY));

  @Test
  void a_saved_plan_is_read_back_equal_and_with_the_same_digest() {
    var plan = new Plan(SamplePlans.header(), everyKindOfStep(), List.of("it is late"));

    var read = Plan.parse(plan.toJson().pretty(), CATALOG);

    assertThat(read).isEqualTo(plan);
    assertThat(read.digest()).isEqualTo(plan.digest());
  }

  private static List<Step> everyKindOfStep() {
    return List.of(
        Step.of("data", "restore the data", Phase.DATABASE)
            .writes(PlannedWrite.Sign.CREATE, "data directory /srv/shop", "212 GiB")
            .estimate(new Estimate.Measured(
                Duration.ofMinutes(7), Duration.ofMinutes(5), Duration.ofMinutes(9), 6))
            .inDrill(Step.InDrill.SIMULATE)
            .action(CARRY, new Carry("data")),
        Step.of("counts", "count the orders", Phase.DATABASE)
            .after("data")
            .check(CARRY, new Carry("counts"), Work.Check.Subject.DATA),
        Step.of("open", "approve the promotion", Phase.APPLICATION)
            .after("counts")
            .approval(
                "Promote? Nothing goes backwards afterwards.",
                new Role("database-admin"),
                2,
                Work.Approval.BreakGlass.ALLOWED),
        Step.of("dns", "move the name", Phase.APPLICATION)
            .after("open")
            .owner(new Role("network"))
            .manual("Point db.shop at the new machine."),
        Step.of("soak", "watch it", Phase.VALIDATION)
            .after("dns")
            .waiting(Duration.ofMinutes(5), "errors need time to appear"));
  }

  @Test
  void steps_are_put_after_those_they_depend_on_and_otherwise_stay_as_they_were() {
    var plan = SamplePlans.of(carry("c", "b"), carry("a"), carry("b", "a"), carry("d"));

    assertThat(plan.steps())
        .extracting(step -> step.id().value())
        .containsExactly("a", "b", "c", "d");
  }

  @Test
  void a_circle_is_refused_and_its_steps_are_named() {
    // Red when: Graph.sort leaves its loop instead of refusing when no step can be placed.
    assertThatThrownBy(() -> SamplePlans.of(carry("a", "c"), carry("b", "a"), carry("c", "b")))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("a, b, c");
  }

  // Red when: approvalsBefore looks at all steps, or only at those that are named.
  @Test
  void a_step_is_approved_by_what_it_waits_for_and_by_nothing_that_comes_later() {
    var plan = new Plan(SamplePlans.header(), everyKindOfStep(), List.of());

    assertThat(plan.approvalsBefore(new StepId("soak"))).hasSize(1);
    assertThat(plan.approvalsBefore(new StepId("dns")))
        .singleElement()
        .extracting(Work.Approval::needed)
        .isEqualTo(2);
    assertThat(plan.approvalsBefore(new StepId("counts"))).isEmpty();
  }

  @Test
  void an_unknown_dependency_is_refused() {
    assertThatThrownBy(() -> SamplePlans.of(carry("a", "ghost")))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("'a' waits for 'ghost'");
  }

  @Test
  void a_step_that_stands_twice_is_refused() {
    assertThatThrownBy(() -> SamplePlans.of(carry("a"), carry("a")))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("two of its steps are called 'a'");
  }

  @Test
  void a_check_of_data_that_would_go_on_when_the_data_is_wrong_is_refused() {
    assertThatThrownBy(() -> SamplePlans.of(Step.of("counts", "count", Phase.DATABASE)
            .onError(Step.OnError.GO_ON)
            .check(CARRY, new Carry("counts"), Work.Check.Subject.DATA)))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("would go on if the data is wrong");
  }

  // Red when: Graph.inOrder does not ask it of approvals.
  @Test
  void an_approval_that_would_be_left_out_of_a_drill_is_refused() {
    for (var inDrill : List.of(Step.InDrill.SKIP, Step.InDrill.SIMULATE)) {
      assertThatThrownBy(() -> SamplePlans.of(Step.of("open", "approve", Phase.APPLICATION)
              .inDrill(inDrill)
              .approval("Promote?", new Role("boss"), 1, Work.Approval.BreakGlass.FORBIDDEN)))
          .isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.code()).isEqualTo(RecoveryCode.PLAN_NOT_READABLE);
            assertThat(refused.report().why()).contains("step 'open' is an approval");
          });
    }
  }

  @Test
  void a_kind_that_no_module_knows_is_refused_naming_the_missing_module() {
    var text = SamplePlans.of(carry("a")).toJson().pretty();

    assertThatThrownBy(() -> Plan.parse(text, StepCatalog.of(List.of())))
        .asInstanceOf(InstanceOfAssertFactories.type(Refused.class))
        .satisfies(refused -> {
          assertThat(refused.code()).isEqualTo(RecoveryCode.UNKNOWN_STEP_KIND);
          assertThat(refused.report().why()).contains("module 'shop' is missing here");
        });
  }

  @Test
  void a_newer_version_of_a_known_kind_is_refused_naming_the_versions_known() {
    var text =
        SamplePlans.of(carry("a")).toJson().compact().replace("\"version\":1", "\"version\":2");

    assertThatThrownBy(() -> Plan.parse(text, CATALOG))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("this Aegis knows version 1 of it");
  }

  @Test
  void a_plan_of_an_earlier_build_is_refused_as_one_that_has_to_be_made_again() {
    // Red when: StepCatalog lets what the codec throws out as it is, or calls the plan unreadable.
    var text = SamplePlans.of(carry("a")).toJson().compact().replace("\"what\":", "\"load\":");

    assertThatThrownBy(() -> Plan.parse(text, CATALOG))
        .asInstanceOf(InstanceOfAssertFactories.type(Refused.class))
        .satisfies(refused -> {
          assertThat(refused.code()).isEqualTo(RecoveryCode.PLAN_NOT_READABLE);
          assertThat(refused.report().what()).contains("made by an earlier Aegis");
          assertThat(refused.report().why()).contains("'shop.carry'", "what");
          assertThat(refused.report().next()).first().asString().startsWith("make it again");
        });
  }

  // Red when: StepCatalog or PlanFormat lets through what Math.toIntExact or a Duration throws.
  @Test
  void a_number_or_a_span_that_is_beyond_all_bounds_is_refused_as_not_readable() {
    var text = SamplePlans.of(carry("a")).toJson().compact();
    var beyond = text.replaceFirst("\"attempts\":[0-9]+", "\"attempts\":99999999999");
    var workers = text.replace("\"what\":\"a\"", "\"what\":\"99999999999 workers\"");
    var span = text.replace("\"what\":\"a\"", "\"what\":\"P1\"");

    for (String edited : List.of(beyond, workers, span)) {
      assertThat(edited).isNotEqualTo(text);
      assertThatThrownBy(() -> Plan.parse(edited, StepCatalog.of(List.of(SamplePlans.STRICT))))
          .isInstanceOfSatisfying(
              Refused.class,
              refused -> assertThat(refused.code()).isEqualTo(RecoveryCode.PLAN_NOT_READABLE));
    }
  }

  @Test
  void a_file_that_is_no_plan_is_refused_with_what_to_do() {
    for (String text : List.of("", "no json", "[]", "{}", "{\"aegisPlan\":9}")) {
      assertThatThrownBy(() -> Plan.parse(text, CATALOG))
          .asInstanceOf(InstanceOfAssertFactories.type(Refused.class))
          .satisfies(refused -> {
            assertThat(refused.code()).isEqualTo(RecoveryCode.PLAN_NOT_READABLE);
            assertThat(refused.report().next()).isNotEmpty();
          });
    }
  }

  @Test
  void the_estimate_of_a_plan_is_its_longest_chain() {
    var plan = SamplePlans.of(
        timed("left", 10),
        timed("right", 30),
        timed("end", 5, "left", "right"),
        timed("aside", 20));

    assertThat(plan.estimate()).isEqualTo(measured(35));
  }

  @Test
  void a_plan_with_a_step_that_was_never_measured_takes_at_least_the_rest() {
    var plan = SamplePlans.of(timed("a", 10), carry("b", "a"));

    assertThat(plan.estimate()).isEqualTo(new Estimate.AtLeast(Duration.ofSeconds(10), 1));
    assertThat(SamplePlans.of(carry("a")).estimate()).isEqualTo(new Estimate.NotMeasured());
  }

  @Test
  void a_step_is_given_up_after_three_times_its_estimate_but_not_before_its_floor() {
    assertThat(timed("long", 1000).giveUpAfter()).isEqualTo(Duration.ofMinutes(50));
    assertThat(timed("long", 1000).warnAfter()).isEqualTo(Duration.ofMinutes(25));
    assertThat(timed("quick", 1).giveUpAfter()).isEqualTo(Duration.ofMinutes(5));
    assertThat(carry("unknown").giveUpAfter()).isEqualTo(Duration.ofHours(12));
  }

  private static Step timed(String id, long seconds, String... after) {
    return Step.of(id, id, Phase.DATABASE)
        .after(after)
        .estimate(measured(seconds))
        .action(CARRY, new Carry(id));
  }

  private static Estimate measured(long seconds) {
    var length = Duration.ofSeconds(seconds);
    return new Estimate.Measured(length, length, length, 3);
  }
}
