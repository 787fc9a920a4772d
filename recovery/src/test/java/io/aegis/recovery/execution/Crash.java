package io.aegis.recovery.execution;

/** The process dies here, as far as a test is concerned: nothing that follows may run. */
final class Crash extends Error {
  private static final long serialVersionUID = 1L;

  Crash(String where) {
    super("the process dies " + where);
  }
}
