package io.aegis.e2e.house;

/**
 * One breach of one rule.
 *
 * @param rule the rule's short name, as in the file of exceptions
 * @param subject what breaks it: a class, {@code class#method} or a path; stable across edits
 * @param fact what was found there
 */
record Finding(String rule, String subject, String fact) implements Comparable<Finding> {

  @Override
  public int compareTo(Finding other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return rule + " " + subject + ": " + fact;
  }
}
