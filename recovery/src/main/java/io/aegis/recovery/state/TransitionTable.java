package io.aegis.recovery.state;

import static io.aegis.recovery.StepState.CANCELED;
import static io.aegis.recovery.StepState.DISABLED;
import static io.aegis.recovery.StepState.FAILED;
import static io.aegis.recovery.StepState.FAILED_IGNORED;
import static io.aegis.recovery.StepState.NOT_STARTED;
import static io.aegis.recovery.StepState.PENDING_APPROVAL;
import static io.aegis.recovery.StepState.PENDING_MANUAL;
import static io.aegis.recovery.StepState.READY;
import static io.aegis.recovery.StepState.RUNNING;
import static io.aegis.recovery.StepState.SKIPPED;
import static io.aegis.recovery.StepState.SUCCEEDED;
import static io.aegis.recovery.StepState.SUCCEEDED_WITH_WARNING;
import static io.aegis.recovery.StepState.TIMED_OUT;
import static io.aegis.recovery.StepState.TIMED_OUT_IGNORED;
import static io.aegis.recovery.StepState.UNKNOWN;

import io.aegis.recovery.ExecutionState;
import io.aegis.recovery.StepState;
import java.util.List;

/**
 * Which state may follow which, and why: the only place where that is said. The engine writes no
 * other transition, a journal that holds another is damaged, and {@code
 * docs/reference/execution-states.md} is drawn from here.
 *
 * @param <S> the states
 */
public record TransitionTable<S extends Enum<S>>(List<Edge<S>> edges) {
  public TransitionTable {
    edges = List.copyOf(edges);
  }

  /**
   * One transition that may happen.
   *
   * @param because what makes it happen, for people
   * @param <S> the states
   */
  public record Edge<S extends Enum<S>>(S from, S to, String because) {}

  public boolean allows(S from, S to) {
    return edges.stream().anyMatch(edge -> edge.from() == from && edge.to() == to);
  }

  public static final TransitionTable<StepState> STEPS = new TransitionTable<>(List.of(
      edge(NOT_STARTED, READY, "everything it depends on lets it go on"),
      edge(NOT_STARTED, DISABLED, "the plan leaves it out of a drill, or asks nobody's approval"),
      edge(NOT_STARTED, SKIPPED, "somebody who may decided so"),
      edge(NOT_STARTED, CANCELED, "the execution was given up"),
      edge(READY, RUNNING, "it begins"),
      edge(READY, PENDING_APPROVAL, "people are asked"),
      edge(READY, PENDING_MANUAL, "a person has to do it"),
      edge(READY, SKIPPED, "somebody who may decided so"),
      edge(READY, CANCELED, "the execution was given up"),
      edge(RUNNING, SUCCEEDED, "it did what it should"),
      edge(RUNNING, SUCCEEDED_WITH_WARNING, "it did, and something must be read"),
      edge(RUNNING, FAILED, "it failed, and trying again by itself would not help"),
      edge(RUNNING, TIMED_OUT, "its time was up"),
      edge(RUNNING, UNKNOWN, "its process died, it was interrupted, or what it needs is away"),
      edge(UNKNOWN, SUCCEEDED, "the world says that it was done"),
      edge(UNKNOWN, SUCCEEDED_WITH_WARNING, "the world says that it was done, with a warning"),
      edge(UNKNOWN, READY, "the world says that it was not begun, or is half done"),
      edge(UNKNOWN, FAILED, "the world did not answer"),
      edge(UNKNOWN, CANCELED, "the execution was given up"),
      edge(PENDING_APPROVAL, SUCCEEDED, "enough people approved"),
      edge(PENDING_APPROVAL, SUCCEEDED_WITH_WARNING, "somebody broke the glass"),
      edge(PENDING_APPROVAL, FAILED, "somebody declined"),
      edge(PENDING_APPROVAL, CANCELED, "the execution was given up"),
      edge(PENDING_MANUAL, SUCCEEDED, "somebody said that it is done"),
      edge(PENDING_MANUAL, FAILED, "somebody said that it cannot be done"),
      edge(PENDING_MANUAL, SKIPPED, "somebody who may decided so"),
      edge(PENDING_MANUAL, CANCELED, "the execution was given up"),
      edge(FAILED, UNKNOWN, "tried again: the world is asked first"),
      edge(FAILED, READY, "tried again: it changes nothing by itself"),
      edge(FAILED, FAILED_IGNORED, "somebody who may decided so, or the plan goes on without it"),
      edge(FAILED, CANCELED, "the execution was given up"),
      edge(TIMED_OUT, UNKNOWN, "tried again: the world is asked first"),
      edge(TIMED_OUT, READY, "tried again: it changes nothing by itself"),
      edge(TIMED_OUT, TIMED_OUT_IGNORED, "somebody who may decided so, or the plan goes on"),
      edge(TIMED_OUT, CANCELED, "the execution was given up"),
      edge(SUCCEEDED, CANCELED, "it was taken back"),
      edge(SUCCEEDED_WITH_WARNING, CANCELED, "it was taken back")));

