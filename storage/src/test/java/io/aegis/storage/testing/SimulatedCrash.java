package io.aegis.storage.testing;

/** The simulated machine has lost its power. Not a failure that anybody may handle or retry. */
public final class SimulatedCrash extends Error {
  private static final long serialVersionUID = 1L;

  SimulatedCrash(String where) {
    super(where);
  }
}
