package io.aegis.recovery;

import io.aegis.kernel.Json;
import io.aegis.kernel.Milestones;
import io.aegis.kernel.Progress;
import java.time.Instant;

/** What a running step is given by the engine. Safe for use by many threads. */
public interface StepContext {

  ExecutionId execution();

  StepId step();

  Plan.Purpose purpose();

  /** 1 for the first try, 2 for the next. */
  int attempt();

  /** When the engine will give up waiting and interrupt the step. */
  Instant deadline();

  /** How far it has come; unit as the step likes, usually bytes. */
  Progress progress();

  /** One line for the person who watches; the last ones are kept in the journal. Never a secret. */
  void log(String line);

  Milestones milestones();

  /**
   * To be called at points where stopping is safe, often in long loops.
   *
   * @throws InterruptedException if the step was cancelled or its time is up
   */
  void checkpoint() throws InterruptedException;

  /**
   * The facts of an earlier step; empty if that one was skipped, disabled or ignored.
   *
   * @throws IllegalStateException if this step does not depend on it, directly or through others
   */
  Json.Obj factsOf(StepId earlier);
}
