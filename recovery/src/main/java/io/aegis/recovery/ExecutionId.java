package io.aegis.recovery;

import java.util.regex.Pattern;

/**
 * The name of one execution, short enough to be typed: {@code rec-7f3a91c2} for a recovery, {@code
 * drl-…} for a drill, {@code gam-…} for a game day.
 *
 * @param value the prefix and eight lower-case hexadecimal digits
 */
public record ExecutionId(String value) {
  private static final Pattern SHAPE = Pattern.compile("(rec|drl|gam)-[0-9a-f]{8}");

  public ExecutionId {
    if (!SHAPE.matcher(value).matches()) {
      throw new IllegalArgumentException("not an execution id: " + value);
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
