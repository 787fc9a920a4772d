package io.aegis.recovery.execution;

import io.aegis.recovery.Execution.Problem;
import io.aegis.recovery.Probe;
import io.aegis.recovery.StepResult;

/** How a piece of work on a step came to its end. */
sealed interface Ending {

  /** It ran, and did what it should. */
  record Finished(StepResult result) implements Ending {}

  /** The world has answered. */
  record Probed(Probe probe) implements Ending {}

  /** It was interrupted; how far it came is not known. */
  record Stopped(Why why) implements Ending {}

  /** Why it was interrupted. */
  enum Why {
    TIME_IS_UP,
    SOMEBODY_ASKED
  }

  /** It failed. */
  record Failed(Problem problem, Hope hope) implements Ending {}

  /** Whether trying again may help. */
  enum Hope {
    /** What it needs did not answer. */
    TRY_AGAIN,
    NONE
  }
}
