package io.aegis.repository.seal;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.Hex;
import io.aegis.kernel.Secret;
import io.aegis.repository.RepositoryId;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.crypto.SecretKey;

/**
 * The epoch keys of an unlocked repository. An epoch is the span in which new objects are sealed
 * under one key; every sealed object carries the number of its epoch, so that a later epoch can
 * begin without touching what exists. Safe for use by many threads.
 */
public final class KeyRing implements AutoCloseable {
  private final RepositoryId repository;
  private final SortedMap<Integer, Secret> epochs;

  /**
   * @param epochs at least one; owned by the ring from now on
   */
  public KeyRing(RepositoryId repository, SortedMap<Integer, Secret> epochs) {
    this.repository = repository;
    this.epochs = new TreeMap<>(epochs);
  }

  /** The 16 bytes that stand for the repository in everything it seals. */
  public byte[] repositoryBytes() {
    return Hex.parse(repository.value());
  }

  public int newestEpoch() {
    return epochs.lastKey();
  }

  /**
   * A key for one object.
   *
   * @throws Malformed if there is no such epoch
   */
  public SecretKey derive(int epoch, byte[] salt, String purpose) {
    var secret = epochs.get(epoch);
    if (secret == null) {
      throw new Malformed("sealed in epoch " + epoch + ", which this repository does not have");
    }
    return secret.use(bytes -> Derivation.derive(bytes, salt, purpose));
  }

  /** A key that stays the same for the life of the repository, whatever epoch is the newest. */
  public SecretKey lasting(String purpose) {
    return derive(epochs.firstKey(), new byte[0], purpose);
  }

  @Override
  public void close() {
    epochs.values().forEach(Secret::close);
  }
}
