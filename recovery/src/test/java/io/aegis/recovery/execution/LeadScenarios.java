package io.aegis.recovery.execution;

import static io.aegis.recovery.execution.Site.BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure.Refused;
import io.aegis.recovery.Execution;
import io.aegis.recovery.ExecutionId;
import io.aegis.recovery.ExecutionState;
import io.aegis.recovery.Executions.Request;
import io.aegis.recovery.Executions.Request.Then;
import io.aegis.recovery.Executions.Request.When;
import io.aegis.recovery.Person.Role;
import io.aegis.recovery.RecoveryCode;
import io.aegis.recovery.Step;
import io.aegis.recovery.Step.Work.Check.Subject;
import io.aegis.recovery.StepId;
import io.aegis.recovery.StepResult;
import io.aegis.recovery.StepState;
import io.aegis.repository.Register;
import io.aegis.storage.ObjectKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** Who leads, who may, and what happens when a leader dies, loses the lead or cannot write. */
abstract class LeadScenarios extends Scenarios {
  private static final StepId A = new StepId("a");

  @Test
  void a_second_execution_of_an_application_is_refused_saying_whose_and_what_to_do() {
    var first = site.start(world.action("a"));

    assertThatThrownBy(() -> site.start(world.action("a")))
        .asInstanceOf(InstanceOfAssertFactories.type(Refused.class))
        .satisfies(refused -> {
          assertThat(refused.code()).isEqualTo(RecoveryCode.APPLICATION_BUSY);
          assertThat(refused.report().what()).contains(first.value(), "PENDING");
          assertThat(refused.report().why()).contains("os:alice@db-1");
          assertThat(refused.report().next()).contains("aegis resume " + first);
        });
  }

  @Test
  void an_application_is_free_again_when_its_execution_has_ended() {
    site.run(site.start(world.action("a")));
    world.forget("a");

    assertThat(site.run(site.start(world.action("a"))).state()).isEqualTo(ExecutionState.COMPLETED);
    assertThat(site.process().list().executions()).hasSize(2);
  }

  @Test
  void of_two_who_start_at_the_same_moment_exactly_one_gets_the_application() {
    // Red when: Claims.take reports success without looking at the outcome of the put.
    var declared = site.declared(site.plan(world.action("a")));
    var inner = new ArrayList<ExecutionId>();
    site.records.weather(new FakeRecords.Weather() {
      @Override
      public void before(ObjectKey name) {
        if (name.name().startsWith("claims/")) {
          site.records.weather(FakeRecords.Weather.FAIR);
          inner.add(site.process().start(declared));
        }
      }
    });

    assertThatThrownBy(() -> site.process().start(declared))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("has not ended");
    assertThat(site.process().list().executions())
        .extracting(Execution::id)
        .containsExactlyElementsOf(inner);
  }

  @Test
  void a_step_whose_process_died_is_asked_about_before_anything_else_runs() {
    // Red when: Crew.goOn begins steps while some are still unseen.
    var id = site.start(world.action("a"), world.action("x", "a"), world.action("y"));
    crashAt(id, "step.a.begun");
    var before = List.copyOf(world.log());

    site.run(id);

    var after = world.log().subList(before.size(), world.log().size());
    assertThat(after.getFirst()).startsWith("probe ");
    assertThat(after).containsSubsequence("probe a", "run a", "run x");
  }

  @Test
  void each_world_a_probe_can_find_leads_to_what_it_should() {
    for (String found : List.of("nothing", World.HALF, World.DONE)) {
      var own = new Site();
      var id = own.start(own.world.action("a"));
      own.milestones(name -> {
        if (name.equals("step.a.begun")) {
          throw new Crash("before a");
        }
      });
      runAndCrash(own, id);
      own.milestones(name -> {});
      switch (found) {
        case World.HALF -> own.world.halfDo("a");
        case World.DONE -> own.world.finish("a");
        default -> own.world.forget("a");
      }

      var end = own.run(id);

      assertThat(end.state()).isEqualTo(ExecutionState.COMPLETED);
      assertThat(own.world.log().contains("run a")).isEqualTo(!found.equals(World.DONE));
      ExecutionsTest.WALKS.record(own.history(id));
    }
  }

  @Test
  void a_living_leader_is_not_replaced() {
    var id = site.start(world.action("a"));
    world.script("a", _ -> {
      assertThatThrownBy(() -> site.run(id))
          .asInstanceOf(InstanceOfAssertFactories.type(Refused.class))
          .satisfies(refused ->
              assertThat(refused.code()).isEqualTo(RecoveryCode.EXECUTION_LED_ELSEWHERE));
      world.finish("a");
      return StepResult.of("");
    });

    assertThat(site.run(id).state()).isEqualTo(ExecutionState.COMPLETED);
  }

  @Test
  void a_leader_out_of_sight_is_replaced_only_when_its_signs_of_life_are_old() {
    var id = site.start(world.action("a"));
    crashAt(id, "step.a.begun");
    site.processes.seeNobody();

    assertThatThrownBy(() -> site.run(id)).hasMessageContaining("is led by");
    site.time.pass(Duration.ofSeconds(61));

    assertThat(site.run(id).state()).isEqualTo(ExecutionState.COMPLETED);
  }

