package io.aegis.repository.key;

import static io.aegis.repository.RepositoryCode.KEY_IN_USE;
import static io.aegis.repository.RepositoryCode.LAST_KEY_SLOT;
import static io.aegis.repository.RepositoryCode.NO_SUCH_KEY_SLOT;
import static io.aegis.repository.RepositoryCode.WRONG_KEY;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Report;
import io.aegis.repository.Keys;
import io.aegis.repository.Ports;
import io.aegis.repository.Register;
import io.aegis.repository.Unlock;
import io.aegis.repository.layout.Layout;
import io.aegis.repository.seal.Damage;
import io.aegis.storage.Body;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The slots below {@code keys/}, each an object of its own. */
public final class SlotKeys implements Keys {
  private final ObjectStore store;
  private final Unlocked unlocked;
  private final Register register;
  private final Ports ports;

  public SlotKeys(ObjectStore store, Unlocked unlocked, Register register, Ports ports) {
    this.store = store;
    this.unlocked = unlocked;
    this.register = register;
    this.ports = ports;
  }

  @Override
  public List<Slot> slots() {
    return ours().stream().map(KeySlot::slot).toList();
  }

  @Override
  public Slot add(Unlock unlock, String label) {
    var origin = new KeySlot.Origin(ports.entropy(), ports.time().now());
    var slot =
        KeySlot.wrap(unlocked.master(), unlock, unlocked.header().repository(), label, origin);
    var key = Layout.keySlot(slot.slot().id());
    store.putIfAbsent(key, Body.of(slot.encode()));
    register(slot.slot());
    return slot.slot();
  }

  /** What is registered is missed when it is gone. */
  public void register(Slot slot) {
    register.append(
        Register.Kind.KEY_SLOT_ADDED, Layout.keySlot(slot.id()), slot.kind() + " " + slot.label());
  }

  @Override
  public void remove(String slotId) {
    var slots = ours();
    var slot = slots.stream()
        .filter(each -> each.slot().id().equals(slotId))
        .findFirst()
        .orElseThrow(() -> new Refused(
            Report.of(NO_SUCH_KEY_SLOT, "there is no key slot " + slotId).next("aegis key list")));
    if (slots.size() == 1) {
      throw new Refused(Report.of(LAST_KEY_SLOT, "key slot " + slotId + " is the only one")
          .next("aegis key add --words"));
    }
    if (slotId.equals(unlocked.slot())) {
      throw new Refused(
          Report.of(KEY_IN_USE, "key slot " + slotId + " opened this repository just now")
              .why("whatever runs with that key would be shut out, this command among it")
              .safe("the slot is still there")
              .next(
                  "aegis key list    (is there another key?  aegis key add)",
                  "with another one: AEGIS_REPOSITORY_KEY=file:<file> aegis key remove " + slotId));
    }
    var key = Layout.keySlot(slotId);
    register.append(Register.Kind.KEY_SLOT_REMOVED, key, slot.slot().kind());
    store.delete(key);
  }

  @Override
  public Slot test(Unlock unlock) {
    return ours().stream()
        .filter(slot -> opens(slot, unlock))
        .findFirst()
        .map(KeySlot::slot)
        .orElseThrow(() -> new Refused(Report.of(WRONG_KEY, "this key opens no slot")
            .why("it belongs to another repository, or its slot was removed")
            .next("aegis key list")));
  }

  private boolean opens(KeySlot slot, Unlock unlock) {
    var master = slot.unwrap(unlock, unlocked.header().repository());
    master.ifPresent(io.aegis.kernel.Secret::close);
    return master.isPresent();
  }

  /** Slots of this repository; the remains of an init that lost a race are not among them. */
  private List<KeySlot> ours() {
    var slots = new ArrayList<KeySlot>();
    for (var stat : Unlocked.slotObjects(store)) {
      read(stat.key()).ifPresent(slots::add);
    }
    return slots;
  }

  private Optional<KeySlot> read(ObjectKey key) {
    try {
      return store.find(key).map(KeySlot::decode).filter(this::authentic);
    } catch (Malformed damaged) {
      return Optional.empty(); // it opens nothing, so it is no slot; a check reports it
    }
  }

  private boolean authentic(KeySlot slot) {
    return slot.authentic(unlocked.master(), unlocked.header().repository());
  }

  /**
   * Whether the object is one of this repository's slots, as it was written.
   *
   * @throws io.aegis.kernel.Failure.Damaged if it is not
   */
  public void verify(ObjectKey key, byte[] object) {
    try {
      var slot = KeySlot.decode(object);
      if (!authentic(slot) || !Layout.keySlot(slot.slot().id()).equals(key)) {
        throw new Malformed("it is not a key slot that this repository wrote under this name");
      }
    } catch (Malformed e) {
      throw Damage.of(key, e);
    }
  }
}
