package io.aegis.recovery.execution;

import io.aegis.kernel.TaskScope;
import io.aegis.recovery.StepId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One thread for each step that runs, all within one scope. The queue of endings is bounded by the
 * number of steps that run.
 */
final class ThreadLanes implements Lanes {
  private final TaskScope scope;
  private final BlockingQueue<Report> ended = new LinkedBlockingQueue<>();
  private final Map<StepId, Lane> lanes = new ConcurrentHashMap<>();
  private int running;

  ThreadLanes(int limit) {
    this.scope = TaskScope.waiting("recovery-step", limit);
  }

  private sealed interface Report {
    record Told(Ended ended) implements Report {}

    /** Not a failure of a step but of the machine underneath: the engine cannot go on. */
    record Fatal(Throwable error) implements Report {}
  }

  @Override
  public int running() {
    return running;
  }

  @Override
  public void begin(StepId step, Callable<Ending> work) throws InterruptedException {
    running++;
    var lane = new Lane();
    lanes.put(step, lane);
    scope.fork(() -> {
      ended.add(run(step, lane, work));
      return step;
    });
  }

  // An Error must reach the engine: it waits for the queue, not for the thread.
  @SuppressWarnings("CatchingUnchecked")
  private static Report run(StepId step, Lane lane, Callable<Ending> work) {
    try {
      lane.enter(Thread.currentThread());
      return new Report.Told(new Ended(step, work.call()));
    } catch (Throwable error) {
      return new Report.Fatal(error);
    } finally {
      lane.leave();
    }
  }

  @Override
  public void interrupt(StepId step) {
    var lane = lanes.get(step);
    if (lane != null) {
      lane.interrupt();
    }
  }

  @Override
  public Optional<Ended> next(Duration patience) throws InterruptedException {
    return switch (ended.poll(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      case null -> Optional.empty();
      case Report.Told(var told) -> {
        running--;
        lanes.remove(told.step());
        yield Optional.of(told);
      }
      case Report.Fatal(var error) ->
        throw new IllegalStateException("a step's thread died", error);
    };
  }

  @Override
  public void close() {
    scope.close();
  }

  /** One thread while it works on a step: an interrupt never reaches what it does afterwards. */
  private static final class Lane {
    private @Nullable Thread thread;
    private boolean interrupted;

    synchronized void enter(Thread worker) {
      thread = worker;
      if (interrupted) {
        worker.interrupt();
      }
    }

    synchronized void leave() {
      thread = null;
    }

    synchronized void interrupt() {
      interrupted = true;
      if (thread != null) {
        thread.interrupt();
      }
    }
  }
}
