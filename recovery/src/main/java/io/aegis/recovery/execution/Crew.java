package io.aegis.recovery.execution;

import static java.util.Objects.requireNonNull;

import io.aegis.recovery.Execution.Problem;
import io.aegis.recovery.Probe;
import io.aegis.recovery.RecoveryCode;
import io.aegis.recovery.Step;
import io.aegis.recovery.Step.Work;
import io.aegis.recovery.StepCatalog;
import io.aegis.recovery.StepId;
import io.aegis.recovery.StepResult;
import io.aegis.recovery.StepState;
import io.aegis.recovery.execution.Lanes.Ended;
import io.aegis.recovery.journal.Event;
import io.aegis.recovery.journal.Event.Outcome;
import io.aegis.recovery.state.StepPicture;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Carries the steps out. Invariants:
 *
 * <ul>
 *   <li>E1 a step begins only once the entry that says so is in the repository
 *   <li>E2 a step whose end was not seen is probed before it runs again, and after a takeover
 *       before anything else begins
 *   <li>E3 a step begins only when everything before it, directly or through others, lets it go on:
 *       passing over a step never lets a later one overtake an earlier one
 *   <li>E4 while a step stands failed, nothing new begins
 * </ul>
 */
final class Crew {
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final Duration PROBE = Duration.ofMinutes(5);

  private final Ledger ledger;
  private final Lanes lanes;
  private final Tasks tasks;
  private final Attempt.Setting setting;
  private final int limit;
  private final Map<StepId, Post> posts = new LinkedHashMap<>();

  Crew(Ledger ledger, Lanes lanes, StepCatalog catalog, Attempt.Setting setting, int limit) {
    this.ledger = ledger;
    this.lanes = lanes;
    this.setting = setting;
    this.limit = limit;
    this.tasks = new Tasks(ledger.picture(), catalog, setting);
    ledger.picture().steps().forEach(step -> posts.put(step.id(), new Post()));
  }

  private Post post(StepId step) {
    return requireNonNull(posts.get(step), () -> "no step " + step);
  }

  /** What this process knows of a step beyond what is journalled. */
  private static final class Post {
    private @Nullable Job job;
    private int tries;
    private Instant notBefore = Instant.MIN;

    /** Its end was not seen by anybody; nothing else begins until it was asked about. */
    private boolean unseen;

    /** It had failed before this process took over. */
    private boolean failedBefore;

    /** Its beginning is written, and not yet in the repository. */
    private boolean held;
  }

  /** Work that is being done now. */
  private static final class Job {
    private final Attempt attempt;
    private final boolean asks;
    private boolean toldSlow;

    Job(Attempt attempt, boolean asks) {
      this.attempt = attempt;
      this.asks = asks;
    }
  }

  /** After a takeover: nobody saw how these ended. */
  void takeStock() {
    for (var step : ledger.picture().steps()) {
      if (step.state() == StepState.RUNNING) {
        ledger.move(step, StepState.UNKNOWN, "its process died before it could report");
      }
      if (step.state() == StepState.UNKNOWN) {
        post(step.id()).unseen = true;
      }
      if (step.isFailure()) {
        post(step.id()).failedBefore = true;
      }
    }
  }

  /**
   * Somebody resumes: what had failed is tried again, and who had declined is asked again. Not what
   * was declined since: that has to pause first.
   */
  void tryAgain() {
    for (var step : ledger.picture().failures()) {
      if (post(step.id()).failedBefore) {
        boolean changesTheWorld = step.step().work() instanceof Work.Action;
        ledger.move(step, changesTheWorld ? StepState.UNKNOWN : StepState.READY, "resumed");
      }
    }
  }

  /** Begins whatever may begin now. */
  void goOn() throws InterruptedException {
    launchHeld();
    leaveOut();
    if (!ledger.picture().failures().isEmpty()) {
      return;
    }
    for (var step : ledger.picture().steps()) {
      if (step.state() == StepState.UNKNOWN && isFree(step)) {
        probe(step);
      }
    }
    noteWhatWasSeen();
    if (posts.values().stream().noneMatch(post -> post.unseen)) {
      for (var step : ledger.picture().steps()) {
        advance(step);
      }
    }
  }

  private void noteWhatWasSeen() {
    posts.forEach(
        (id, post) -> post.unseen &= ledger.picture().step(id).state() == StepState.UNKNOWN);
  }

