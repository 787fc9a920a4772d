package io.aegis.postgres;

import java.util.Locale;
import java.util.Optional;

/**
 * A position in the write-ahead log, in bytes from its beginning (PostgreSQL's {@code XLogRecPtr},
 * src/include/access/xlogdefs.h). Ordered as unsigned.
 */
public record Lsn(long value) implements Comparable<Lsn> {

  /** Never a real position: PostgreSQL's {@code InvalidXLogRecPtr}. */
  public static final Lsn INVALID = new Lsn(0);

  /**
   * @param text as PostgreSQL prints it: {@code 2/8E90F8}
   * @throws IllegalArgumentException if it is not of that form
   */
  public static Lsn parse(String text) {
    return find(text).orElseThrow(() -> new IllegalArgumentException("not an LSN: " + text));
  }

  /** The same; nothing if it is not of that form. */
  public static Optional<Lsn> find(String text) {
    if (!text.matches("[0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8}")) {
      return Optional.empty();
    }
    int slash = text.indexOf('/');
    long high = Long.parseLong(text.substring(0, slash), 16);
    return Optional.of(new Lsn((high << 32) | Long.parseLong(text.substring(slash + 1), 16)));
  }

  public Lsn plus(long bytes) {
    return new Lsn(value + bytes);
  }

  /** The bytes from {@code earlier} to here. */
  public long minus(Lsn earlier) {
    return value - earlier.value;
  }

  public boolean isBefore(Lsn other) {
    return compareTo(other) < 0;
  }

  public boolean isAfter(Lsn other) {
    return compareTo(other) > 0;
  }

  public static Lsn earlier(Lsn a, Lsn b) {
    return a.isBefore(b) ? a : b;
  }

  public static Lsn later(Lsn a, Lsn b) {
    return a.isAfter(b) ? a : b;
  }

  @Override
  public int compareTo(Lsn other) {
    return Long.compareUnsigned(value, other.value);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%X/%X", value >>> 32, value & 0xFFFF_FFFFL);
  }
}
