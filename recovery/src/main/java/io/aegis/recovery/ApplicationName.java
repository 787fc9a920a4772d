package io.aegis.recovery;

/**
 * The name of what is protected and recovered together, as it stands in {@code aegis.yaml}.
 *
 * @param value 1 to 40 characters of {@code [a-z0-9-]}, beginning with a letter
 */
public record ApplicationName(String value) {
  public ApplicationName {
    if (!value.matches("[a-z][a-z0-9-]{0,39}")) {
      throw new IllegalArgumentException("not an application name: " + value);
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