  private void leaveOut() {
    for (var step : ledger.picture().steps()) {
      if (step.state() != StepState.NOT_STARTED) {
        continue;
      }
      if (tasks.isDrill() && step.step().care().inDrill() == Step.InDrill.SKIP) {
        ledger.move(step, StepState.DISABLED, "the plan leaves it out of a drill");
      } else if (step.step().work() instanceof Work.Approval approval && approval.needed() == 0) {
        String environment = ledger.picture().plan().header().environment().value();
        ledger.move(
            step, StepState.DISABLED, "the policy of '" + environment + "' asks for no approval");
      }
    }
  }

  private void advance(StepPicture step) throws InterruptedException {
    if (step.state() == StepState.NOT_STARTED
        && tasks.before(step).stream().allMatch(earlier -> earlier.state().letsOthersGoOn())) {
      ledger.move(step, StepState.READY, "");
    }
    if (step.state() != StepState.READY) {
      return;
    }
    switch (step.step().work()) {
      case Work.Approval(var question, var _, var _, var _) ->
        ledger.move(step, StepState.PENDING_APPROVAL, question);
      case Work.Manual(var instruction) -> ledger.move(step, StepState.PENDING_MANUAL, instruction);
      case Work.Action _, Work.Check _, Work.Wait _ -> {
        if (isFree(step)) {
          begin(step);
        }
      }
    }
  }

  private boolean isFree(StepPicture step) {
    long busy =
        posts.values().stream().filter(post -> post.job != null || post.held).count();
    var post = post(step.id());
    return busy < limit && post.job == null && !ledger.now().isBefore(post.notBefore);
  }

  private void begin(StepPicture step) throws InterruptedException {
    post(step.id()).tries++;
    ledger.begin(step);
    post(step.id()).held = true;
    launchHeld();
  }

  private void launchHeld() throws InterruptedException {
    if (!ledger.isInRepository()) {
      return;
    }
    for (var entry : posts.entrySet()) {
      if (entry.getValue().held) {
        entry.getValue().held = false;
        launch(ledger.picture().step(entry.getKey()));
      }
    }
  }

  private void launch(StepPicture step) throws InterruptedException {
    var attempt = attempt(step, step.attempt(), step.step().giveUpAfter());
    post(step.id()).job = new Job(attempt, false);
    lanes.begin(step.id(), attempt.guard(tasks.running(step, attempt)));
  }

  private void probe(StepPicture step) throws InterruptedException {
    if (!(step.step().work() instanceof Work.Action(var payload))) {
      ledger.move(step, StepState.READY, "it changes nothing by itself");
      return;
    }
    var attempt = attempt(step, Math.max(1, step.attempt()), PROBE);
    post(step.id()).tries++;
    post(step.id()).job = new Job(attempt, true);
    lanes.begin(step.id(), attempt.guard(tasks.probing(payload, attempt)));
  }

  private Attempt attempt(StepPicture step, int number, Duration patience) {
    return new Attempt(setting, step.id(), number, ledger.now().plus(patience), tasks.facts(step));
  }

  /** Some work has come to its end. */
  void ended(Ended ended) {
    var post = post(ended.step());
    var job = requireNonNull(post.job, () -> "nobody worked on " + ended.step());
    post.job = null;
    var step = ledger.picture().step(ended.step());
    switch (ended.ending()) {
      case Ending.Finished(var result) -> succeeded(step, result, result.summary());
      case Ending.Probed(var probe) -> probed(step, probe);
      case Ending.Stopped(var why) -> stopped(step, job, why);
      case Ending.Failed(var problem, var hope) -> failed(step, job, problem, hope);
    }
  }

  private void succeeded(StepPicture step, StepResult result, String detail) {
    var state =
        result.warnings().isEmpty() ? StepState.SUCCEEDED : StepState.SUCCEEDED_WITH_WARNING;
    String words = result.warnings().isEmpty() ? detail : String.join("; ", result.warnings());
    ledger.move(step, state, words, new Outcome.Success(result));
    post(step.id()).notBefore = Instant.MIN;
  }

  private void probed(StepPicture step, Probe probe) {
    switch (probe) {
      case Probe.Done(var result) -> succeeded(step, result, "found done: " + result.summary());
      case Probe.NotBegun() -> ledger.move(step, StepState.READY, "found not begun");
      case Probe.HalfDone(var found) ->
        ledger.move(step, StepState.READY, "found half done: " + found);
    }
  }

