package io.aegis.recovery.state;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Report;
import io.aegis.recovery.Execution;
import io.aegis.recovery.ExecutionState;
import io.aegis.recovery.Executions.Request;
import io.aegis.recovery.Plan;
import io.aegis.recovery.RecoveryCode;
import io.aegis.recovery.StepId;
import io.aegis.recovery.StepState;
import io.aegis.recovery.journal.Declared;
import io.aegis.recovery.journal.Entry;
import io.aegis.recovery.journal.Event;
import io.aegis.recovery.journal.History;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An execution as its journal tells it: entries go in, one after the other, and where everything
 * stands comes out. Nothing else decides what is true: after a crash the same entries give the same
 * picture.
 *
 * <p>Invariants: no transition that is not in the {@link TransitionTable}; never plainly completed
 * with an exception. A journal that says otherwise is damaged.
 */
public final class Picture {
  private final Declared declared;
  private final Map<StepId, StepPicture> steps = new LinkedHashMap<>();
  private final List<String> undoFailures = new ArrayList<>();
  private final Set<Long> answered = new HashSet<>();
  private ExecutionState state = ExecutionState.PENDING;
  private Optional<Request.Stop> ending = Optional.empty();
  private Execution.Head head;
  private Instant updated;
  private Duration machine = Duration.ZERO;
  private Duration people = Duration.ZERO;

  private Picture(Declared declared) {
    this.declared = declared;
    this.updated = declared.started();
    this.head = new Execution.Head(0, -1, declared.hash());
    for (var step : declared.plan().steps()) {
      steps.put(step.id(), new StepPicture(step, declared.started()));
    }
  }

  public static Picture of(History history) {
    var picture = new Picture(history.declared());
    history.entries().forEach(picture::apply);
    return picture;
  }

  public Plan plan() {
    return declared.plan();
  }

  public Declared declared() {
    return declared;
  }

  public ExecutionState state() {
    return state;
  }

  public Collection<StepPicture> steps() {
    return steps.values();
  }

  public StepPicture step(StepId id) {
    var step = steps.get(id);
    if (step == null) {
      throw broken("it speaks of a step '" + id + "' that the plan does not have");
    }
    return step;
  }

  /** The steps because of which nothing new begins. */
  public List<StepPicture> failures() {
    return steps.values().stream().filter(StepPicture::isFailure).toList();
  }

  /** The request to give up, once it was accepted: it cannot be taken back. */
  public Optional<Request.Stop> ending() {
    return ending;
  }

  public boolean hasAnswered(long request) {
    return answered.contains(request);
  }

  /** Brings the picture to after {@code entry}. */
  public void apply(Entry entry) {
    pass(entry);
    switch (entry.event()) {
      case Event.StepMoved moved -> move(moved, entry.written());
      case Event.ExecutionMoved moved -> move(moved);
      case Event.Decided decided -> decide(decided, entry.written());
      case Event.UndoFailed(var step, var problem) ->
        undoFailures.add("step '" + step + "' could not be taken back: " + problem.what());
      case Event.Escalated(var step, int number) -> step(step).escalated(number);
      case Event.UndoBegun _, Event.Handed _, Event.Left _, Event.Noted _ -> {}
    }
    head = new Execution.Head(entry.epoch(), entry.sequence(), entry.hash());
    updated = entry.written();
  }

  // Between the death of one leader and the coming of the next no machine worked.
  private void pass(Entry entry) {
    var span = Duration.between(updated, entry.written());
    boolean dead = entry.event() instanceof Event.Handed;
    if (span.isNegative() || (dead && isBusy())) {
      return;
    }
    machine = isBusy() ? machine.plus(span) : machine;
    people = waitsForPeopleOnly() ? people.plus(span) : people;
    steps.values().forEach(step -> step.pass(span));
  }

  private void move(Event.StepMoved moved, Instant when) {
    var step = step(moved.step());
    if (step.state() != moved.from() || !TransitionTable.STEPS.allows(moved.from(), moved.to())) {
      throw broken("step '%s' stands at %s and is said to come from %s to %s"
          .formatted(moved.step(), step.state(), moved.from(), moved.to()));
    }
    step.move(moved, when);
  }

  private void move(Event.ExecutionMoved moved) {
    if (state != moved.from()
        || !TransitionTable.EXECUTIONS.allows(moved.from(), moved.to())
        || (moved.to().isSuccess() && moved.to() != success() && !isOfOld(moved.to()))) {
      throw broken("the execution stands at %s and is said to come from %s to %s"
          .formatted(state, moved.from(), moved.to()));
    }
    state = moved.to();
  }

