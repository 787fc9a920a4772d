package io.aegis.kernel;

import java.util.Locale;

/**
 * A number of bytes.
 *
 * @param bytes zero or more
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {
  public static final ByteSize ZERO = new ByteSize(0);

  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size cannot be negative: " + bytes);
    }
  }

  public static ByteSize ofKib(long kib) {
    return new ByteSize(Math.multiplyExact(kib, 1024L));
  }

  public static ByteSize ofMib(long mib) {
    return new ByteSize(Math.multiplyExact(mib, 1024L * 1024));
  }

  public ByteSize plus(ByteSize other) {
    return new ByteSize(Math.addExact(bytes, other.bytes));
  }

  @Override
  public int compareTo(ByteSize other) {
    return Long.compare(bytes, other.bytes);
  }

  /** For people: {@code 0 B}, {@code 8.0 KiB}, {@code 212 GiB}; three digits, IEC units. */
  @Override
  public String toString() {
    double value = bytes;
    int unit = 0;
    while (value >= 1023.5 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    String digits = unit == 0 || value >= 99.95
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.1f", value);
    return digits + " " + UNITS[unit];
  }
}
