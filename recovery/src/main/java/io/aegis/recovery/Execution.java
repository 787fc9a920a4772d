package io.aegis.recovery;

import io.aegis.kernel.Digest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One run of a plan as its journal tells it: a picture of one moment.
 *
 * @param initiator who started it; never counts as an approver
 * @param reason why it was started, in the initiator's words
 * @param steps in the order of the plan
 * @param exceptions what keeps it from being plainly completed, one line each
 * @param head the newest entry of the journal and its hash
 */
public record Execution(
    ExecutionId id,
    Plan plan,
    ExecutionState state,
    Person initiator,
    String reason,
    Clock clock,
    List<StepStatus> steps,
    List<String> exceptions,
    Head head) {
  public Execution {
    steps = List.copyOf(steps);
    exceptions = List.copyOf(exceptions);
  }

  /**
   * @throws IllegalArgumentException if the plan has no such step
   */
  public StepStatus step(StepId step) {
    return steps.stream()
        .filter(status -> status.id().equals(step))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(id + " has no step " + step));
  }

  /** What has to be read about the steps that did all they should, one line each. */
  public List<String> warnings() {
    return steps.stream()
        .flatMap(step -> step.result().warnings().stream()
            .map(warning -> "step '" + step.id() + "': " + warning))
        .toList();
  }

  /**
   * The times of an execution.
   *
   * @param declared when the loss was declared: the recovery time runs from here
   * @param updated the moment of this picture, or of the last change once the state is final
   * @param machine the time in which at least one step ran
   * @param people the time in which nothing ran because people were waited for
   */
  public record Clock(Instant declared, Instant updated, Duration machine, Duration people) {

    /** From the declaration on: the actual recovery time once the state is final. */
    public Duration elapsed() {
      return Duration.between(declared, updated);
    }
  }

  /** The end of the journal: by it one can tell whether a copy is complete. */
  public record Head(long epoch, long sequence, Digest hash) {}

  /**
   * Where one step stands.
   *
   * @param attempt 0 before the first
   * @param since when it came into this state
   * @param machine how long it has run, over all attempts
   * @param people how long it has waited for people
   * @param detail what there is to say about this state; may be empty
   * @param result what it reported; empty before it succeeded
   * @param problems what went wrong, one for each attempt that failed, oldest first
   * @param approvals who has approved so far
   * @param escalations how many spans of the wait that is allowed had passed when it was last said
   *     aloud that it waits for people; 0 if it was not
   */
  public record StepStatus(
      StepId id,
      StepState state,
      int attempt,
      Instant since,
      Duration machine,
      Duration people,
      String detail,
      StepResult result,
      List<Problem> problems,
      List<Person> approvals,
      int escalations) {
    public StepStatus {
      problems = List.copyOf(problems);
      approvals = List.copyOf(approvals);
    }

    /** What the detail of a step begins with that was taken back, and not only given up. */
    public static final String UNDONE = "undo: ";

    public boolean isTakenBack() {
      return state == StepState.CANCELED && detail.startsWith(UNDONE);
    }
  }

  /**
   * What one attempt failed with, as it was reported then.
   *
   * @param code as people type it: {@code AEG-2104}
   */
  public record Problem(
      String code,
      String what,
      String why,
      String safe,
      List<String> next,
      List<String> lastLines) {
    public Problem {
      next = List.copyOf(next);
      lastLines = List.copyOf(lastLines);
    }
  }
}
