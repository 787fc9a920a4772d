package io.aegis.recovery.execution;

import io.aegis.kernel.Failure;
import io.aegis.kernel.Json;
import io.aegis.kernel.Milestones;
import io.aegis.kernel.Progress;
import io.aegis.kernel.TimeSource;
import io.aegis.recovery.Execution.Problem;
import io.aegis.recovery.ExecutionId;
import io.aegis.recovery.Plan;
import io.aegis.recovery.RecoveryCode;
import io.aegis.recovery.StepContext;
import io.aegis.recovery.StepId;
import io.aegis.recovery.Watcher;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** One piece of work on a step: what it is given, and how what it throws becomes an ending. */
final class Attempt implements StepContext {
  private static final int LINES_KEPT = 20;

  private final Setting setting;
  private final StepId step;
  private final int number;
  private final Instant deadline;
  private final Map<StepId, Json.Obj> facts;
  private final Deque<String> lastLines = new ArrayDeque<>();
  private final Counter progress;

  Attempt(Setting setting, StepId step, int number, Instant deadline, Map<StepId, Json.Obj> facts) {
    this.setting = setting;
    this.step = step;
    this.number = number;
    this.deadline = deadline;
    this.facts = Map.copyOf(facts);
    this.progress = new Counter(step, setting.watcher());
  }

  /** What is the same for all attempts of one lead. */
  record Setting(
      ExecutionId execution,
      Plan.Purpose purpose,
      TimeSource time,
      Milestones milestones,
      Watcher watcher) {}

  /** The work with everything it may throw turned into how it ended. */
  Callable<Ending> guard(Callable<Ending> work) {
    return () -> {
      try {
        setting.milestones().reach("step." + step + ".begun");
        var ending = work.call();
        setting.milestones().reach("step." + step + ".ended");
        return ending;
      } catch (InterruptedException stopped) {
        return new Ending.Stopped(isLate() ? Ending.Why.TIME_IS_UP : Ending.Why.SOMEBODY_ASKED);
      } catch (Failure failure) {
        // An interrupt reaches some calls as the failure of what they waited for.
        return Thread.interrupted()
            ? new Ending.Stopped(isLate() ? Ending.Why.TIME_IS_UP : Ending.Why.SOMEBODY_ASKED)
            : new Ending.Failed(problem(failure), hope(failure));
      } catch (RuntimeException bug) {
        return new Ending.Failed(problem(bug), Ending.Hope.NONE);
      }
    };
  }

  private static Ending.Hope hope(Failure failure) {
    return switch (failure) {
      case Failure.Unavailable _ -> Ending.Hope.TRY_AGAIN;
      case Failure.Refused _, Failure.Damaged _ -> Ending.Hope.NONE;
    };
  }

  private Problem problem(Failure failure) {
    var report = failure.report();
    return new Problem(
        report.code().id(), report.what(), report.why(), report.safe(), report.next(), lastLines());
  }

  private Problem problem(RuntimeException bug) {
    return new Problem(
        RecoveryCode.STEP_BROKE.id(),
        "step '" + step + "' broke: " + bug,
        where(bug),
        "what it did so far is looked at before it is tried again",
        List.of("aegis resume " + setting.execution(), "report this: it is a bug"),
        lastLines());
  }

  /** What kept the step from being taken back. */
  Problem problemOfUndo(RuntimeException thrown) {
    if (thrown instanceof Failure failure) {
      return problem(failure);
    }
    return new Problem(
        RecoveryCode.STEP_BROKE.id(),
        "the undo of step '" + step + "' broke: " + thrown,
        where(thrown),
        "what is left of the step's work is still there",
        List.of("look at what step '" + step + "' wrote", "report this: it is a bug"),
        lastLines());
  }

  private static String where(RuntimeException bug) {
    return "at " + (bug.getStackTrace().length == 0 ? "nowhere known" : bug.getStackTrace()[0]);
  }

  private List<String> lastLines() {
    synchronized (lastLines) {
      return List.copyOf(lastLines);
    }
  }

  boolean isLate() {
    return setting.time().now().isAfter(deadline);
  }

  @Override
  public ExecutionId execution() {
    return setting.execution();
  }

  @Override
  public StepId step() {
    return step;
  }

  @Override
  public Plan.Purpose purpose() {
    return setting.purpose();
  }

  @Override
  public int attempt() {
    return number;
  }

  @Override
  public Instant deadline() {
    return deadline;
  }

  @Override
  public Progress progress() {
    return progress;
  }

  @Override
  public void log(String line) {
    synchronized (lastLines) {
      lastLines.addLast(line);
      if (lastLines.size() > LINES_KEPT) {
        lastLines.removeFirst();
      }
    }
    setting.watcher().line(step, line);
  }

  @Override
  public Milestones milestones() {
    return setting.milestones();
  }

  @Override
  public void checkpoint() throws InterruptedException {
    if (Thread.interrupted() || isLate()) {
      throw new InterruptedException("step " + step + " has to stop");
    }
  }

  @Override
  public Json.Obj factsOf(StepId earlier) {
    var known = facts.get(earlier);
    if (known == null) {
      throw new IllegalStateException("step " + step + " does not depend on " + earlier);
    }
    return known;
  }

  /** Progress of one attempt, told to the watcher. */
  private static final class Counter implements Progress {
    private final StepId step;
    private final Watcher watcher;
    private long done;
    private long expected;

    Counter(StepId step, Watcher watcher) {
      this.step = step;
      this.watcher = watcher;
    }

    @Override
    public synchronized void expect(long total) {
      expected = total;
      watcher.progress(step, done, expected);
    }

    @Override
    public synchronized void advance(long amount) {
      done += amount;
      watcher.progress(step, done, expected);
    }
  }
}
