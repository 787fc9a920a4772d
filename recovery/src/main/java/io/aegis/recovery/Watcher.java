package io.aegis.recovery;

import java.time.Duration;

/**
 * Told live what happens while this process runs an execution; for a terminal or a page. Called
 * from many threads; must be quick, and must not throw.
 */
public interface Watcher {
  Watcher NOBODY = new Watcher() {};

  /** Some state has changed; {@code now} is the whole picture afterwards. */
  default void changed(Execution now) {}

  /** How far a step has come, in its own unit. */
  default void progress(StepId step, long done, long expected) {}

  /** One line of a step's own log. */
  default void line(StepId step, String line) {}

  /** A step takes longer than expected. */
  default void slow(StepId step, Duration since, Estimate expected) {}

  /**
   * A step waits for people, for too long: somebody should tell them. It stays paused; time never
   * decides in their place.
   *
   * @param waited since it began to wait
   * @param number how many spans of the wait that is allowed have passed
   */
  default void escalated(StepId step, Duration waited, int number) {}

  /** By the present forecast the recovery time objective will be missed. */
  default void objectiveInDanger(Duration forecast, Duration objective) {}

  /**
   * Something was asked of the execution that cannot be read any more: whoever asked it has to ask
   * again.
   *
   * @param request the record of it in the repository
   */
  default void passedBy(String request) {}

  /** The journal cannot reach the repository, or reaches it again. */
  default void repository(Reach reach) {}

  /** Whether the journal reaches the repository. */
  enum Reach {
    /** Results are kept on local disk; no step begins until the repository answers. */
    AWAY,
    BACK
  }
}
