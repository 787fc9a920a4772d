package io.aegis.recovery.execution;

import static io.aegis.recovery.execution.Site.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Json;
import io.aegis.recovery.Execution;
import io.aegis.recovery.ExecutionState;
import io.aegis.recovery.Plan;
import io.aegis.recovery.Step;
import io.aegis.recovery.Step.Work.Check.Subject;
import io.aegis.recovery.StepId;
import io.aegis.recovery.StepResult;
import io.aegis.recovery.StepState;
import io.aegis.recovery.Watcher;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** What becomes of steps when nobody intervenes. */
abstract class StepScenarios extends Scenarios {
  @Test
  void steps_run_in_the_order_of_their_dependencies_until_all_is_completed() {
    var id = site.start(world.action("b", "a"), world.action("a"), world.action("c", "b"));

    var end = site.run(id);

    assertThat(end.state()).isEqualTo(ExecutionState.COMPLETED);
    assertThat(world.log()).containsExactly("run a", "run b", "run c");
    assertThat(end.exceptions()).isEmpty();
  }

  @Test
  void a_later_step_is_given_the_facts_of_those_it_depends_on_even_through_others() {
    var seen = new ArrayList<String>();
    world.script("c", context -> {
      seen.add(context.factsOf(new StepId("a")).text("by"));
      return StepResult.of("");
    });

    site.run(site.start(world.action("a"), world.action("b", "a"), world.action("c", "b")));

    assertThat(seen).containsExactly("a");
  }

  @Test
  void when_only_checks_are_left_the_execution_is_validating() {
    var states = new ArrayList<ExecutionState>();
    var id = site.start(world.action("a"), world.check("c", Subject.SERVICE, "a"));

    var end = watched(id, new Watcher() {
      @Override
      public void changed(Execution now) {
        states.add(now.state());
      }
    });

    assertThat(states).contains(ExecutionState.VALIDATING);
    assertThat(end.state()).isEqualTo(ExecutionState.COMPLETED);
  }

  @Test
  void a_warning_stays_visible_and_is_no_exception() {
    // Red when: StepState.isException counts SUCCEEDED_WITH_WARNING.
    world.script("a", _ -> StepResult.of("done").warning("the clock of the server is 3 s off"));
    world.script("c", _ -> StepResult.of("seen").warning("one row differs"));

    var end = site.run(site.start(world.action("a"), world.check("c", Subject.DATA, "a")));

    assertThat(end.state()).isEqualTo(ExecutionState.COMPLETED);
    assertThat(end.exceptions()).isEmpty();
    assertThat(end.step(new StepId("a")).state()).isEqualTo(StepState.SUCCEEDED_WITH_WARNING);
    assertThat(end.warnings())
        .containsExactly(
            "step 'a': the clock of the server is 3 s off", "step 'c': one row differs");
    var bundle = site.process().evidence(end.id()).document();
    assertThat(Json.array(bundle.array("warnings")).compact()).contains("3 s off");
    assertThat(Json.array(bundle.array("notMeasured")).compact())
        .contains("one row differs")
        .doesNotContain("3 s off");
  }

  @Test
  void what_does_not_answer_is_tried_again_after_the_world_was_asked_how_far_it_came() {
    // Red when: Crew.failed moves straight to READY instead of UNKNOWN.
    world.script("a", _ -> {
      world.finish("a");
      throw FakeRecords.noAnswer(); // it was done, and only the acknowledgement was lost
    });

    var end = site.run(site.start(world.action("a")));

    assertThat(end.state()).isEqualTo(ExecutionState.COMPLETED);
    assertThat(world.log()).containsExactly("run a", "probe a");
    assertThat(end.step(new StepId("a")).problems()).hasSize(1);
  }

  @Test
  void what_never_answers_is_tried_three_times_and_then_pauses_everything() {
    World.Act away = _ -> {
      throw FakeRecords.noAnswer();
    };
    world.script("a", away, away, away, away);

    var end = site.run(site.start(world.action("a"), world.action("b", "a")));

    assertThat(end.state()).isEqualTo(ExecutionState.PAUSED_BY_FAILED_STEP);
    assertThat(world.log().stream().filter("run a"::equals)).hasSize(3);
    assertThat(end.step(new StepId("a")).attempt()).isEqualTo(3);
    assertThat(end.step(new StepId("b")).state()).isEqualTo(StepState.NOT_STARTED);
  }

  @Test
  void a_refusal_is_not_tried_again_by_itself_and_is_kept_with_its_next_step() {
    world.script("a", context -> {
      context.log("looked at /srv/shop");
      throw refusal("the directory is not empty");
    });

    var end = site.run(site.start(world.action("a")));

    var problem = end.step(new StepId("a")).problems().getFirst();
    assertThat(end.state()).isEqualTo(ExecutionState.PAUSED_BY_FAILED_STEP);
    assertThat(problem.what()).isEqualTo("the directory is not empty");
    assertThat(problem.next()).containsExactly("mend it");
    assertThat(problem.lastLines()).containsExactly("looked at /srv/shop");
  }

  @Test
  void a_failed_step_is_probed_and_run_again_when_somebody_resumes() {
    world.script("a", _ -> {
      world.halfDo("a");
      throw refusal("no space left");
    });
    var id = site.start(world.action("a"), world.action("b", "a"));
    site.run(id);

    var end = site.run(id);

    assertThat(end.state()).isEqualTo(ExecutionState.COMPLETED);
    assertThat(world.log()).containsExactly("run a", "probe a", "run a", "run b");
  }

