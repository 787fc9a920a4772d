package io.aegis.repository;

import io.aegis.kernel.Entropy;
import io.aegis.kernel.Secret;
import io.aegis.repository.key.KeyFile;
import io.aegis.repository.key.RecoveryWords;
import io.aegis.repository.key.Unlocked;
import io.aegis.repository.snapshot.Sizing;
import io.aegis.storage.ObjectStore;

/**
 * Where repositories come from. The store stays the caller's: closing a repository leaves it open.
 */
public final class Repositories {
  private Repositories() {}

  /**
   * Makes a repository in an empty place and opens it.
   *
   * @param first what opens its first key slot; more are added through {@link Repository#keys}
   * @throws io.aegis.kernel.Failure.Refused with {@link RepositoryCode#NOT_EMPTY} if anything is
   *     there already
   */
  public static Repository init(ObjectStore store, Unlock first, Ports ports) {
    var made =
        new SealedRepository(store, Unlocked.create(store, first, ports), ports, Sizing.STANDARD);
    made.registerFirstSlot();
    return made;
  }

  /**
   * Opens a repository.
   *
   * @throws io.aegis.kernel.Failure.Refused with {@link RepositoryCode#NO_REPOSITORY}, {@link
   *     RepositoryCode#WRONG_KEY} or {@link RepositoryCode#FORMAT_TOO_NEW}
   * @throws io.aegis.kernel.Failure.Damaged if its header is not what was written
   */
  public static Repository open(ObjectStore store, Unlock unlock, Ports ports) {
    return new SealedRepository(store, Unlocked.open(store, unlock), ports, Sizing.STANDARD);
  }

  /**
   * Looks whether a repository is there that could be opened: before somebody types a key for it.
   *
   * @throws io.aegis.kernel.Failure.Refused with {@link RepositoryCode#NO_REPOSITORY} or {@link
   *     RepositoryCode#FORMAT_TOO_NEW}
   * @throws io.aegis.kernel.Failure.Damaged if its header is not what was written
   */
  public static void requireAt(ObjectStore store) {
    Unlocked.requireHeader(store);
  }

  /**
   * Looks whether one could be made there: before somebody is asked whether that is meant.
   *
   * @throws io.aegis.kernel.Failure.Refused with {@link RepositoryCode#NOT_EMPTY} if not
   */
  public static void requireEmpty(ObjectStore store) {
    Unlocked.refuseUnlessEmpty(store);
  }

  /** The content of a new key file; whoever reads it can read everything in the repository. */
  public static Secret newKeyFile(Entropy entropy) {
    return KeyFile.generate(entropy);
  }

  /** Twenty-four new words for paper, joined by single spaces. */
  public static Secret newRecoveryWords(Entropy entropy) {
    return RecoveryWords.generate(entropy);
  }
}
