package io.aegis.storage;

import java.util.regex.Pattern;

/**
 * The name of an object: segments of {@code [A-Za-z0-9._-]}, each at most 200 characters, joined by
 * {@code /}, at most 512 characters in all, no segment {@code .} or {@code ..}: so that it is the
 * same name in a directory, in S3 and in a URL.
 */
public record ObjectKey(String name) implements Comparable<ObjectKey> {
  private static final Pattern NAME = Pattern.compile(
      "(?!\\.{1,2}(/|$))[A-Za-z0-9._-]{1,200}(/(?!\\.{1,2}(/|$))[A-Za-z0-9._-]{1,200})*");
  private static final Pattern BEGINNING = Pattern.compile("[A-Za-z0-9._-]*");

  public ObjectKey {
    if (!isValid(name)) {
      throw new IllegalArgumentException("not an object key: " + name);
    }
  }

  /** Whether something under this name is an object of a store rather than a stranger's file. */
  public static boolean isValid(String name) {
    return name.length() <= 512 && NAME.matcher(name).matches();
  }

  /**
   * Whether keys can begin with {@code prefix}: nothing, or whole segments each followed by {@code
   * /}, then the beginning of another.
   */
  public static boolean isPrefix(String prefix) {
    int slash = prefix.lastIndexOf('/');
    return BEGINNING.matcher(prefix.substring(slash + 1)).matches()
        && (slash < 0 || isValid(prefix.substring(0, slash)));
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
