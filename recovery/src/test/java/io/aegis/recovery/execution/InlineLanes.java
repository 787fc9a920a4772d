package io.aegis.recovery.execution;

import io.aegis.recovery.StepId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;

/**
 * Steps without threads: each runs, whole, when the engine waits for one; which one is a matter of
 * the seed. When none is there, time passes.
 */
final class InlineLanes implements Lanes {
  private final RandomGenerator random;
  private final FakeTime time;
  private final List<Waiting> waiting = new ArrayList<>();
  private final Set<StepId> interrupted = new HashSet<>();

  InlineLanes(RandomGenerator random, FakeTime time) {
    this.random = random;
    this.time = time;
  }

  private record Waiting(StepId step, Callable<Ending> work) {}

  @Override
  public int running() {
    return waiting.size();
  }

  @Override
  public void begin(StepId step, Callable<Ending> work) {
    waiting.add(new Waiting(step, work));
  }

  @Override
  public void interrupt(StepId step) {
    interrupted.add(step);
  }

  @Override
  public Optional<Ended> next(Duration patience) throws InterruptedException {
    if (waiting.isEmpty()) {
      time.pass(patience);
      return Optional.empty();
    }
    var next = waiting.remove(random.nextInt(waiting.size()));
    if (interrupted.remove(next.step())) {
      return Optional.of(new Ended(next.step(), new Ending.Stopped(Ending.Why.SOMEBODY_ASKED)));
    }
    try {
      return Optional.of(new Ended(next.step(), next.work().call()));
    } catch (RuntimeException | InterruptedException bug) {
      throw new IllegalStateException("an attempt lets nothing out", bug);
    } catch (Exception checked) {
      throw new IllegalStateException("an attempt lets nothing out", checked);
    }
  }

  @Override
  public void close() {
    waiting.clear();
  }
}
