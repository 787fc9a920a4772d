package io.aegis.storage;

/** What became of a conditional put. */
public enum PutOutcome {
  CREATED,
  /** Another object, perhaps of the same content, was there first; it was left as it is. */
  ALREADY_PRESENT
}
