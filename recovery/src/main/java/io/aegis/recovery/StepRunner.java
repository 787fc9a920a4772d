package io.aegis.recovery;

/**
 * What a protector writes for each of its kinds of steps. A step may be killed at any instant and
 * run again by another process on the same machine: it must be idempotent, and its probe must tell
 * the three worlds apart (not begun, half done, done).
 *
 * <p>To fail, throw a {@link io.aegis.kernel.Failure}: an {@code Unavailable} is tried again, a
 * {@code Refused} or {@code Damaged} is shown to people. Any other exception is a bug and is
 * reported as one.
 *
 * @param <S> the protector's own record of what the step is to do
 */
public interface StepRunner<S> {

  /**
   * Does the work, or goes on with what an earlier attempt has begun.
   *
   * @throws InterruptedException if the step was cancelled or timed out; what is half done stays
   *     for the probe
   */
  StepResult run(S step, StepContext context) throws InterruptedException;

  /** Asks the world how far an attempt came whose end nobody saw; must change nothing. */
  Probe probe(S step, StepContext context) throws InterruptedException;

  /** What a drill does in place of a step that is marked to be simulated; must change nothing. */
  default StepResult simulate(S step, StepContext context) throws InterruptedException {
    return StepResult.of("simulated: nothing was done");
  }

  /** A step that can be taken back. */
  interface Undoable<S> extends StepRunner<S> {

    /** Takes back what a finished or half-done run has done; idempotent like the run itself. */
    StepResult undo(S step, StepContext context) throws InterruptedException;
  }
}
