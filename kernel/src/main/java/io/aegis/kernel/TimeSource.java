package io.aegis.kernel;

import java.time.Duration;
import java.time.Instant;

/** The port through which time comes in and passes, so that a simulation can own it. */
public interface TimeSource {

  /** The wall clock: may jump; for people and for records. */
  Instant now();

  /** A clock that only goes forward, in nanoseconds from an arbitrary origin; for measuring. */
  long nanos();

  void sleep(Duration pause) throws InterruptedException;

  static TimeSource system() {
    return SystemTime.INSTANCE;
  }
}
