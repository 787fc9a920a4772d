package io.aegis.recovery;

/**
 * Where one step stands. Which state may follow which is in {@code
 * docs/reference/execution-states.md}.
 */
public enum StepState {
  /** Waits for the steps it depends on. */
  NOT_STARTED,
  /** May begin. */
  READY,
  RUNNING,
  /** Waits for the decision of people; never lapses into yes. */
  PENDING_APPROVAL,
  /** Waits until somebody says that the work was done by hand. */
  PENDING_MANUAL,
  SUCCEEDED,
  /** Done, and something about it must be read. */
  SUCCEEDED_WITH_WARNING,
  FAILED,
  /** Failed, and somebody who may do so decided, with a comment, to go on without it. */
  FAILED_IGNORED,
  TIMED_OUT,
  /** Timed out, and somebody who may do so decided, with a comment, to go on without it. */
  TIMED_OUT_IGNORED,
  /** Never begun, because somebody who may do so decided so, with a comment. */
  SKIPPED,
  /** Not part of this run, by the plan itself: shown before it was approved. */
  DISABLED,
  /** Given up when the execution was. */
  CANCELED,
  /** Its process died in the middle; the world is asked before anything else happens. */
  UNKNOWN;

  /** Steps that depend on one in this state may begin. */
  public boolean letsOthersGoOn() {
    return switch (this) {
      case SUCCEEDED,
          SUCCEEDED_WITH_WARNING,
          FAILED_IGNORED,
          TIMED_OUT_IGNORED,
          SKIPPED,
          DISABLED -> true;
      case NOT_STARTED,
          READY,
          RUNNING,
          PENDING_APPROVAL,
          PENDING_MANUAL,
          FAILED,
          TIMED_OUT,
          CANCELED,
          UNKNOWN -> false;
    };
  }

  /**
   * An execution that holds a step in this state can never be plainly completed: something that the
   * plan asks for was passed over. (So it is with an approval that was forced.)
   */
  public boolean isException() {
    return switch (this) {
      case FAILED_IGNORED, TIMED_OUT_IGNORED, SKIPPED -> true;
      case SUCCEEDED_WITH_WARNING,
          NOT_STARTED,
          READY,
          RUNNING,
          PENDING_APPROVAL,
          PENDING_MANUAL,
          SUCCEEDED,
          FAILED,
          TIMED_OUT,
          DISABLED,
          CANCELED,
          UNKNOWN -> false;
    };
  }

  /** Waits for a person rather than for a machine. */
  public boolean waitsForPeople() {
    return this == PENDING_APPROVAL || this == PENDING_MANUAL;
  }
}