  // Red when: JournalledExecutions.isAbandoned takes out of sight for dead, or asks nobody.
  @Test
  void an_execution_whose_process_has_died_is_told_and_one_that_is_led_or_out_of_sight_is_not() {
    var id = site.start(world.action("a"));
    world.script("a", _ -> {
      assertThat(site.process().isAbandoned(id)).isFalse();
      world.finish("a");
      return StepResult.of("");
    });
    crashAt(id, "step.a.begun");

    site.processes.killAll();
    assertThat(site.process().isAbandoned(id)).isTrue();
    site.processes.seeNobody();
    assertThat(site.process().isAbandoned(id)).isFalse();
    site.time.pass(Duration.ofSeconds(61));
    assertThat(site.run(id).state()).isEqualTo(ExecutionState.COMPLETED);
    assertThat(site.process().isAbandoned(id)).isFalse();
  }

  @Test
  void a_leader_that_was_replaced_writes_nothing_more_and_stops() {
    // Red when: JournalWriter.put treats any entry that is already there as its own.
    var id = site.start(world.action("a"), world.action("b", "a"));
    world.script("a", _ -> {
      site.processes.killAll(); // it only looks dead
      site.run(id);
      world.log().add("the first leader goes on");
      return StepResult.of("");
    });

    assertThatThrownBy(() -> site.run(id))
        .asInstanceOf(InstanceOfAssertFactories.type(Refused.class))
        .satisfies(refused -> assertThat(refused.code()).isEqualTo(RecoveryCode.LOST_THE_LEAD));
    assertThat(world.log())
        .containsExactly("run a", "probe a", "run a", "run b", "the first leader goes on");
    assertThat(site.process().show(id).state()).isEqualTo(ExecutionState.COMPLETED);
  }

  @Test
  void a_stop_after_the_running_steps_pauses_and_can_be_resumed() {
    var id = site.start(world.action("a"), world.action("b", "a"));
    world.script("a", _ -> {
      site.ask(id, BOB, new Request.Stop(When.AFTER_RUNNING_STEPS, Then.PAUSE, "lunch"));
      site.time.pass(Duration.ofSeconds(2));
      return StepResult.of("");
    });

    var paused = site.run(id);

    assertThat(paused.state()).isEqualTo(ExecutionState.PAUSED_BY_OPERATOR);
    assertThat(paused.step(A).state()).isEqualTo(StepState.SUCCEEDED);
    assertThat(site.run(id).state()).isEqualTo(ExecutionState.COMPLETED);
  }

  @Test
  void a_pause_while_validating_is_a_pause() {
    var id = site.start(
        world.action("a"),
        world.check("c", Subject.SERVICE, "a"),
        world.check("d", Subject.SERVICE, "c"));
    world.script("c", _ -> {
      site.ask(id, BOB, new Request.Stop(When.AFTER_RUNNING_STEPS, Then.PAUSE, "lunch"));
      site.time.pass(Duration.ofSeconds(2));
      return StepResult.of("");
    });

    assertThat(site.run(id).state()).isEqualTo(ExecutionState.PAUSED_BY_OPERATOR);
  }

  @Test
  void an_execution_that_ends_with_a_step_that_waits_for_nobody_is_completed_from_running() {
    var id = site.start(World.draft("a")
        .approval("Go on?", new Role("approver"), 1, Step.Work.Approval.BreakGlass.ALLOWED));
    site.run(id);
    site.ask(id, BOB, new Request.BreakGlass(A, "nobody answers"));

    assertThat(site.run(id).state()).isEqualTo(ExecutionState.COMPLETED_WITH_EXCEPTIONS);
  }

  @Test
  void what_was_paused_before_it_was_led_is_resumed_by_a_run() {
    var id = site.start(world.action("a"));
    site.ask(id, BOB, new Request.Stop(When.NOW, Then.PAUSE, "not yet"));
    assertThat(site.process().show(id).state()).isEqualTo(ExecutionState.PAUSED_BY_OPERATOR);

    assertThat(site.run(id).state()).isEqualTo(ExecutionState.COMPLETED);
  }

  @Test
  void giving_up_leaves_no_step_without_a_last_state() {
    world.script("x", _ -> {
      throw new Crash("in the middle of x");
    });
    var id = site.start(
        world.action("x"), world.action("a"), World.draft("m").manual("Call the provider."));
    assertThatThrownBy(() -> site.run(id)).isInstanceOf(Crash.class);

    site.ask(id, BOB, new Request.Stop(When.NOW, Then.CANCEL, "other plan"));

    var now = site.process().show(id);
    assertThat(now.state()).isEqualTo(ExecutionState.CANCELED);
    assertThat(now.steps())
        .allSatisfy(step -> assertThat(
                step.state() == StepState.CANCELED || step.state() == StepState.SUCCEEDED)
            .isTrue());
  }

  @Test
  void start_and_end_are_anchored_apart_from_the_journal_with_its_head() {
    var id = site.start(world.action("a"));
    var end = site.run(id);

    assertThat(site.register.entries())
        .extracting(Register.Entry::kind)
        .containsExactly(Register.Kind.EXECUTION_STARTED, Register.Kind.EXECUTION_ENDED);
    assertThat(site.register.entries().getLast().fact())
        .contains("COMPLETED", end.head().hash().hex());
  }

  private void crashAt(ExecutionId id, String milestone) {
    site.milestones(name -> {
      if (name.equals(milestone)) {
        throw new Crash("at " + milestone);
      }
    });
    runAndCrash(site, id);
    site.milestones(name -> {});
  }

  private static void runAndCrash(Site site, ExecutionId id) {
    assertThatThrownBy(() -> site.run(id)).isInstanceOf(Crash.class);
  }
}
