package io.aegis.storage.layer;

import io.aegis.kernel.Entropy;
import io.aegis.kernel.Failure;
import io.aegis.kernel.HumanTime;
import io.aegis.kernel.Report;
import io.aegis.kernel.TimeSource;
import io.aegis.storage.Location;
import io.aegis.storage.RetryPolicy;
import io.aegis.storage.StorageCode;
import io.aegis.storage.failure.StoreFailures;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The pauses between the attempts of one request: decorrelated jitter, as in "Exponential Backoff
 * and Jitter", AWS Architecture Blog, 2015.
 */
final class Backoff {
  private final Source source;
  private Duration previous;
  private long firstFailure;
  private int attempts = 1;

  private Backoff(Source source) {
    this.source = source;
    this.previous = source.policy.shortest();
  }

  /** What the requests of one store have in common: the policy, and the budget they share. */
  static final class Source {
    private final Location location;
    private final RetryPolicy policy;
    private final TimeSource time;
    private final Entropy entropy;
    private final AtomicInteger budget;

    Source(Location location, RetryPolicy policy, TimeSource time, Entropy entropy) {
      this.location = location;
      this.policy = policy;
      this.time = time;
      this.entropy = entropy;
      this.budget = new AtomicInteger(policy.budget());
    }

    Backoff begin() {
      return new Backoff(this);
    }

    private boolean takeRetry() {
      return budget.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    }

    private void giveBack() {
      budget.updateAndGet(left -> Math.min(policy.budget(), left + 1));
    }

    private Duration between(Duration low, Duration high) {
      long span = Math.max(1, high.minus(low).toNanos());
      long drawn = ByteBuffer.wrap(entropy.bytes(Long.BYTES)).getLong();
      return low.plusNanos(Math.floorMod(drawn, span));
    }
  }

  boolean hasRetried() {
    return attempts > 1;
  }

  void succeeded() {
    source.giveBack();
  }

  /** Something was achieved meanwhile: what failed before does not count any more. */
  void progressed() {
    previous = source.policy.shortest();
    attempts = 1;
  }

  /** Waits before the next attempt, or throws {@code failure} if there is to be none. */
  void pauseAfter(Failure.Unavailable failure) {
    var policy = source.policy;
    var pause = source.between(policy.shortest(), min(previous.multipliedBy(3), policy.longest()));
    if (attempts == 1) {
      firstFailure = source.time.nanos();
    }
    var elapsed = Duration.ofNanos(source.time.nanos() - firstFailure);
    if (!canPass(failure)
        || elapsed.plus(pause).compareTo(policy.deadline()) > 0
        || !source.takeRetry()) {
      throw givenUp(failure, elapsed);
    }
    try {
      source.time.sleep(pause);
    } catch (InterruptedException e) {
      throw StoreFailures.interrupted(source.location, "waiting for the next attempt", failure);
    }
    previous = pause;
    attempts++;
  }

  // A disk that is full or read-only waits for a person, an interrupted thread wants to end: none
  // of it passes by waiting.
  private static boolean canPass(Failure.Unavailable failure) {
    return failure.code() != StorageCode.STORE_FULL
        && failure.code() != StorageCode.STORE_READ_ONLY
        && failure.code() != StorageCode.REQUEST_INTERRUPTED;
  }

  private Failure.Unavailable givenUp(Failure.Unavailable last, Duration elapsed) {
    if (attempts == 1) {
      return last;
    }
    var report = last.report();
    var why = (report.why().isEmpty() ? "" : report.why() + "; ") + "tried " + attempts
        + " times over " + HumanTime.of(elapsed);
    return new Failure.Unavailable(
        new Report(report.code(), report.what(), why, report.safe(), report.next()), last);
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
