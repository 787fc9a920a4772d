package io.aegis.recovery;

/** What the world says about a step whose process died before it could report. */
public sealed interface Probe {

  /** No trace of it: running it is like running it for the first time. */
  record NotBegun() implements Probe {}

  /**
   * Begun and not finished. The step is run again, and must then go on from there or begin anew.
   *
   * @param found what was seen, for people
   */
  record HalfDone(String found) implements Probe {}

  /** It was finished; it must not run again. */
  record Done(StepResult result) implements Probe {}
}
