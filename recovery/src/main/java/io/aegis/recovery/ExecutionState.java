package io.aegis.recovery;

/**
 * Where a whole execution stands. Which state may follow which is in {@code
 * docs/reference/execution-states.md}.
 */
public enum ExecutionState {
  /** Declared and claimed; nothing has begun. */
  PENDING,
  RUNNING,
  /** Nothing can go on before a person has decided or done something. */
  PENDING_APPROVAL,
  /** A step that matters failed, timed out, or was declined. */
  PAUSED_BY_FAILED_STEP,
  /** Somebody stopped it; it can be resumed. */
  PAUSED_BY_OPERATOR,
  /** Everything is done; only checks and waits are left. */
  VALIDATING,
  /** Everything the plan says was done; there may be warnings to be read. */
  COMPLETED,
  /** Brought to its end, but something was skipped, ignored or forced. */
  COMPLETED_WITH_EXCEPTIONS,
  FAILED,
  CANCELED,
  TIMED_OUT;

  /** Nothing follows, and the application is free for another execution. */
  public boolean isFinal() {
    return switch (this) {
      case COMPLETED, COMPLETED_WITH_EXCEPTIONS, FAILED, CANCELED, TIMED_OUT -> true;
      case PENDING,
          RUNNING,
          PENDING_APPROVAL,
          PAUSED_BY_FAILED_STEP,
          PAUSED_BY_OPERATOR,
          VALIDATING -> false;
    };
  }

  /** The plan was brought to its end. */
  public boolean isSuccess() {
    return this == COMPLETED || this == COMPLETED_WITH_EXCEPTIONS;
  }
}
