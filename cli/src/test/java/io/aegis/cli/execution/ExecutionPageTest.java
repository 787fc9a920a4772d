package io.aegis.cli.execution;

import static io.aegis.cli.Headers.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.cli.Cli;
import io.aegis.cli.Headers;
import io.aegis.kernel.Digest;
import io.aegis.kernel.Json;
import io.aegis.recovery.Execution;
import io.aegis.recovery.ExecutionId;
import io.aegis.recovery.ExecutionState;
import io.aegis.recovery.Person;
import io.aegis.recovery.Person.Role;
import io.aegis.recovery.Phase;
import io.aegis.recovery.Plan;
import io.aegis.recovery.PlannedWrite.Sign;
import io.aegis.recovery.Step;
import io.aegis.recovery.Step.Work.Approval.BreakGlass;
import io.aegis.recovery.StepResult;
import io.aegis.recovery.StepState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExecutionPageTest {
  private static final String ADVICE = "aegis execution ignore <execution> --step verify";

  /** An execution in that state, a step of which has failed. */
  private static Execution failed(ExecutionState state) {
    return failed(state, NOON);
  }

  private static Execution failed(ExecutionState state, Instant declared) {
    var header = Headers.recovery(Json.object());
    var verify = Step.of("verify", "measure it", Phase.DATABASE)
        .approval("Go on?", new Role("operator"), 1, BreakGlass.ALLOWED);
    var problem = new Execution.Problem(
        "AEG-2414", "it is not as it must be", "", "nothing", List.of(ADVICE), List.of());
    var status = new Execution.StepStatus(
        verify.id(),
        StepState.FAILED,
        1,
        NOON,
        Duration.ZERO,
        Duration.ZERO,
        "",
        StepResult.of(""),
        List.of(problem),
        List.of(),
        0);
    return new Execution(
        new ExecutionId("rec-7f3a91c2"),
        new Plan(header, List.of(verify), List.of()),
        state,
        new Person("os:bob@db-1", Set.of()),
        "",
        new Execution.Clock(declared, declared, Duration.ZERO, Duration.ZERO),
        List.of(status),
        List.of(),
        new Execution.Head(1, 1, Digest.of(new byte[0])));
  }

  private static String shown(ExecutionState state) {
    return shown(failed(state));
  }

  private static String shown(Execution execution) {
    return new Cli(Path.of("/nowhere"))
        .capture(session -> {
          session.show(new ExecutionPage(execution));
          return 0;
        })
        .out();
  }

  // Red when: ExecutionPage prints the advice of a step, which knows no execution, as it is.
  @Test
  void what_a_step_advises_names_the_execution() {
    assertThat(shown(ExecutionState.PAUSED_BY_FAILED_STEP))
        .contains("aegis execution ignore rec-7f3a91c2 --step verify")
        .doesNotContain("<execution>");
    assertThat(new ExecutionPage(failed(ExecutionState.PAUSED_BY_FAILED_STEP))
            .json()
            .pretty())
        .contains("aegis execution ignore rec-7f3a91c2 --step verify");
  }

  // Red when: ExecutionShow.successor does not ask whether it succeeded.
  @Test
  void a_recovery_is_followed_by_the_last_one_that_succeeded_after_it() {
    var first = failed(ExecutionState.COMPLETED);
    var second = failed(ExecutionState.COMPLETED_WITH_EXCEPTIONS, NOON.plusSeconds(60));
    var third = failed(ExecutionState.CANCELED, NOON.plusSeconds(120));

    assertThat(ExecutionShow.successor(first, List.of(third, second))).contains(second);
    assertThat(ExecutionShow.successor(second, List.of(third))).isEmpty();
  }

  // Red when: ExecutionPage does not say what is left behind, or says it of what was not begun, or
  // was taken back, by itself or with what another step had written.
  @Test
  void an_execution_that_was_given_up_says_what_it_has_left_behind() {
    assertThat(left(StepState.SUCCEEDED, "", ExecutionState.CANCELED))
        .contains("stays as it is", "server on /srv/pg/old", "data directory", "begun: 1 GiB")
        .doesNotContain("nothing yet");
    assertThat(left(StepState.CANCELED, "the execution was given up", ExecutionState.FAILED))
        .contains("data directory", "begun: 1 GiB");
    assertThat(left(StepState.CANCELED, "undo: removed", ExecutionState.CANCELED))
        .contains("server on /srv/pg/old", "new life")
        .doesNotContain("data directory");
    assertThat(left(StepState.SUCCEEDED, "", ExecutionState.PAUSED_BY_OPERATOR))
        .doesNotContain("stays as it is");
  }

  /** Four steps, the last of which had not begun. */
  private static String left(StepState restored, String detail, ExecutionState state) {
    var one = failed(state);
    var fence = writing("fence", "server on /srv/pg/old", "stopped, if it runs");
    var restore = writing("restore", "data directory", "1 GiB");
    var promote = writing("promote", "data directory", "promoted", "new life", "claimed");
    var open = writing("open", "nothing yet", "");
    var given = "the execution was given up";
    var steps = List.of(
        status(fence, StepState.SUCCEEDED, 1, ""),
        status(restore, restored, 1, detail),
        status(promote, StepState.CANCELED, 1, given),
        status(open, StepState.CANCELED, 0, given));
    var plan = new Plan(one.plan().header(), List.of(fence, restore, promote, open), List.of());
    return shown(new Execution(
        one.id(), plan, state, one.initiator(), "", one.clock(), steps, List.of(), one.head()));
  }

  private static Step writing(String id, String... writes) {
    var draft = Step.of(id, id, Phase.DATABASE);
    for (int i = 0; i < writes.length; i += 2) {
      draft = draft.writes(Sign.CHANGE, writes[i], writes[i + 1]);
    }
    return draft.approval("Go on?", new Role("operator"), 1, BreakGlass.ALLOWED);
  }

  private static Execution.StepStatus status(
      Step step, StepState state, int attempt, String detail) {
    return new Execution.StepStatus(
        step.id(),
        state,
        attempt,
        NOON,
        Duration.ZERO,
        Duration.ZERO,
        detail,
        StepResult.of(""),
        List.of(),
        List.of(),
        0);
  }

  // Red when: ExecutionPage.problem does not ask whether the execution has ended.
  @Test
  void an_execution_that_has_ended_is_not_advised_to_go_on() {
    assertThat(shown(ExecutionState.CANCELED))
        .contains("AEG-2414", "it is not as it must be")
        .doesNotContain("execution ignore");
  }
}
