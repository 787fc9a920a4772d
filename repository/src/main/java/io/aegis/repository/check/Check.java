package io.aegis.repository.check;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Progress;
import io.aegis.repository.CheckDepth;
import io.aegis.repository.Finding;
import io.aegis.repository.Finding.Severity;
import io.aegis.repository.Records;
import io.aegis.repository.Register;
import io.aegis.repository.key.SlotKeys;
import io.aegis.repository.key.Unlocked;
import io.aegis.repository.layout.Layout;
import io.aegis.repository.layout.Layout.SnapshotName;
import io.aegis.repository.pack.PackId;
import io.aegis.repository.record.ChainedRegister;
import io.aegis.repository.snapshot.PackPresence;
import io.aegis.repository.snapshot.Snapshots;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * One check, from the outside in: header and key slots, the register, every snapshot's root and
 * manifest, the packs they need, what nobody needs; and with {@link CheckDepth#READ_DATA} every
 * byte of every object.
 *
 * <p>Rules checked: R1 (packs of manifests exist), R2 (roots have their manifests), R3 (registered
 * snapshots have their roots).
 */
public final class Check {
  private final ObjectStore store;
  private final Subject subject;
  private final Snapshots snapshots;
  private final SlotKeys slots;
  private final List<Finding> findings = new ArrayList<>();
  private final Map<PackId, Long> wanted = new HashMap<>();
  private final Map<String, Set<String>> needing = new HashMap<>();
  private final Map<ObjectKey, Damaged> unverified = new TreeMap<>();

  public Check(Subject subject, Snapshots snapshots, SlotKeys slots) {
    this.store = subject.store();
    this.subject = subject;
    this.snapshots = snapshots;
    this.slots = slots;
  }

  /**
   * What is checked.
   *
   * @param register one that has read nothing yet, and reads every entry
   */
  public record Subject(
      ObjectStore store, Unlocked unlocked, Records records, ChainedRegister register) {}

  public List<Finding> run(CheckDepth depth, Progress progress) {
    var inventory = Inventory.of(store);
    checkHeader();
    inventory.below(Layout.KEYS).forEach(slot -> verifySlot(slot.key()));
    var taken = new LinkedHashSet<>(snapshots.all());
    taken.forEach(this::checkSnapshot);
    checkRegister(taken);
    findings.addAll(
        new PackPresence(store).missing(wanted, pack -> needing(pack.key().name())));
    checkLeftovers(inventory, taken);
    switch (depth) {
      case STRUCTURE -> {}
      case READ_DATA -> {
        var reading =
            new DataCheck(store, subject.unlocked().ring(), subject.records(), this::lostPack);
        findings.addAll(reading.run(inventory, progress));
      }
    }
    return findings.stream().distinct().toList();
  }

  private void checkHeader() {
    try {
      subject.unlocked().verifyHeader(store);
    } catch (Damaged e) {
      lost(
          Layout.HEADER,
          e,
          "nothing, as soon as this process ends: no other can open it",
          "write the header back from a copy of the repository");
    }
  }

  private void verifySlot(ObjectKey key) {
    try {
      store.find(key).ifPresent(object -> slots.verify(key, object));
    } catch (Damaged e) {
      unverified.put(key, e);
    }
  }

  /**
   * An object that the register knows was a slot of this repository. One that it does not know was
   * never any: an init that was killed before its header left it, and the next one made another
   * master key.
   */
  private void checkSlot(ObjectKey key, Damaged damage, Set<ObjectKey> registered) {
    if (registered.contains(key)) {
      spoiltSlot(key, damage);
    } else {
      harmless(
          key.name(), "the register knows no such key slot: most likely an init was interrupted");
    }
  }

  private void spoiltSlot(ObjectKey key, Damaged damage) {
    findings.add(new Finding(
        Severity.AT_RISK,
        key.name(),
        damage.report().headline(),
        "whoever holds this key can no longer open the repository",
        "add a new slot for its holder, test it, then delete this object"));
  }

  private void checkSnapshot(SnapshotName name) {
    var label = name.component() + " " + name.id();
    try {
      snapshots.packs(name).forEach((pack, size) -> {
        wanted.put(pack, size);
        needing.computeIfAbsent(pack.key().name(), _ -> new TreeSet<>()).add(label);
      });
    } catch (Damaged e) {
      lost(Layout.snapshot(name.component(), name.id()), e, label, "take a new snapshot");
    }
  }

  private void checkRegister(Set<SnapshotName> taken) {
    var reading = subject.register().reading();
    reading.faults().forEach(this::broken);
    var entries = reading.entries();
    var registered = subjects(entries, Register.Kind.SNAPSHOT_TAKEN);
    var there = new HashSet<ObjectKey>();
    taken.forEach(name -> there.add(Layout.snapshot(name.component(), name.id())));
    registered.stream().filter(key -> !there.contains(key)).sorted().forEach(this::gone);
    if (reading.isWhole()) {
      there.stream().filter(key -> !registered.contains(key)).sorted().forEach(this::unregistered);
      checkSlots(subjects(entries, Register.Kind.KEY_SLOT_ADDED));
    } else {
      unverified.forEach(this::spoiltSlot); // nobody can say that they were never ours
    }
    checkSlotsAndExecutions(entries, reading.isWhole());
    subject.register().wrongChapters().forEach(this::wrongChapter);
  }

  private void broken(ObjectKey entry, Damaged fault) {
    findings.add(new Finding(
        Severity.AT_RISK,
        entry.name(),
        fault.report().headline(),
        "whether what it spoke of is missing, a snapshot or a stretch of the log, can no longer be"
            + " told; backups and recoveries go on",
        "bring the object back from a copy or an older version in the store"));
  }

  private void checkSlots(Set<ObjectKey> registered) {
    unverified.forEach((key, damage) -> checkSlot(key, damage, registered));
  }

  private static Set<ObjectKey> subjects(List<Register.Entry> entries, Register.Kind kind) {
    return entries.stream()
        .filter(entry -> entry.kind() == kind)
        .map(Register.Entry::subject)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void checkSlotsAndExecutions(List<Register.Entry> entries, boolean whole) {
    var slotKeys = subjects(entries, Register.Kind.KEY_SLOT_ADDED);
    slotKeys.removeAll(subjects(entries, Register.Kind.KEY_SLOT_REMOVED));
    slotKeys.stream()
        .filter(this::isGone)
        .forEach(slot -> findings.add(new Finding(
            Severity.AT_RISK,
            slot.name(),
            whole
                ? "the key slot is not in the store any more, and nobody removed it with Aegis"
                : "the key slot is not in the store any more; no entry that can be read says that"
                    + " it was removed",
            "whoever holds this key can no longer open the repository",
            "aegis key add --words    (makes a new slot)")));
    subjects(entries, Register.Kind.EXECUTION_STARTED).stream()
        .filter(this::isGone)
        .forEach(execution -> findings.add(new Finding(
            Severity.AT_RISK,
            execution.name(),
            "the execution was registered and its declaration is not in the store any more",
            "what this execution did can no longer be shown; no recovery point is affected",
            "bring the object back from a copy or an older version in the store")));
  }

  private boolean isGone(ObjectKey key) {
    return store.stat(key).isEmpty();
  }

  private void wrongChapter(ObjectKey chapter, String what) {
    findings.add(new Finding(
        Severity.HARMLESS,
        chapter.name(),
        what,
        "nothing is lost: it is a copy, and the entries themselves are read instead",
        "delete the object if it is there; the next writer makes it again"));
  }

  private void gone(ObjectKey snapshot) {
    findings.add(new Finding(
        Severity.LOSS,
        snapshot.name(),
        "the snapshot was taken and is not in the store any more",
        "this recovery point is lost, unless it was removed on purpose",
        "bring the object back from a copy or an older version in the store"));
  }

  private void unregistered(ObjectKey snapshot) {
    findings.add(new Finding(
        Severity.HARMLESS,
        snapshot.name(),
        "the snapshot is not in the register: its writer died at the last step",
        "nothing is lost; if this snapshot disappeared, nobody would notice",
        "take another snapshot"));
  }

  private void checkLeftovers(Inventory inventory, Set<SnapshotName> taken) {
    var known = new HashSet<String>(needing.keySet());
    var attempts = new TreeSet<>(Comparator.comparing(SnapshotName::id));
    inventory
        .below(Layout.SESSIONS)
        .forEach(part -> Layout.snapshotIn(part.key()).ifPresent(attempts::add));
    attempts.forEach(attempt -> known.addAll(checkAttempt(attempt)));
    var orphans = inventory.below(Layout.PACKS).stream()
        .filter(pack -> !known.contains(pack.key().name()))
        .toList();
    if (!orphans.isEmpty()) {
      harmless(
          Layout.PACKS,
          orphans.size() + " packs of " + Inventory.bytes(orphans)
              + " bytes belong to no snapshot");
    }
    for (var manifest : inventory.below(Layout.MANIFESTS)) {
      if (Layout.snapshotIn(manifest.key()).filter(taken::contains).isEmpty()) {
        harmless(manifest.key().name(), "the manifest belongs to no snapshot");
      }
    }
    for (var probe : inventory.below(Layout.PROBES)) {
      harmless(probe.key().name(), "a probe of the store was interrupted");
    }
  }

  private Set<String> checkAttempt(SnapshotName attempt) {
    var session = Layout.session(attempt.component(), attempt.id());
    var names = new HashSet<String>();
    try {
      snapshots.packsOfAttempt(attempt).forEach(pack -> names.add(pack.key().name()));
      harmless(session, "an attempt at a snapshot is under way, or was interrupted");
    } catch (Damaged e) {
      findings.add(new Finding(
          Severity.HARMLESS,
          session,
          e.report().headline(),
          "the interrupted attempt cannot be continued; the next snapshot stores it all again",
          "none needed"));
    }
    return names;
  }

  private void harmless(String subject, String what) {
    findings.add(new Finding(
        Severity.HARMLESS,
        subject,
        what,
        "nothing is lost; space is taken by what interrupted attempts left",
        "none needed"));
  }

  private void lost(ObjectKey subject, Damaged damage, String affected, String repair) {
    findings.add(new Finding(
        Severity.LOSS,
        subject.name(),
        damage.report().headline(),
        "cannot be restored: " + affected,
        "bring the object back from a copy or an older version in the store; else " + repair));
  }

  private Finding lostPack(ObjectKey pack, String what) {
    return needing.containsKey(pack.name())
        ? PackPresence.lost(pack, what, needing(pack.name()))
        : new Finding(
            Severity.HARMLESS,
            pack.name(),
            what,
            "nothing is lost: no snapshot that was taken needs it",
            "none needed");
  }

  private String needing(String pack) {
    return String.join(", ", needing.getOrDefault(pack, Set.of("nothing that was taken")));
  }
}
