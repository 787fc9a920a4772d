package io.aegis.recovery.execution;

import io.aegis.recovery.Execution.StepStatus;
import io.aegis.recovery.ExecutionState;
import io.aegis.recovery.Executions.Request;
import io.aegis.recovery.Step.Work;
import io.aegis.recovery.StepCatalog;
import io.aegis.recovery.StepResult;
import io.aegis.recovery.StepState;
import io.aegis.recovery.journal.Event;
import io.aegis.recovery.state.StepPicture;
import java.time.Duration;
import java.util.ArrayList;

/**
 * Ends an execution that stands still: takes back what was asked to be taken back, the last step
 * first, and gives every unfinished step its last state. Killed in between, it goes on from the
 * journal: the wish to give up is an entry of it.
 */
record GivingUp(Ledger ledger, StepCatalog catalog, Attempt.Setting setting) {
  private static final Duration PATIENCE = Duration.ofHours(1);

  void end(Request.Stop stop) throws InterruptedException {
    var last = lastState();
    if (stop.then() == Request.Then.CANCEL_AND_UNDO) {
      var backwards = new ArrayList<>(ledger.picture().steps()).reversed();
      for (var step : backwards) {
        takeBack(step);
      }
    }
    for (var step : ledger.picture().steps()) {
      if (!step.state().letsOthersGoOn() && step.state() != StepState.CANCELED) {
        ledger.move(step, StepState.CANCELED, "the execution was given up");
      }
    }
    ledger.move(last, stop.reason());
  }

  private ExecutionState lastState() {
    if (ledger.picture().state() == ExecutionState.PAUSED_BY_OPERATOR) {
      return ExecutionState.CANCELED;
    }
    return ledger.picture().worstFailure();
  }

  private void takeBack(StepPicture step) throws InterruptedException {
    if (!(step.step().work() instanceof Work.Action(var payload))
        || step.attempt() == 0
        || !canBeTakenBack(step.state())
        || !catalog.bind(payload).isUndoable()) {
      return;
    }
    ledger.write(new Event.UndoBegun(step.id()));
    var attempt = new Attempt(
        setting,
        step.id(),
        step.attempt(),
        ledger.now().plus(PATIENCE),
        new Tasks(ledger.picture(), catalog, setting).facts(step));
    try {
      var result = catalog.bind(payload).undo(attempt);
      boolean undone = result.facts().find(StepResult.KEPT) == null
          && (result.facts().find(StepResult.NOTHING) == null || !hasSucceeded(step.state()));
      ledger.move(step, StepState.CANCELED, (undone ? StepStatus.UNDONE : "") + result.summary());
    } catch (RuntimeException failure) {
      // Whatever it was: an undo that breaks must not keep the execution from its end, and with it
      // the application from its next recovery.
      ledger.write(new Event.UndoFailed(step.id(), attempt.problemOfUndo(failure)));
    }
  }

  /** What it has made is somewhere then, found or not. */
  private static boolean hasSucceeded(StepState state) {
    return state == StepState.SUCCEEDED || state == StepState.SUCCEEDED_WITH_WARNING;
  }

  private static boolean canBeTakenBack(StepState state) {
    return switch (state) {
      case SUCCEEDED, SUCCEEDED_WITH_WARNING, FAILED, TIMED_OUT, UNKNOWN -> true;
      case NOT_STARTED,
          READY,
          RUNNING,
          PENDING_APPROVAL,
          PENDING_MANUAL,
          FAILED_IGNORED,
          TIMED_OUT_IGNORED,
          SKIPPED,
          DISABLED,
          CANCELED -> false;
    };
  }
}
