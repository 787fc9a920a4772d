package io.aegis.recovery.execution;

import io.aegis.recovery.Execution;
import io.aegis.recovery.ExecutionState;
import io.aegis.recovery.Executions;
import io.aegis.recovery.Executions.Patience;
import io.aegis.recovery.Executions.Request;
import io.aegis.recovery.Person;
import io.aegis.recovery.Step.Work;
import io.aegis.recovery.journal.Event;

/**
 * Leads one execution from where it stands until it has ended, is paused, or waits for people. One
 * thread does everything but the steps themselves: it answers what was asked, begins what may
 * begin, writes down what ended, and looks around, over and over.
 */
final class Engine {
  private final Ledger ledger;
  private final Desk desk;
  private final Crew crew;
  private final Vigil vigil;
  private final GivingUp givingUp;
  private final Lanes lanes;
  private final Patience patience;
  private boolean left;

  Engine(Parts parts, Patience patience) {
    this.ledger = parts.ledger;
    this.desk = parts.desk;
    this.crew = parts.crew;
    this.vigil = parts.vigil;
    this.givingUp = parts.givingUp;
    this.lanes = parts.lanes;
    this.patience = patience;
  }

  /** What an engine is made of. */
  record Parts(Ledger ledger, Desk desk, Crew crew, Vigil vigil, GivingUp givingUp, Lanes lanes) {}

  /** From any thread of this process. */
  void ask(Person person, Request request) {
    desk.ask(person, request);
  }

  /**
   * @throws InterruptedException if this thread was interrupted: running steps were interrupted
   *     too, and the execution can be resumed
   */
  Execution lead() throws InterruptedException {
    try {
      crew.takeStock();
      desk.answer();
      if (desk.stop().isEmpty()) {
        crew.tryAgain();
        if (!isUnderWay()) {
          ledger.move(ExecutionState.RUNNING, "");
        }
      }
      while (!isAtRest()) {
        lanes.next(Executions.POLL).ifPresent(crew::ended);
        crew.watch();
        vigil.look();
      }
    } catch (InterruptedException interrupted) {
      standStill();
      throw interrupted;
    }
    return ledger.view();
  }

  /** Does all that can be done at once; whether the lead is over. */
  private boolean isAtRest() throws InterruptedException {
    if (left) {
      return ledger.isInRepository();
    }
    desk.answer();
    if (desk.stop().isPresent()) {
      return stop(desk.stop().get());
    }
    crew.goOn();
    if (ledger.picture().isOver()) {
      return complete();
    }
    if (!crew.isIdle() || crew.isAboutToTry()) {
      enter(isProofAllThatIsLeft() ? ExecutionState.VALIDATING : ExecutionState.RUNNING);
      return false;
    }
    var failures = ledger.picture().failures();
    if (!failures.isEmpty()) {
      pause(failures.getFirst().detail());
      return leave();
    }
    enter(ExecutionState.PENDING_APPROVAL);
    vigil.escalate();
    return patience == Patience.RETURN && leave();
  }

  private boolean stop(Request.Stop stop) throws InterruptedException {
    if (stop.when() == Request.When.NOW) {
      crew.interruptAll();
    }
    crew.dropHeld();
    if (!crew.isIdle()) {
      return false;
    }
    if (ledger.picture().isOver() && stop.then() == Request.Then.PAUSE) {
      return complete();
    }
    pause(stop.reason());
    if (stop.then() != Request.Then.PAUSE) {
      givingUp.end(stop);
    }
    return leave();
  }

  private boolean complete() {
    enter(ExecutionState.RUNNING);
    ledger.move(ledger.picture().success(), "");
    return leave();
  }

  private void pause(String reason) {
    if (isUnderWay() || ledger.picture().state() == ExecutionState.PENDING) {
      ledger.move(
          ledger.picture().failures().isEmpty()
              ? ExecutionState.PAUSED_BY_OPERATOR
              : ExecutionState.PAUSED_BY_FAILED_STEP,
          reason);
    }
  }

  private void enter(ExecutionState state) {
    var now = ledger.picture().state();
    if (now == state || now == ExecutionState.VALIDATING) {
      return;
    }
    if (now != ExecutionState.RUNNING) {
      ledger.move(ExecutionState.RUNNING, "");
    }
    if (state != ExecutionState.RUNNING) {
      ledger.move(state, "");
    }
  }

  private boolean isUnderWay() {
    return switch (ledger.picture().state()) {
      case RUNNING, VALIDATING, PENDING_APPROVAL -> true;
      case PENDING,
          PAUSED_BY_FAILED_STEP,
          PAUSED_BY_OPERATOR,
          COMPLETED,
          COMPLETED_WITH_EXCEPTIONS,
          FAILED,
          CANCELED,
          TIMED_OUT -> false;
    };
  }

  private boolean isProofAllThatIsLeft() {
    return ledger.picture().steps().stream()
        .filter(step -> !step.state().letsOthersGoOn())
        .allMatch(step -> switch (step.step().work()) {
          case Work.Check _, Work.Wait _ -> true;
          case Work.Action _, Work.Approval _, Work.Manual _ -> false;
        });
  }

  // Nothing runs any more: whoever comes next need not wonder whether this process lives.
  private boolean leave() {
    left = true;
    if (!ledger.picture().state().isFinal()) {
      ledger.write(new Event.Left());
    }
    return ledger.isInRepository();
  }

  private void standStill() throws InterruptedException {
    crew.interruptAll();
    crew.dropHeld();
    while (!crew.isIdle()) {
      lanes.next(Executions.POLL).ifPresent(crew::ended);
    }
    if (!left) {
      pause("the process that led it was interrupted");
      leave();
    }
  }
}
