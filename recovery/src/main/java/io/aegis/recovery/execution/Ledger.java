package io.aegis.recovery.execution;

import io.aegis.kernel.Milestones;
import io.aegis.kernel.TimeSource;
import io.aegis.recovery.Execution;
import io.aegis.recovery.ExecutionState;
import io.aegis.recovery.StepState;
import io.aegis.recovery.Watcher;
import io.aegis.recovery.journal.Event;
import io.aegis.recovery.journal.Event.Outcome;
import io.aegis.recovery.journal.JournalWriter;
import io.aegis.recovery.state.Picture;
import io.aegis.recovery.state.StepPicture;
import io.aegis.recovery.state.TransitionTable;
import java.time.Instant;

/**
 * The journal and the picture, kept in step: what is not written did not happen, and what is
 * written is in the picture. Only the thread of the engine may use it.
 */
final class Ledger {
  private final JournalWriter writer;
  private final Picture picture;
  private final TimeSource time;
  private final Milestones milestones;
  private final Watcher watcher;

  Ledger(JournalWriter writer, Picture picture, Attempt.Setting setting) {
    this.writer = writer;
    this.picture = picture;
    this.time = setting.time();
    this.milestones = setting.milestones();
    this.watcher = setting.watcher();
  }

  Picture picture() {
    return picture;
  }

  Instant now() {
    return time.now();
  }

  Execution view() {
    return picture.view(time.now());
  }

  void move(StepPicture step, StepState to, String detail) {
    move(step, to, step.attempt(), detail, new Outcome.None());
  }

  void move(StepPicture step, StepState to, String detail, Outcome outcome) {
    move(step, to, step.attempt(), detail, outcome);
  }

  /** The next attempt begins. */
  void begin(StepPicture step) {
    move(step, StepState.RUNNING, step.attempt() + 1, "", new Outcome.None());
  }

  private void move(StepPicture step, StepState to, int attempt, String detail, Outcome outcome) {
    if (!TransitionTable.STEPS.allows(step.state(), to)) {
      throw new IllegalStateException(
          "step " + step.id() + " cannot come from " + step.state() + " to " + to);
    }
    write(new Event.StepMoved(step.id(), step.state(), to, attempt, detail, outcome));
  }

  void move(ExecutionState to, String reason) {
    if (!TransitionTable.EXECUTIONS.allows(picture.state(), to)) {
      throw new IllegalStateException(
          "an execution cannot come from " + picture.state() + " to " + to);
    }
    write(new Event.ExecutionMoved(picture.state(), to, reason));
  }

  void write(Event event) {
    picture.apply(writer.append(event));
    milestones.reach("journal." + event.getClass().getSimpleName());
    watcher.changed(view());
  }

  /** Whether everything written is in the repository, not only on this machine. */
  boolean isInRepository() {
    return writer.isInRepository();
  }

  boolean push() {
    return writer.push();
  }

  /**
   * @throws io.aegis.kernel.Failure.Refused if another leader has taken over
   */
  void requireLead() {
    if (writer.isOvertaken()) {
      throw writer.lost();
    }
  }
}
