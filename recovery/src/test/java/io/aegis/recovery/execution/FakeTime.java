package io.aegis.recovery.execution;

import io.aegis.kernel.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still until somebody sleeps. */
final class FakeTime implements TimeSource {
  private static final Instant START = Instant.parse("2026-11-23T13:00:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(START);

  @Override
  public Instant now() {
    return now.get();
  }

  @Override
  public long nanos() {
    return Duration.between(START, now.get()).toNanos();
  }

  @Override
  public void sleep(Duration pause) {
    pass(pause);
  }

  void pass(Duration span) {
    now.updateAndGet(before -> before.plus(span));
  }
}