  private void decide(Event.Decided decided, Instant when) {
    if (decided.number() > 0) {
      answered.add(decided.number());
    }
    if (decided.verdict() == Event.Verdict.REFUSED) {
      return;
    }
    switch (decided.request()) {
      case Request.Approve(var step, var _) -> {
        affect(step(step), decided, when);
        step(step).approvedBy(decided.person());
      }
      case Request.Decline(var step, var _) -> affect(step(step), decided, when);
      case Request.BreakGlass(var step, var _) -> affect(step(step), decided, when);
      case Request.Confirm(var step, var _) -> affect(step(step), decided, when);
      case Request.Skip(var step, var _) -> affect(step(step), decided, when);
      case Request.Ignore(var step, var _) -> affect(step(step), decided, when);
      case Request.Stop stop -> {
        if (stop.then() != Request.Then.PAUSE) {
          ending = Optional.of(stop);
        }
      }
    }
  }

  private void affect(StepPicture step, Event.Decided decided, Instant when) {
    Effect.of(step, decided.person(), decided.request()).ifPresent(moved -> move(moved, when));
  }

  private boolean isBusy() {
    return steps.values().stream().anyMatch(StepPicture::isBusy);
  }

  private boolean waitsForPeopleOnly() {
    return !isBusy() && steps.values().stream().anyMatch(step -> step.state().waitsForPeople());
  }

  public boolean isOver() {
    return steps.values().stream().allMatch(step -> step.state().letsOthersGoOn());
  }

  /** What an execution that was brought to its end is called. */
  public ExecutionState success() {
    if (!isOver()) {
      throw broken("it is said to be completed before all its steps are over");
    }
    return exceptions().isEmpty()
        ? ExecutionState.COMPLETED
        : ExecutionState.COMPLETED_WITH_EXCEPTIONS;
  }

  /** What an execution is called that was given up after a step had stopped it. */
  public ExecutionState worstFailure() {
    var machines =
        steps.values().stream().filter(step -> !step.isDecidedByPeople()).toList();
    if (machines.stream().anyMatch(step -> step.stateBeforeGivingUp() == StepState.FAILED)) {
      return ExecutionState.FAILED;
    }
    return machines.stream().anyMatch(step -> step.stateBeforeGivingUp() == StepState.TIMED_OUT)
        ? ExecutionState.TIMED_OUT
        : ExecutionState.CANCELED;
  }

  /** Until 2026-11-25 a step that warned kept an execution from being plainly completed. */
  private boolean isOfOld(ExecutionState success) {
    return success == ExecutionState.COMPLETED_WITH_EXCEPTIONS
        && steps.values().stream().anyMatch(s -> s.state() == StepState.SUCCEEDED_WITH_WARNING);
  }

  private List<String> exceptions() {
    var all = new ArrayList<String>();
    for (var step : steps.values()) {
      if (step.isException()) {
        String detail = step.detail().isEmpty() ? "" : ": " + step.detail();
        all.add("step '%s' is %s%s".formatted(step.id(), step.state(), detail));
      }
    }
    all.addAll(undoFailures);
    return all;
  }

  /** Everything, as of {@code now}. */
  public Execution view(Instant now) {
    boolean moving = state == ExecutionState.RUNNING
        || state == ExecutionState.VALIDATING
        || state == ExecutionState.PENDING_APPROVAL;
    var live = moving && now.isAfter(updated) ? Duration.between(updated, now) : Duration.ZERO;
    var clock = new Execution.Clock(
        declared.declaration().declared(),
        state.isFinal() ? updated : now,
        isBusy() ? machine.plus(live) : machine,
        waitsForPeopleOnly() ? people.plus(live) : people);
    return new Execution(
        declared.execution(),
        plan(),
        state,
        declared.declaration().initiator(),
        declared.declaration().reason(),
        clock,
        steps.values().stream().map(step -> step.status(live)).toList(),
        exceptions(),
        head);
  }

  private Damaged broken(String why) {
    return new Damaged(Report.of(
            RecoveryCode.JOURNAL_BROKEN,
            "the journal of " + declared.execution() + " tells what cannot have happened")
        .why(why)
        .safe("nothing was run, and nothing was changed")
        .next("aegis execution show " + declared.execution()));
  }
}
