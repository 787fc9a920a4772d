package io.aegis.repository;

import java.time.Instant;
import java.util.List;

/** The slots that hold the master key, each wrapped for somebody else. */
public interface Keys {

  List<Slot> slots();

  /** Adds a slot that {@code unlock} opens. */
  Slot add(Unlock unlock, String label);

  /**
   * Removes a slot. Revokes nothing that was already seen: who held the key may have copied it.
   *
   * @throws io.aegis.kernel.Failure.Refused for the last slot, and for the one that opened the
   *     repository: whatever runs with its key would be shut out
   */
  void remove(String slotId);

  /**
   * @throws io.aegis.kernel.Failure.Refused if {@code unlock} opens no slot
   */
  Slot test(Unlock unlock);

  /**
   * One slot.
   *
   * @param id 8 hexadecimal digits
   * @param kind {@code key-file}, {@code recovery-words} or {@code passphrase}
   * @param label for people: who holds it, where it lies
   */
  record Slot(String id, String kind, String label, Instant added) {}
}
