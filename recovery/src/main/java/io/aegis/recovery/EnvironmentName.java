package io.aegis.recovery;

/**
 * The name of an environment: dev, staging, prod; it has its own objectives and approval rules.
 *
 * @param value 1 to 40 characters of {@code [a-z0-9-]}, beginning with a letter
 */
public record EnvironmentName(String value) {
  public EnvironmentName {
    if (!value.matches("[a-z][a-z0-9-]{0,39}")) {
      throw new IllegalArgumentException("not an environment name: " + value);
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
