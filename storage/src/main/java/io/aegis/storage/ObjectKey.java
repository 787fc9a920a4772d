package io.aegis.storage;

/**
 * The name of an object: segments of {@code [A-Za-z0-9._-]}, each at most 200 characters, joined by
 * {@code /}, at most 512 characters in all, no segment {@code .} or {@code ..}: so that it is the
 * same name in a directory, in S3 and in a URL.
 */
public record ObjectKey(String name) implements Comparable<ObjectKey> {
  private static final int LONGEST = 512;
  private static final int LONGEST_SEGMENT = 200;

  public ObjectKey {
    if (!isValid(name)) {
      throw new IllegalArgumentException("not an object key: " + name);
    }
  }

  /** Whether something under this name is an object of a store rather than a stranger's file. */
  public static boolean isValid(String name) {
    int from = 0;
    for (int end = name.indexOf('/'); end >= 0; end = name.indexOf('/', from)) {
      if (!isSegment(name, from, end)) {
        return false;
      }
      from = end + 1;
    }
    return name.length() <= LONGEST && isSegment(name, from, name.length());
  }

  private static boolean isSegment(String name, int from, int end) {
    int length = end - from;
    boolean upwards = length <= 2 && "..".startsWith(name.substring(from, end)); // or nowhere
    return !upwards && length <= LONGEST_SEGMENT && isAllowed(name, from, end);
  }

  // Without a regular expression: each name of a listing comes here, and most commands list
  // thousands before anything of them is compiled.
  private static boolean isAllowed(String name, int from, int end) {
    for (int i = from; i < end; i++) {
      char c = name.charAt(i);
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
      if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '.' && c != '_') {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether keys can begin with {@code prefix}: nothing, or whole segments each followed by {@code
   * /}, then the beginning of another.
   */
  public static boolean isPrefix(String prefix) {
    int slash = prefix.lastIndexOf('/');
    return isAllowed(prefix, slash + 1, prefix.length())
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