  private void stopped(StepPicture step, Job job, Ending.Why why) {
    if (why == Ending.Why.SOMEBODY_ASKED) {
      if (!job.asks) {
        ledger.move(step, StepState.UNKNOWN, "interrupted");
      }
      return;
    }
    var limit = job.asks ? "the probe" : "step '" + step.id() + "'";
    var problem = new Problem(
        RecoveryCode.STEP_TIMED_OUT.id(),
        limit + " was given up after "
            + Duration.between(step.since(), ledger.now()).toSeconds() + " s",
        step.step().estimate().words(),
        "what it did so far is looked at before it is tried again",
        List.of("aegis resume " + setting.execution()),
        List.of());
    if (job.asks) {
      unanswered(step, problem);
      return;
    }
    ledger.move(step, StepState.TIMED_OUT, problem.what(), new Outcome.Trouble(problem));
    if (step.step().care().onError() == Step.OnError.GO_ON) {
      ledger.move(step, StepState.TIMED_OUT_IGNORED, "the plan goes on without it");
    }
  }

  private void failed(StepPicture step, Job job, Problem problem, Ending.Hope hope) {
    int tried = Math.max(1, post(step.id()).tries);
    boolean again = hope == Ending.Hope.TRY_AGAIN && tried < allowance(step);
    if (again) {
      var pause = shorter(Duration.ofSeconds(1L << Math.min(tried - 1, 5)), LONGEST_PAUSE);
      post(step.id()).notBefore = ledger.now().plus(pause);
    }
    if (job.asks) {
      if (!again) {
        unanswered(step, problem);
      }
      return;
    }
    if (again) {
      ledger.move(
          step,
          StepState.UNKNOWN,
          "is tried again: " + problem.what(),
          new Outcome.Trouble(problem));
      return;
    }
    fail(step, problem);
  }

  // Asking and running take turns, so each attempt may use up two tries.
  private static int allowance(StepPicture step) {
    return step.step().work() instanceof Work.Action
        ? 2 * step.step().care().attempts() - 1
        : step.step().care().attempts();
  }

  private void unanswered(StepPicture step, Problem inner) {
    fail(
        step,
        new Problem(
            RecoveryCode.CHECK_NEEDS_AN_ANSWER.id(),
            "how far step '" + step.id() + "' came cannot be found out",
            inner.code() + ": " + inner.what(),
            "nothing was done since",
            inner.next(),
            inner.lastLines()));
  }

  private void fail(StepPicture step, Problem problem) {
    ledger.move(step, StepState.FAILED, problem.what(), new Outcome.Trouble(problem));
    if (step.step().care().onError() == Step.OnError.GO_ON) {
      ledger.move(step, StepState.FAILED_IGNORED, "the plan goes on without it");
    }
  }

  /** Nothing runs, and nothing is about to without anything changing. */
  boolean isIdle() {
    return posts.values().stream().allMatch(post -> post.job == null && !post.held);
  }

  /** Something waits for its time to be tried again. */
  boolean isAboutToTry() {
    return ledger.picture().failures().isEmpty()
        && ledger.picture().steps().stream()
            .anyMatch(step -> step.state() == StepState.UNKNOWN || step.state() == StepState.READY);
  }

  void interruptAll() {
    posts.forEach((step, post) -> {
      if (post.job != null) {
        lanes.interrupt(step);
      }
    });
  }

  /** Entries that were to begin something, but never reached the repository: nothing began. */
  void dropHeld() {
    posts.forEach((id, post) -> {
      if (post.held) {
        post.held = false;
        ledger.move(ledger.picture().step(id), StepState.UNKNOWN, "stopped before it began");
      }
    });
  }

  /** Interrupts what is too late, and tells of what is slow. */
  void watch() {
    posts.forEach((id, post) -> {
      if (post.job != null) {
        watch(ledger.picture().step(id), post.job);
      }
    });
  }

  private void watch(StepPicture step, Job job) {
    if (job.attempt.isLate()) {
      lanes.interrupt(step.id());
    }
    var running = Duration.between(step.since(), ledger.now());
    if (!job.asks && !job.toldSlow && running.compareTo(step.step().warnAfter()) > 0) {
      job.toldSlow = true;
      setting.watcher().slow(step.id(), running, step.step().estimate());
      ledger.write(new Event.Noted("step '" + step.id() + "' runs for " + running.toSeconds()
          + " s; expected: " + step.step().estimate().words()));
    }
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }
}
