package io.aegis.storage;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * A place that keeps immutable objects under names. Deliberately as small as the rules of the
 * repository allow, so that every fault can be simulated behind it.
 *
 * <p>Every method may throw {@link io.aegis.kernel.Failure.Unavailable} when the store does not
 * answer and {@link io.aegis.kernel.Failure.Refused} when it denies access. Safe for use by many
 * threads at once. A blocked call ends when its thread is interrupted.
 */
public interface ObjectStore extends AutoCloseable {

  /** Where this store is, as people write it; without credentials. */
  Location location();

  Capabilities capabilities();

  /**
   * Stores {@code body} under {@code key}, whole or not at all, unless something is already there.
   * When this returns {@link PutOutcome#CREATED} the object is durable and every later {@link
   * #read}, {@link #stat} and {@link #list} sees it.
   *
   * <p>Not promised: that an {@code Unavailable} means nothing was stored. The acknowledgement may
   * have been lost; only a retry that compares can tell.
   */
  PutOutcome putIfAbsent(ObjectKey key, Body body);

  /**
   * Exactly {@code length} bytes from {@code offset} on.
   *
   * @throws io.aegis.kernel.Failure.Damaged if there is no such object ({@link
   *     StorageCode#OBJECT_MISSING}) or it ends before {@code offset + length} ({@link
   *     StorageCode#OBJECT_TRUNCATED})
   */
  byte[] read(ObjectKey key, long offset, int length);

  /** The whole object, if there is one; for small objects: at most 64 MiB. */
  Optional<byte[]> find(ObjectKey key);

  Optional<ObjectStat> stat(ObjectKey key);

  /** Every object whose key starts with {@code prefix}, in the order of their keys' bytes. */
  void list(String prefix, Consumer<ObjectStat> each);

  /** Removes the object; removing one that is not there is no error. */
  void delete(ObjectKey key);

  @Override
  void close();
}
