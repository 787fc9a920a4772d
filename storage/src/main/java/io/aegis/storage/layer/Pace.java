package io.aegis.storage.layer;

import io.aegis.kernel.ByteSize;
import io.aegis.kernel.TimeSource;
import java.time.Duration;

/**
 * Lets bytes pass at a steady rate. Whoever comes takes its turn at once and waits until all before
 * it has passed; so a single large request is sent in one go and the next one waits for it.
 */
final class Pace {
  private static final double NANOS_PER_SECOND = 1e9;

  private final TimeSource time;
  private final double nanosPerByte;
  private long free;

  Pace(ByteSize perSecond, TimeSource time) {
    this.time = time;
    this.nanosPerByte = NANOS_PER_SECOND / perSecond.bytes();
    this.free = time.nanos();
  }

  void pass(long bytes) throws InterruptedException {
    long wait = reserve(bytes);
    if (wait > 0) {
      time.sleep(Duration.ofNanos(wait));
    }
  }

  /** For bytes whose number was known only once they had passed: those who come next wait. */
  void havePassed(long bytes) {
    reserve(bytes);
  }

  private synchronized long reserve(long bytes) {
    long now = time.nanos();
    long turn = Math.max(free, now);
    free = turn + (long) (bytes * nanosPerByte);
    return turn - now;
  }
}