  public static final TransitionTable<ExecutionState> EXECUTIONS = new TransitionTable<>(List.of(
      edge(ExecutionState.PENDING, ExecutionState.RUNNING, "a process leads it"),
      edge(ExecutionState.PENDING, ExecutionState.PAUSED_BY_OPERATOR, "stopped before it began"),
      edge(
          ExecutionState.RUNNING,
          ExecutionState.PENDING_APPROVAL,
          "nothing can go on before people have decided"),
      edge(
          ExecutionState.RUNNING,
          ExecutionState.VALIDATING,
          "everything is done; checks and waits are left"),
      edge(
          ExecutionState.RUNNING,
          ExecutionState.PAUSED_BY_FAILED_STEP,
          "a step that matters failed, and the others have come to their end"),
      edge(ExecutionState.RUNNING, ExecutionState.PAUSED_BY_OPERATOR, "somebody stopped it"),
      edge(ExecutionState.RUNNING, ExecutionState.COMPLETED, "every step succeeded"),
      edge(
          ExecutionState.RUNNING,
          ExecutionState.COMPLETED_WITH_EXCEPTIONS,
          "every step is over; some were skipped, ignored or forced"),
      edge(ExecutionState.PENDING_APPROVAL, ExecutionState.RUNNING, "somebody decided"),
      edge(
          ExecutionState.PENDING_APPROVAL,
          ExecutionState.PAUSED_BY_FAILED_STEP,
          "somebody declined"),
      edge(
          ExecutionState.PENDING_APPROVAL,
          ExecutionState.PAUSED_BY_OPERATOR,
          "somebody stopped it"),
      edge(ExecutionState.VALIDATING, ExecutionState.COMPLETED, "every step succeeded"),
      edge(
          ExecutionState.VALIDATING,
          ExecutionState.COMPLETED_WITH_EXCEPTIONS,
          "every step is over; some were skipped, ignored or forced"),
      edge(
          ExecutionState.VALIDATING,
          ExecutionState.PAUSED_BY_FAILED_STEP,
          "a check failed that matters"),
      edge(ExecutionState.VALIDATING, ExecutionState.PAUSED_BY_OPERATOR, "somebody stopped it"),
      edge(ExecutionState.PAUSED_BY_FAILED_STEP, ExecutionState.RUNNING, "resumed"),
      edge(
          ExecutionState.PAUSED_BY_FAILED_STEP,
          ExecutionState.FAILED,
          "given up, and a step had failed"),
      edge(
          ExecutionState.PAUSED_BY_FAILED_STEP,
          ExecutionState.TIMED_OUT,
          "given up, and a step had timed out"),
      edge(
          ExecutionState.PAUSED_BY_FAILED_STEP,
          ExecutionState.CANCELED,
          "given up after somebody declined"),
      edge(ExecutionState.PAUSED_BY_OPERATOR, ExecutionState.RUNNING, "resumed"),
      edge(ExecutionState.PAUSED_BY_OPERATOR, ExecutionState.CANCELED, "given up")));

  private static <S extends Enum<S>> Edge<S> edge(S from, S to, String because) {
    return new Edge<>(from, to, because);
  }
}
