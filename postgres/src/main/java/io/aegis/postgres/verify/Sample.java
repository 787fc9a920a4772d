package io.aegis.postgres.verify;

import java.util.ArrayList;
import java.util.List;

/**
 * How many of something there are, and what the first few of them are called: of a cluster of
 * garbage there may be millions. For many threads.
 */
final class Sample {
  private static final int NAMED = 5;

  private final List<String> first = new ArrayList<>();
  private long count;

  synchronized void add(String one) {
    count++;
    if (first.size() < NAMED) {
      first.add(one);
    }
  }

  synchronized long count() {
    return count;
  }

  /** The first few. */
  synchronized String words() {
    return String.join("; ", first);
  }
}
