package io.aegis.repository;

import io.aegis.kernel.Progress;
import io.aegis.kernel.TimeSource;
import io.aegis.repository.check.Check;
import io.aegis.repository.check.Inventory;
import io.aegis.repository.key.SlotKeys;
import io.aegis.repository.key.Unlocked;
import io.aegis.repository.layout.Layout.SnapshotName;
import io.aegis.repository.record.ChainedRegister;
import io.aegis.repository.record.SealedRecords;
import io.aegis.repository.seal.SealedObject;
import io.aegis.repository.seal.SealedObject.Kind;
import io.aegis.repository.snapshot.Sizing;
import io.aegis.repository.snapshot.Snapshots;
import io.aegis.repository.snapshot.Vault;
import io.aegis.storage.Location;
import io.aegis.storage.ObjectStore;
import java.util.List;
import java.util.Optional;

/** An open repository: the rooms of this module behind one face. */
final class SealedRepository implements Repository {
  private final ObjectStore store;
  private final Unlocked unlocked;
  private final TimeSource time;
  private final SealedObject seals;
  private final Records records;
  private final Register register;
  private final SlotKeys keys;
  private final Snapshots snapshots;

  SealedRepository(ObjectStore store, Unlocked unlocked, Ports ports, Sizing sizing) {
    this.store = store;
    this.unlocked = unlocked;
    var compression = unlocked.header().parameters().compression();
    this.time = ports.time();
    seals = new SealedObject(unlocked.ring(), ports.entropy());
    records = new SealedRecords(store, seals, Kind.RECORD);
    register = new ChainedRegister(registerEntries(), time);
    keys = new SlotKeys(store, unlocked, register, ports);
    snapshots = new Snapshots(
        new Vault(store, unlocked.ring(), seals, compression, sizing), ports, register);
  }

  /** So that its disappearance is noticed, too. */
  void registerFirstSlot() {
    keys.slots().forEach(keys::register);
  }

  private Records registerEntries() {
    return new SealedRecords(store, seals, Kind.REGISTER_ENTRY);
  }

  @Override
  public RepositoryId id() {
    return unlocked.header().repository();
  }

  @Override
  public Location location() {
    return store.location();
  }

  @Override
  public Records records() {
    return records;
  }

  @Override
  public Register register() {
    return register;
  }

  @Override
  public Keys keys() {
    return keys;
  }

  @Override
  public SnapshotWriter begin(SnapshotDraft draft) {
    return snapshots.begin(draft);
  }

  @Override
  public Optional<SnapshotId> unfinished(ComponentName component) {
    return snapshots.unfinished(component);
  }

  @Override
  public List<SnapshotSummary> snapshots(ComponentName component) {
    return snapshots.legible(component);
  }

  @Override
  public List<ComponentName> components() {
    return snapshots.all().stream().map(SnapshotName::component).distinct().toList();
  }

  @Override
  public Taken taken(ComponentName component) {
    return snapshots.taken(component);
  }

  @Override
  public SnapshotReader open(SnapshotId id) {
    return snapshots.open(id);
  }

  @Override
  public List<Finding> check(CheckDepth depth, Progress progress) {
    // With a register of its own, because this one remembers what it once read.
    var all = ChainedRegister.readingEveryEntry(registerEntries(), time);
    var subject = new Check.Subject(store, unlocked, records, all);
    return new Check(subject, snapshots, keys).run(depth, progress);
  }

  @Override
  public RepositoryStats stats() {
    return Inventory.of(store).stats(snapshots);
  }

  @Override
  public void close() {
    unlocked.close();
  }
}
