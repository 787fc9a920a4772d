package io.aegis.e2e.sweep;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * All cases with {@code -Daegis.sweep=full}, else a few that change with the seed, so that over the
 * days every case has its turn.
 */
public final class Sample {
  private final Random random;

  public Sample(long seed) {
    random = new Random(seed);
  }

  public static boolean isFull() {
    return "full".equals(System.getProperty("aegis.sweep"));
  }

  public Random random() {
    return random;
  }

  /**
   * At most {@code few} of them, in their order; each is printed, for whoever reads a red build.
   */
  public <T> List<T> of(String what, List<T> all, int few) {
    var taken = new ArrayList<>(all);
    if (!isFull()) {
      Collections.shuffle(taken, random);
      taken.subList(Math.min(few, taken.size()), taken.size()).clear();
      taken.sort((one, other) -> Integer.compare(all.indexOf(one), all.indexOf(other)));
    }
    say(what + ": " + taken.size() + " of " + all.size() + " cases: " + taken);
    return taken;
  }

  @SuppressWarnings("SystemOut") // the figures of a sweep are read from the log of the build
  public static void say(String line) {
    System.out.println(line);
  }
}
