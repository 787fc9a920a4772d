package io.aegis.postgres.wal;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;

/** A growing list of what consists of a few 32-bit numbers, in no more room than these take. */
final class Numbers {
  private static final int[] NONE = {};

  private final int each;
  private int[] numbers = NONE;
  private int length;

  /**
   * @param each how many numbers an item has
   */
  Numbers(int each) {
    this.each = each;
  }

  /** How many items there are. */
  int count() {
    return length / each;
  }

  /** Adds an item as it stands in the log. */
  void add(byte[] bytes, int at) {
    for (int i = 0; i < each; i++) {
      add(LogBytes.i32(bytes, at + 4 * i));
    }
  }

  void add(int number) {
    if (length == numbers.length) {
      numbers = Arrays.copyOf(numbers, Math.max(4 * each, 2 * length));
    }
    numbers[length++] = number;
  }

  /** What the i-th item of those numbers is. */
  @FunctionalInterface
  interface Item<T> {
    T of(int[] numbers, int i);
  }

  /** A view of the items as they are now. */
  <T> List<T> as(Item<T> item) {
    return length == 0 ? List.of() : new View<>(numbers, count(), item);
  }

  private static final class View<T> extends AbstractList<T> implements RandomAccess {
    private final int[] numbers;
    private final int count;
    private final Item<T> item;

    View(int[] numbers, int count, Item<T> item) {
      this.numbers = numbers;
      this.count = count;
      this.item = item;
    }

    @Override
    public T get(int i) {
      if (i < 0 || i >= count) {
        throw new IndexOutOfBoundsException(i);
      }
      return item.of(numbers, i);
    }

    @Override
    public int size() {
      return count;
    }
  }
}
