package io.aegis.recovery.journal;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * When a process was started. What is computed from the wall clock moves when that clock is set, so
 * the ticks decide where both sides know them.
 *
 * @param clock by the wall clock as it stood when somebody asked
 * @param ticks of the kernel's clock since the machine's boot; empty where they are not known, and
 *     in what earlier builds wrote
 */
public record Start(Instant clock, OptionalLong ticks) {

  /** A start that only the wall clock tells. */
  public static Start byClock(Instant clock) {
    return new Start(clock, OptionalLong.empty());
  }

  /** Whether both are one start, given that both are of one boot. */
  public boolean isSame(Start other) {
    return ticks.isPresent() && other.ticks.isPresent()
        ? ticks.equals(other.ticks)
        : clock.equals(other.clock);
  }
}
