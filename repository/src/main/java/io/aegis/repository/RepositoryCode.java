package io.aegis.repository;

import io.aegis.kernel.FailureCode;

/** What can go wrong with a repository: AEG-12xx. */
public enum RepositoryCode implements FailureCode {
  NO_REPOSITORY(
      1201,
      "there is no repository here",
      "The location exists but holds no Aegis repository, or another one's files. Check the location"
          + " in aegis.yaml; 'aegis init' makes a new repository in an empty place."),
  WRONG_KEY(
      1202,
      "the key does not open this repository",
      "None of the key slots could be opened. The key file, words or passphrase belong to another"
          + " repository, or the slot was removed. 'aegis key test' tries a key without any risk."),
  NOT_AUTHENTIC(
      1203,
      "an object is not what was written",
      "Its seal does not match: bits have flipped, or somebody replaced it. Nothing of it was used."
          + " Run 'aegis repo check --read-data' to learn which recovery points depend on it.");

  private final int number;
  private final String title;
  private final String explanation;

  RepositoryCode(int number, String title, String explanation) {
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
