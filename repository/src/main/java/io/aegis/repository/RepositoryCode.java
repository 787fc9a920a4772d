package io.aegis.repository;

import io.aegis.kernel.FailureCode;

/** What can go wrong with a repository: AEG-12xx. */
public enum RepositoryCode implements FailureCode {
  NO_REPOSITORY(
      1201,
      "there is no repository here",
      "The location holds no Aegis repository, or another one's files, or its file system is not"
          + " mounted. Check that, and the location in aegis.yaml; only where there never was one:"
          + " 'aegis init' makes a new repository in an empty place."),
  WRONG_KEY(
      1202,
      "the key does not open this repository",
      "None of the key slots could be opened. The key file, words or passphrase belong to another"
          + " repository, or the slot was removed. 'aegis key test' tries a key without any risk."),
  NOT_AUTHENTIC(
      1203,
      "an object is not what was written",
      "Its seal does not match: bits have flipped, or somebody replaced it. Nothing of it was used."
          + " Run 'aegis repo check --read-data' to learn which recovery points depend on it."),
  NOT_EMPTY(
      1204,
      "the place is not empty",
      "A repository is made only in an empty place, so that nothing is ever written between"
          + " somebody else's files. If a repository is there already, it is used as it is."),
  FORMAT_TOO_NEW(
      1205,
      "the repository was written by a newer Aegis",
      "Its format has a higher number than this program knows. Nothing was read or written. A newer"
          + " Aegis reads every older format."),
  NO_SUCH_SNAPSHOT(
      1206,
      "there is no such snapshot",
      "No snapshot of that name was ever taken, or it was removed. A snapshot that was begun and"
          + " never finished is not one: 'aegis points' shows those that can be recovered."),
  LAST_KEY_SLOT(
      1207,
      "the last key slot stays",
      "Without any key slot nobody could ever open the repository again. Add another key first,"
          + " test it, then remove this one."),
  NO_SUCH_KEY_SLOT(
      1208,
      "there is no such key slot",
      "A slot is named by eight hexadecimal digits; 'aegis key list' shows them."),
  MALFORMED_KEY(
      1209,
      "this is not a key",
      "A key file holds the line 'aegis-key-1' and 64 hexadecimal digits; recovery words are 24"
          + " words of the English BIP-39 list that carry a checksum. What was given is neither"
          + " whole nor legible; nothing was tried with it."),
  REGISTER_BROKEN(
      1210,
      "the register of what must exist is broken",
      "Entries of the register are missing, or do not follow from one another: objects were removed"
          + " or replaced behind Aegis' back. Backups and recoveries go on; whether what those"
          + " entries spoke of is missing, a snapshot for instance, cannot be told. Run 'aegis repo"
          + " check'."),
  INTERRUPTED(
      1211,
      "the work was interrupted before it was complete",
      "The process or the step was told to stop. Nothing half-done is visible; the same command"
          + " continues from what was already stored."),
  PACK_MISSING(
      1212,
      "stored content is missing or cut short",
      "A pack that a snapshot needs is not in the store any more, or is shorter than it was"
          + " written. Run 'aegis repo check' to learn which recovery points depend on it."),
  KEY_IN_USE(
      1213,
      "the key that opened the repository stays",
      "The slot is that of the key which opened the repository just now: once it is gone, whatever"
          + " runs with that key is shut out, a stream for instance. Let 'repository.key' in"
          + " aegis.yaml name another key first, on every machine, then remove this one with it.");

  private final Words words;

  RepositoryCode(int number, String title, String explanation) {
    this.words = new Words(number, title, explanation);
  }

  @Override
  public Words words() {
    return words;
  }
}
