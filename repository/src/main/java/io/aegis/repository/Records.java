package io.aegis.repository;

import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStat;
import io.aegis.storage.PutOutcome;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Small sealed objects that are named by their writer: WAL, journals, claims. Each is bound to its
 * name: an authentic record under another name is damage.
 */
public interface Records {

  /**
   * Seals and stores {@code content} (at most 32 MiB), durable on return.
   *
   * @return {@link PutOutcome#ALREADY_PRESENT} if somebody else's record stands there; that record
   *     is untouched
   */
  PutOutcome putIfAbsent(ObjectKey name, byte[] content);

  /** The authenticated content, if there is such a record. */
  Optional<byte[]> find(ObjectKey name);

  /**
   * @throws io.aegis.kernel.Failure.Damaged if it is missing or not authentic
   */
  byte[] get(ObjectKey name);

  /** Names and sealed sizes below {@code prefix}, in the order of the names' bytes. */
  void list(String prefix, Consumer<ObjectStat> each);

  /** Removes a record that others have superseded; the caller states why that is safe. */
  void delete(ObjectKey name);
}
