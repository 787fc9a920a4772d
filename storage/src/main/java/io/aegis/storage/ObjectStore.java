package io.aegis.storage;

import io.aegis.kernel.ByteSize;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A place that keeps immutable objects under names. Deliberately as small as the rules of the
 * repository allow, so that every fault can be simulated behind it.
 *
 * <p>Every method may throw {@link io.aegis.kernel.Failure.Unavailable} when the store does not
 * answer and {@link io.aegis.kernel.Failure.Refused} when it denies access. Safe for use by many
 * threads at once. A blocked call ends when its thread is interrupted: with {@link
 * StorageCode#REQUEST_INTERRUPTED} and the thread still marked.
 *
 * <p>The caller's duty: no key is the directory of another ({@code a} beside {@code a/b}); not
 * every store could keep both.
 */
public interface ObjectStore extends AutoCloseable {
  /** The largest object that {@link #find} returns. */
  ByteSize FIND_LIMIT = ByteSize.ofMib(64);

  /** Where this store is, as people write it; without credentials. */
  Location location();

  Capabilities capabilities();

  /**
   * Stores {@code body} under {@code key}, whole or not at all, unless something is already there.
   * When this returns, the object under that key is durable, whoever stored it, and every later
   * {@link #read}, {@link #stat} and {@link #list} sees it.
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

  /**
   * The whole object, if there is one.
   *
   * @throws io.aegis.kernel.Failure.Damaged if it is larger than {@link #FIND_LIMIT} ({@link
   *     StorageCode#OBJECT_OVERSIZED})
   */
  Optional<byte[]> find(ObjectKey key);

  Optional<ObjectStat> stat(ObjectKey key);

  /**
   * Every object whose key starts with {@code prefix}, in the order of their keys' bytes. Objects
   * stored or deleted meanwhile may or may not be among them; all others are.
   *
   * @param prefix as {@link ObjectKey#isPrefix} wants it
   */
  void list(String prefix, Consumer<ObjectStat> each);

  /** Removes the object durably; removing one that is not there is no error. */
  void delete(ObjectKey key);

  @Override
  void close();
}
