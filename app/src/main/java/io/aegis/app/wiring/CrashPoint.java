package io.aegis.app.wiring;

import io.aegis.kernel.Milestones;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ends the process at once, as {@code kill -9} would, when something happens for the n-th time:
 * what "may be killed at any instant" is tested with. Set by {@code
 * AEGIS_CRASH_AT=<milestone>:<n>}, for example {@code store.put.after:3} for right after the third
 * object was stored.
 */
public final class CrashPoint implements Milestones {
  /** What the exit code of a killed process is, too. */
  static final int KILLED = 137;

  private final String name;
  private final AtomicInteger left;

  CrashPoint(String name, int count) {
    this.name = name;
    this.left = new AtomicInteger(count);
  }

  /**
   * @param text {@code restore.control-written:1}
   * @throws IllegalArgumentException if it is not of that form
   */
  public static CrashPoint parse(String text) {
    if (!text.matches("[A-Za-z0-9.-]+:[1-9][0-9]{0,8}")) {
      throw new IllegalArgumentException("AEGIS_CRASH_AT is <milestone>:<n>, not " + text);
    }
    int colon = text.lastIndexOf(':');
    return new CrashPoint(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
  }

  @Override
  public void reach(String milestone) {
    if (milestone.equals(name) && left.decrementAndGet() == 0) {
      Runtime.getRuntime().halt(KILLED);
    }
  }
}
