package io.aegis.recovery;

import java.util.Locale;

/**
 * The parts of a plan, in the order of the playbook's priorities. A phase groups steps for people;
 * what waits for what is said by each step's dependencies alone.
 */
public enum Phase {
  PRECHECK("what must be true before anything is written"),
  ACCESS("the control plane and the secrets"),
  DATABASE("the database and its integrity"),
  ARTIFACTS("model artifacts and their registry"),
  APPLICATION("the application: read-only first, then writes"),
  VALIDATION("smoke tests and objectives, before users come back"),
  CLEANUP("what a drill leaves behind");

  private final String words;

  Phase(String words) {
    this.words = words;
  }

  /** What the phase is about, for people. */
  public String words() {
    return words;
  }

  /** As it stands in plans: {@code database}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
