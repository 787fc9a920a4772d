package io.aegis.storage;

import io.aegis.kernel.FailureCode;

/** What can go wrong between Aegis and an object store: AEG-11xx. */
public enum StorageCode implements FailureCode {
  OBJECT_MISSING(
      1101,
      "an object that must be there is missing",
      "Something that Aegis wrote, or that other objects refer to, is not in the store any more. It"
          + " was deleted, expired by a lifecycle rule, or the store lost it. Run 'aegis repo check'"
          + " to learn which recovery points depend on it."),
  OBJECT_TRUNCATED(
      1102,
      "an object is shorter than it was written",
      "The store returned fewer bytes than the object is known to have. Run 'aegis repo check"
          + " --read-data' to learn which recovery points depend on it."),
  STORE_UNREACHABLE(
      1103,
      "the object store does not answer",
      "The network, the store or its credentials' service failed, and went on failing through all"
          + " retries. Nothing is lost by waiting; commands can be repeated."),
  ACCESS_DENIED(
      1104,
      "the object store denies access",
      "The credentials are missing, expired, or lack a permission. Aegis needs to get, put, list"
          + " and (for compaction) delete objects below the repository's prefix.");

  private final int number;
  private final String title;
  private final String explanation;

  StorageCode(int number, String title, String explanation) {
    this.number = number;
    this.title = title;
    this.explanation = explanation;
  }

  @Override
  public int number() {
    return number;
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public String explanation() {
    return explanation;
  }
}
