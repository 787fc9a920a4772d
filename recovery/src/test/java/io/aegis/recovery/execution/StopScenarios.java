package io.aegis.recovery.execution;

import static io.aegis.recovery.execution.Site.ALICE;
import static io.aegis.recovery.execution.Site.BOB;
import static io.aegis.recovery.execution.Site.CAROL;
import static io.aegis.recovery.execution.Site.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Json;
import io.aegis.recovery.ExecutionId;
import io.aegis.recovery.ExecutionState;
import io.aegis.recovery.Executions.Request;
import io.aegis.recovery.Executions.Request.Then;
import io.aegis.recovery.Executions.Request.When;
import io.aegis.recovery.Person.Role;
import io.aegis.recovery.Step;
import io.aegis.recovery.Step.Work.Approval.BreakGlass;
import io.aegis.recovery.StepId;
import io.aegis.recovery.StepResult;
import io.aegis.recovery.StepState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How an execution is given up, and what is taken back. */
abstract class StopScenarios extends Scenarios {
  private static final StepId OK = new StepId("ok");
  private static final StepId A = new StepId("a");

  private static Step approval(int needed, BreakGlass glass, String... after) {
    return World.draft("ok", after).approval("Promote?", new Role("approver"), needed, glass);
  }

  private static Step approval(String... after) {
    return approval(1, BreakGlass.ALLOWED, after);
  }

  private ExecutionId waitingForApproval(int needed) {
    var id = site.start(
        world.action("a"), approval(needed, BreakGlass.ALLOWED, "a"), world.action("b", "ok"));
    assertThat(site.run(id).state()).isEqualTo(ExecutionState.PENDING_APPROVAL);
    return id;
  }

  @Test
  void giving_up_after_somebody_declined_is_no_failure_but_a_decision() {
    var id = waitingForApproval(1);
    site.ask(id, BOB, new Request.Decline(OK, "the row counts are odd"));
    site.run(id);

    cancel(id);

    assertThat(site.process().show(id).state()).isEqualTo(ExecutionState.CANCELED);
  }

  @Test
  void a_step_that_was_found_not_begun_can_be_skipped() {
    var id = oneIsReadyAndOneUnknown();

    site.ask(id, ALICE, new Request.Skip(ready(id), "not needed"));

    assertThat(site.run(id).state()).isEqualTo(ExecutionState.COMPLETED_WITH_EXCEPTIONS);
  }

  @Test
  void a_step_that_was_found_not_begun_is_canceled_with_the_rest() {
    var id = oneIsReadyAndOneUnknown();
    var ready = ready(id);

    cancel(id);

    assertThat(site.process().show(id).step(ready).state()).isEqualTo(StepState.CANCELED);
  }

  private ExecutionId oneIsReadyAndOneUnknown() {
    var id = site.start(world.action("x"), world.action("a"));
    site.milestones(name -> {
      if (name.endsWith(".begun")) {
        throw new Crash("in the middle of both");
      }
    });
    crashing(id);
    var probes = new AtomicInteger();
    site.milestones(name -> {
      if (name.endsWith(".begun") && probes.incrementAndGet() == 2) {
        throw new Crash("in the middle of the second probe");
      }
    });
    crashing(id);
    site.milestones(name -> {});
    return id;
  }

  private StepId ready(ExecutionId id) {
    return site.process().show(id).steps().stream()
        .filter(step -> step.state() == StepState.READY)
        .findFirst()
        .orElseThrow()
        .id();
  }

  @Test
  void what_was_canceled_before_it_began_never_runs() {
    var id = site.start(world.action("a"), approval("a"));

    site.ask(id, ALICE, new Request.Stop(When.NOW, Then.CANCEL, "false alarm"));

    assertThat(site.process().show(id).state()).isEqualTo(ExecutionState.CANCELED);
    assertThat(world.log()).isEmpty();
  }

  @Test
  void canceling_what_waits_for_people_ends_it() {
    var id = waitingForApproval(1);

    site.ask(id, CAROL, new Request.Stop(When.AFTER_RUNNING_STEPS, Then.CANCEL, "wrong moment"));

    var now = site.process().show(id);
    assertThat(now.state()).isEqualTo(ExecutionState.CANCELED);
    assertThat(now.step(A).state()).isEqualTo(StepState.SUCCEEDED);
    assertThat(now.step(OK).state()).isEqualTo(StepState.CANCELED);
  }

  @Test
  void canceling_after_a_failure_is_a_failure_and_after_a_timeout_a_timeout() {
    world.script("a", _ -> {
      throw refusal("no");
    });
    var failed = site.start(world.action("a"));
    site.run(failed);
    cancel(failed);
    world.script("a", context -> {
      site.time.pass(Duration.ofHours(13));
      context.checkpoint();
      return StepResult.of("");
    });
    var late = site.start(world.action("a"));
    site.run(late);
    cancel(late);

    assertThat(site.process().show(failed).state()).isEqualTo(ExecutionState.FAILED);
    assertThat(site.process().show(late).state()).isEqualTo(ExecutionState.TIMED_OUT);
  }

