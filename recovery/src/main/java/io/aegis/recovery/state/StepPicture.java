package io.aegis.recovery.state;

import io.aegis.recovery.Execution.Problem;
import io.aegis.recovery.Execution.StepStatus;
import io.aegis.recovery.Person;
import io.aegis.recovery.Step;
import io.aegis.recovery.Step.Work;
import io.aegis.recovery.StepId;
import io.aegis.recovery.StepResult;
import io.aegis.recovery.StepState;
import io.aegis.recovery.journal.Event.Outcome;
import io.aegis.recovery.journal.Event.StepMoved;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Where one step stands, as far as the journal has been read. */
public final class StepPicture {
  private static final StepResult NOTHING_YET = StepResult.of("");

  private final Step step;
  private final List<Problem> problems = new ArrayList<>();
  private final List<Person> approvals = new ArrayList<>();
  private StepState state = StepState.NOT_STARTED;
  private int attempt;
  private Instant since;
  private Instant firstBegun = Instant.MAX;
  private Duration machine = Duration.ZERO;
  private Duration people = Duration.ZERO;
  private String detail = "";
  private int escalations;
  private StepState canceledAs = StepState.NOT_STARTED;
  private StepResult result = NOTHING_YET;

  StepPicture(Step step, Instant since) {
    this.step = step;
    this.since = since;
  }

  public Step step() {
    return step;
  }

  public StepId id() {
    return step.id();
  }

  public StepState state() {
    return state;
  }

  public int attempt() {
    return attempt;
  }

  public Instant since() {
    return since;
  }

  /** When its first attempt began; in the far future before that. */
  public Instant firstBegun() {
    return firstBegun;
  }

  public StepResult result() {
    return result;
  }

  public String detail() {
    return detail;
  }

  public List<Person> approvals() {
    return approvals;
  }

  void move(StepMoved moved, Instant when) {
    if (moved.to() == StepState.CANCELED) {
      canceledAs = state;
    }
    state = moved.to();
    attempt = moved.attempt();
    detail = moved.detail();
    since = when;
    escalations = 0;
    if (state == StepState.RUNNING && firstBegun.isAfter(when)) {
      firstBegun = when;
    }
    if (state == StepState.PENDING_APPROVAL) {
      approvals.clear();
    }
    switch (moved.outcome()) {
      case Outcome.None() -> {}
      case Outcome.Success(var reported) -> result = reported;
      case Outcome.Trouble(var problem) -> problems.add(problem);
    }
  }

  /** How many allowed spans of this wait had passed when that was last said aloud. */
  public int escalations() {
    return escalations;
  }

  void escalated(int number) {
    escalations = number;
  }

  void approvedBy(Person person) {
    approvals.add(person);
  }

  void pass(Duration span) {
    if (isBusy()) {
      machine = machine.plus(span);
    } else if (state.waitsForPeople()) {
      people = people.plus(span);
    }
  }

  /** A machine works on it, or is about to find out how far it came. */
  public boolean isBusy() {
    return state == StepState.RUNNING || state == StepState.UNKNOWN;
  }

  /** The execution stands still because of it, once nothing runs. */
  public boolean isFailure() {
    return state == StepState.FAILED || state == StepState.TIMED_OUT;
  }

  /** Where it stands, or stood when it was given up. */
  public StepState stateBeforeGivingUp() {
    return state == StepState.CANCELED ? canceledAs : state;
  }

  /** Its failure is the word of a person, who declined it. */
  public boolean isDecidedByPeople() {
    return switch (step.work()) {
      case Work.Approval _, Work.Manual _ -> true;
      case Work.Action _, Work.Check _, Work.Wait _ -> false;
    };
  }

  /** What the plan asks for was passed over: skipped, ignored, or forced. */
  boolean isException() {
    return state.isException() || isDecidedByPeople() && state == StepState.SUCCEEDED_WITH_WARNING;
  }

  public StepStatus status(Duration live) {
    return new StepStatus(
        step.id(),
        state,
        attempt,
        since,
        isBusy() ? machine.plus(live) : machine,
        state.waitsForPeople() ? people.plus(live) : people,
        detail,
        result,
        problems,
        approvals,
        escalations);
  }
}
