package io.aegis.kernel.testing;

import io.aegis.kernel.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Time that passes only by sleeping in it, at once: hours of waiting in a test cost nothing. */
public final class VirtualTime implements TimeSource {
  private final Instant start;
  private final List<Duration> pauses = new ArrayList<>();
  private Duration elapsed = Duration.ZERO;

  public VirtualTime(Instant start) {
    this.start = start;
  }

  /** Begins on 2026-11-23 at noon, UTC. */
  public VirtualTime() {
    this(Instant.parse("2026-11-23T12:00:00Z"));
  }

  @Override
  public synchronized Instant now() {
    return start.plus(elapsed);
  }

  @Override
  public synchronized long nanos() {
    return elapsed.toNanos();
  }

  /** As {@link Thread#sleep}: an interrupted thread does not sleep. */
  @Override
  public synchronized void sleep(Duration pause) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    pauses.add(pause);
    elapsed = elapsed.plus(pause);
  }

  /** Every pause so far, in order. */
  public synchronized List<Duration> pauses() {
    return List.copyOf(pauses);
  }
}
