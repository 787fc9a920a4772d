package io.aegis.storage;

import java.util.regex.Pattern;

/**
 * The name of an object: segments of {@code [A-Za-z0-9._-]} joined by {@code /}, at most 512
 * characters, no segment {@code .} or {@code ..}: so that it is the same name in a directory, in S3
 * and in a URL.
 */
public record ObjectKey(String name) implements Comparable<ObjectKey> {
  private static final Pattern NAME =
      Pattern.compile("(?!\\.{1,2}(/|$))[A-Za-z0-9._-]+(/(?!\\.{1,2}(/|$))[A-Za-z0-9._-]+)*");

  public ObjectKey {
    if (name.length() > 512 || !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not an object key: " + name);
    }
  }

  @Override
  public int compareTo(ObjectKey other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
