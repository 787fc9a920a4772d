package io.aegis.storage;

import java.time.Duration;

/**
 * How long a store that does not answer is given another chance. Pauses grow by decorrelated
 * jitter: each is drawn between {@code shortest} and three times the one before, at most {@code
 * longest}, so that many clients do not come back together.
 *
 * @param deadline how long after a request's first failure a new attempt may still begin; progress
 *     in a listing starts it anew
 * @param budget how many retries all requests together may make before one of them succeeds; each
 *     success gives one back. It keeps a long outage from being met with a storm.
 */
public record RetryPolicy(Duration shortest, Duration longest, Duration deadline, int budget) {
  public static final RetryPolicy STANDARD =
      new RetryPolicy(Duration.ofMillis(100), Duration.ofSeconds(10), Duration.ofMinutes(2), 200);

  public RetryPolicy {
    if (!shortest.isPositive() || longest.compareTo(shortest) < 0) {
      throw new IllegalArgumentException("not a range of pauses: " + shortest + " to " + longest);
    }
    if (deadline.isNegative() || budget < 0) {
      throw new IllegalArgumentException("neither deadline nor budget can be negative");
    }
  }
}
