package io.aegis.recovery.execution;

import io.aegis.recovery.StepId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Where steps run, beside the engine: threads, or a simulation of them. */
interface Lanes extends AutoCloseable {

  /** How many run now; a step that ended counts until {@link #next} has told. */
  int running();

  /** Starts work on a step; never more than one at a time for each. */
  void begin(StepId step, Callable<Ending> work) throws InterruptedException;

  /** Asks work to stop; it ends some time later with {@link Ending.Stopped}, or as it likes. */
  void interrupt(StepId step);

  /** The next work that ended, waiting for at most {@code patience}. */
  Optional<Ended> next(Duration patience) throws InterruptedException;

  /** Interrupts whatever still runs, and waits for it. */
  @Override
  void close();

  /** Some work on a step has come to its end. */
  record Ended(StepId step, Ending ending) {}
}
