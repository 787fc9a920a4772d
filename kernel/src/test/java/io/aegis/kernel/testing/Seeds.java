package io.aegis.kernel.testing;

import java.util.Random;

/**
 * Seeds of simulations: another one each time, always printed, and settable to see a failure again
 * ({@code -Daegis.seed=…}).
 */
public final class Seeds {
  private static final String PROPERTY = "aegis.seed";
  private static final Random RANDOM = new Random();
  private static final StackWalker STACK =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

  private Seeds() {}

  /** The seed of one run; with the property set, that one every time. */
  @SuppressWarnings("SystemOut") // whoever reads a red build needs the seed, whatever logs are on
  public static long next() {
    var wanted = Long.getLong(PROPERTY);
    long seed = wanted == null ? RANDOM.nextLong() : wanted;
    System.out.println(
        STACK.getCallerClass().getSimpleName() + ": again with -D" + PROPERTY + "=" + seed);
    return seed;
  }
}
