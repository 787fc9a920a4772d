package io.aegis.kernel;

import java.time.Duration;
import java.time.Instant;

enum SystemTime implements TimeSource {
  INSTANCE;

  @Override
  public Instant now() {
    return Instant.now();
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public void sleep(Duration pause) throws InterruptedException {
    Thread.sleep(pause);
  }
}
