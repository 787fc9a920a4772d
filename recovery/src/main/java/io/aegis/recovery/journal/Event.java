package io.aegis.recovery.journal;

import io.aegis.recovery.Execution.Problem;
import io.aegis.recovery.ExecutionState;
import io.aegis.recovery.Executions.Request;
import io.aegis.recovery.Person;
import io.aegis.recovery.StepId;
import io.aegis.recovery.StepResult;
import io.aegis.recovery.StepState;

/** What one entry of a journal says. */
public sealed interface Event {

  /** The last entry of its epoch: from here on another leader writes, in the next epoch. */
  record Handed(long toEpoch, Leader leader) implements Event {}

  /** The leader went in good order: nothing is running any more. */
  record Left() implements Event {}

  /**
   * A step came from one state into another.
   *
   * @param attempt which try it belongs to; 0 before the first
   * @param detail for people; may be empty
   */
  record StepMoved(
      StepId step, StepState from, StepState to, int attempt, String detail, Outcome outcome)
      implements Event {}

  /** What a step left behind on its way. */
  sealed interface Outcome {

    /** Nothing to tell. */
    record None() implements Outcome {}

    /** It did what it should. */
    record Success(StepResult result) implements Outcome {}

    /** It did not. */
    record Trouble(Problem problem) implements Outcome {}
  }

  /** The execution came from one state into another. */
  record ExecutionMoved(ExecutionState from, ExecutionState to, String reason) implements Event {}

  /**
   * Something asked for was accepted or refused.
   *
   * @param number of the record it was asked with; 0 if it was asked within this process
   * @param why the reason of a refusal; empty otherwise
   */
  record Decided(long number, Person person, Request request, Verdict verdict, String why)
      implements Event {}

  /** What became of something that was asked for. */
  enum Verdict {
    ACCEPTED,
    REFUSED
  }

  /** The undo of a step begins. */
  record UndoBegun(StepId step) implements Event {}

  /** Taking a step back did not work; what it did is still there. */
  record UndoFailed(StepId step, Problem problem) implements Event {}

  /**
   * A step waits for people, and has waited so long that others should know.
   *
   * @param number how many spans of the wait that is allowed have passed, from 1 on; also those in
   *     which nobody led and nothing was said
   */
  record Escalated(StepId step, int number) implements Event {}

  /** Something that whoever reads this later should know. */
  record Noted(String text) implements Event {}
}
