package io.aegis.recovery;

/**
 * The name of a step within its plan.
 *
 * @param value 1 to 40 characters of {@code [a-z0-9-]}, beginning with a letter
 */
public record StepId(String value) implements Comparable<StepId> {
  public StepId {
    if (!value.matches("[a-z][a-z0-9-]{0,39}")) {
      throw new IllegalArgumentException("not a step id: " + value);
    }
  }

  @Override
  public int compareTo(StepId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
