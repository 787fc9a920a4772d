package io.aegis.postgres;

import java.util.Locale;

/**
 * A timeline of the write-ahead log: it begins at 1 and grows with each promotion.
 *
 * @param id 1 or more, unsigned 32 bits
 */
public record Timeline(long id) implements Comparable<Timeline> {
  public Timeline {
    if (id < 1 || id > 0xFFFF_FFFFL) {
      throw new IllegalArgumentException("not a timeline: " + id);
    }
  }

  /** Eight hexadecimal digits, as file names carry it (trap T31: never decimal). */
  public String hex() {
    return String.format(Locale.ROOT, "%08X", id);
  }

  public static Timeline ofHex(String hex) {
    return new Timeline(Long.parseLong(hex, 16));
  }

  @Override
  public int compareTo(Timeline other) {
    return Long.compare(id, other.id);
  }

  @Override
  public String toString() {
    return Long.toString(id);
  }
}