  @Test
  void a_bug_in_a_step_is_told_apart_from_a_refusal() {
    world.script("a", _ -> {
      throw new IllegalStateException("page 7 has no parent");
    });

    var end = site.run(site.start(world.action("a")));

    var problem = end.step(new StepId("a")).problems().getFirst();
    assertThat(problem.code()).isEqualTo("AEG-1311");
    assertThat(problem.what()).contains("page 7 has no parent");
  }

  @Test
  void a_failed_check_stops_everything_and_is_looked_at_again_on_resume_without_a_probe() {
    // Red when: Crew.goOn ignores that a step stands failed.
    world.script("c", _ -> {
      throw refusal("412 orders are missing");
    });
    var id = site.start(
        world.action("a"), world.check("c", Subject.DATA, "a"), world.action("open", "c"));

    var paused = site.run(id);

    assertThat(paused.state()).isEqualTo(ExecutionState.PAUSED_BY_FAILED_STEP);
    assertThat(world.log()).doesNotContain("run open");
    assertThat(site.run(id).state()).isEqualTo(ExecutionState.COMPLETED);
    assertThat(world.log()).containsExactly("run a", "run c", "run c", "run open");
  }

  @Test
  void a_check_that_fails_last_pauses_the_validation() {
    world.script("c", _ -> {
      throw refusal("the smoke test is red");
    });
    var id = site.start(world.action("a"), world.check("c", Subject.SERVICE, "a"));

    assertThat(site.run(id).state()).isEqualTo(ExecutionState.PAUSED_BY_FAILED_STEP);
  }

  @Test
  void while_one_step_stands_failed_nothing_new_begins_even_beside_it() {
    world.script("a", _ -> {
      throw refusal("no");
    });

    site.run(site.start(
        world.action("a"), world.action("x"), world.action("y", "x"), world.action("z", "y")));

    assertThat(world.log()).doesNotContain("run z");
  }

  @Test
  void an_optional_step_that_fails_is_an_exception_and_the_rest_goes_on() {
    world.script("a", _ -> {
      throw refusal("no statistics");
    });
    var optional = world.action(World.draft("a").onError(Step.OnError.GO_ON), "a");

    var end = site.run(site.start(optional, world.action("b", "a")));

    assertThat(end.state()).isEqualTo(ExecutionState.COMPLETED_WITH_EXCEPTIONS);
    assertThat(end.step(new StepId("a")).state()).isEqualTo(StepState.FAILED_IGNORED);
    assertThat(world.log()).containsExactly("run a", "run b");
  }

  @Test
  void what_was_passed_over_stays_an_exception_however_well_the_validation_ends() {
    world.script("a", _ -> {
      throw refusal("no statistics");
    });
    var optional = world.action(World.draft("a").onError(Step.OnError.GO_ON), "a");

    var end = site.run(site.start(optional, world.check("c", Subject.DATA, "a")));

    assertThat(end.state()).isEqualTo(ExecutionState.COMPLETED_WITH_EXCEPTIONS);
  }

  @Test
  void a_probe_that_gets_no_answer_leaves_the_step_failed_and_nothing_runs() {
    world.script("a", _ -> {
      throw refusal("no");
    });
    world.script("probe-a", _ -> {
      throw refusal("the directory cannot be read");
    });
    var id = site.start(world.action("a"));
    site.run(id);

    var end = site.run(id);

    assertThat(end.step(new StepId("a")).problems().getLast().code()).isEqualTo("AEG-1314");
    assertThat(world.log()).containsExactly("run a", "probe a");
  }

  @Test
  void a_step_found_done_with_a_warning_tells_it_too() {
    world.script("a", _ -> {
      throw refusal("no");
    });
    world.finishWithWarning("a");
    var id = site.start(world.action("a"));
    site.run(id);

    var end = site.run(id);

    assertThat(end.state()).isEqualTo(ExecutionState.COMPLETED);
    assertThat(end.warnings()).isNotEmpty();
  }

  @Test
  void a_drill_leaves_out_and_simulates_what_the_plan_says() {
    site.purpose(Plan.Purpose.DRILL);
    var id = site.start(
        world.action(World.draft("dns").inDrill(Step.InDrill.SKIP), "dns"),
        world.action(World.draft("page", "dns").inDrill(Step.InDrill.SIMULATE), "page"),
        world.action("a", "page"));

    var end = site.run(id);

    assertThat(id.value()).startsWith("drl-");
    assertThat(end.state()).isEqualTo(ExecutionState.COMPLETED);
    assertThat(end.step(new StepId("dns")).state()).isEqualTo(StepState.DISABLED);
    assertThat(world.log()).containsExactly("run a");
  }

  @Test
  void leaving_a_step_out_never_lets_a_later_one_overtake_an_earlier_one() {
    // Red when: Crew.advance looks at direct dependencies only.
    site.purpose(Plan.Purpose.DRILL);
    world.script("verify", _ -> {
      throw refusal("the data is wrong");
    });
    var id = site.start(
        world.action("verify"),
        world.action(World.draft("page", "verify").inDrill(Step.InDrill.SKIP), "page"),
        world.action("promote", "page"));

    var end = site.run(id);

    assertThat(end.state()).isEqualTo(ExecutionState.PAUSED_BY_FAILED_STEP);
    assertThat(world.log()).doesNotContain("run promote");
  }
}