  @Test
  void canceling_takes_back_what_can_be_taken_back_the_last_first() {
    var id = site.start(
        world.undoable("a"), world.action("m", "a"), world.undoable("b", "m"), approval("b"));
    site.run(id);

    site.ask(id, ALICE, new Request.Stop(When.NOW, Then.CANCEL_AND_UNDO, "start again"));

    assertThat(world.log()).containsSubsequence("undo b", "undo a");
    assertThat(world.effect("a")).isNull();
    assertThat(site.process().show(id).step(new StepId("m")).state())
        .isEqualTo(StepState.SUCCEEDED);
    assertThat(site.process().show(id).step(A).detail()).isEqualTo("undo: removed");
  }

  @Test
  void what_cannot_be_taken_back_after_all_is_said() {
    world.script("undo-a", _ -> {
      throw refusal("the directory is in use");
    });
    world.script("a", _ -> StepResult.of("").warning("odd"));
    var id = site.start(world.undoable("a"), world.undoable("w", "a"), approval("w"));
    world.script("w", _ -> StepResult.of("").warning("odd"));
    site.run(id);

    site.ask(id, ALICE, new Request.Stop(When.NOW, Then.CANCEL_AND_UNDO, "start again"));

    var now = site.process().show(id);
    assertThat(now.state()).isEqualTo(ExecutionState.CANCELED);
    assertThat(now.exceptions()).anyMatch(line -> line.contains("could not be taken back"));
  }

  // Red when: GivingUp.takeBack says of everything that it was taken back.
  @ParameterizedTest
  @ValueSource(strings = {StepResult.KEPT, StepResult.NOTHING})
  void what_an_undo_has_kept_or_not_found_was_not_taken_back(String fact) {
    var kept = Json.object().with(fact, true);
    world.script("undo-a", _ -> StepResult.of("kept: it takes writes").with(kept));
    var id = site.start(world.undoable("a"), world.undoable("b", "a"), approval("b"));
    site.run(id);

    site.ask(id, ALICE, new Request.Stop(When.NOW, Then.CANCEL_AND_UNDO, "start again"));

    var now = site.process().show(id);
    assertThat(now.step(A).detail()).isEqualTo("kept: it takes writes");
    assertThat(now.step(A).isTakenBack()).isFalse();
    assertThat(now.step(new StepId("b")).isTakenBack()).isTrue();
  }

  // Red when: GivingUp.takeBack() catches nothing but a Failure, as it did.
  @Test
  void an_undo_that_breaks_keeps_neither_the_execution_from_its_end_nor_the_next_one_waiting() {
    world.script("undo-b", _ -> {
      throw new UncheckedIOException(new IOException("aegis/restore.json: Input/output error"));
    });
    var id = site.start(world.undoable("a"), world.undoable("b", "a"), approval("b"));
    site.run(id);

    site.ask(id, ALICE, new Request.Stop(When.NOW, Then.CANCEL_AND_UNDO, "another disk"));

    var now = site.process().show(id);
    assertThat(now.state()).isEqualTo(ExecutionState.CANCELED);
    assertThat(now.exceptions())
        .anyMatch(line ->
            line.contains("'b' could not be taken back") && line.contains("Input/output error"));
    assertThat(world.effect("a")).isNull();
    assertThat(site.start(world.action("c"))).isNotEqualTo(id);
  }

  @Test
  void an_undo_killed_in_the_middle_goes_on_when_somebody_resumes() {
    // Red when: Desk forgets to take the wish to give up from the journal.
    var id = site.start(world.undoable("a"), world.undoable("b", "a"), approval("b"));
    site.run(id);
    world.script("undo-a", _ -> {
      throw new Crash("while a is taken back");
    });
    try {
      site.ask(id, ALICE, new Request.Stop(When.NOW, Then.CANCEL_AND_UNDO, "start again"));
    } catch (Crash expected) {
      assertThat(expected).hasMessageContaining("taken back");
    }

    var end = site.run(id);

    assertThat(end.state()).isEqualTo(ExecutionState.CANCELED);
    assertThat(world.effect("a")).isNull();
    assertThat(world.effect("b")).isNull();
  }

  private void cancel(ExecutionId id) {
    site.ask(id, ALICE, new Request.Stop(When.NOW, Then.CANCEL, "given up"));
  }

  private void crashing(ExecutionId id) {
    try {
      site.run(id);
      throw new AssertionError("it did not crash");
    } catch (Crash expected) {
      site.processes.killAll();
    }
  }
}
