package io.aegis.repository.snapshot;

import static io.aegis.repository.RepositoryCode.NO_SUCH_SNAPSHOT;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.Digest;
import io.aegis.kernel.Entropy;
import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Hex;
import io.aegis.kernel.Report;
import io.aegis.repository.ComponentName;
import io.aegis.repository.Ports;
import io.aegis.repository.Register;
import io.aegis.repository.Repository.Taken;
import io.aegis.repository.SnapshotDraft;
import io.aegis.repository.SnapshotId;
import io.aegis.repository.SnapshotReader;
import io.aegis.repository.SnapshotSummary;
import io.aegis.repository.SnapshotWriter;
import io.aegis.repository.layout.Layout;
import io.aegis.repository.layout.Layout.SnapshotName;
import io.aegis.repository.pack.PackId;
import io.aegis.repository.record.ParallelReads;
import io.aegis.repository.seal.Damage;
import io.aegis.storage.ObjectKey;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;

/** The snapshots of a repository: taken ones, unfinished ones, and new ones. */
public final class Snapshots {
  /** The order of packs in a manifest. */
  static final Comparator<PackId> PACK_ORDER =
      Comparator.comparingInt(PackId::epoch).thenComparing(PackId::toString);

  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final Vault vault;
  private final Ports ports;
  private final Register register;

  public Snapshots(Vault vault, Ports ports, Register register) {
    this.vault = vault;
    this.ports = ports;
    this.register = register;
  }

  static SnapshotId name(Instant begun, Entropy entropy) {
    return new SnapshotId(NAME.format(begun) + "-" + Hex.of(entropy.bytes(4)));
  }

  public SnapshotWriter begin(SnapshotDraft draft) {
    return new SnapshotRun(vault, ports, register, draft, this);
  }

  /** Summaries, oldest first, of those whose roots can be believed. */
  public List<SnapshotSummary> legible(ComponentName component) {
    return read(component, listed(component)).legible();
  }

  /** What the store lists, and what it should, since the register says that it was taken. */
  public Taken taken(ComponentName component) {
    var names = new TreeSet<>(listed(component));
    register.reading().entries().stream()
        .filter(entry -> entry.kind() == Register.Kind.SNAPSHOT_TAKEN)
        .map(Register.Entry::subject)
        .filter(root -> root.name().startsWith(Layout.snapshots(component)))
        .flatMap(root -> Layout.snapshotIn(root).stream())
        .forEach(name -> names.add(name.id()));
    return read(component, List.copyOf(names));
  }

  private List<SnapshotId> listed(ComponentName component) {
    var names = new ArrayList<ObjectKey>();
    vault.store().list(Layout.snapshots(component), stat -> names.add(stat.key()));
    return names.stream()
        .flatMap(key -> Layout.snapshotIn(key).stream())
        .map(SnapshotName::id)
        .toList();
  }

  /** One damaged root must not keep anybody from the other snapshots. */
  private Taken read(ComponentName component, List<SnapshotId> names) {
    var lost = new ConcurrentSkipListMap<SnapshotId, Damaged>();
    var legible = ParallelReads.of(names, id -> {
      try {
        return Optional.of(root(new SnapshotName(component, id)).summary());
      } catch (Damaged damaged) {
        lost.put(id, damaged);
        return Optional.<SnapshotSummary>empty();
      }
    });
    return new Taken(legible.stream().flatMap(Optional::stream).toList(), lost);
  }

  /** The names of all snapshots of all components. */
  public List<SnapshotName> all() {
    var names = new ArrayList<SnapshotName>();
    vault
        .store()
        .list(Layout.SNAPSHOTS, stat -> Layout.snapshotIn(stat.key()).ifPresent(names::add));
    return names;
  }

  public SnapshotReader open(SnapshotId id) {
    return all().stream()
        .filter(name -> name.id().equals(id))
        .findFirst()
        .map(this::open)
        .orElseThrow(() -> new Refused(
            Report.of(NO_SUCH_SNAPSHOT, "there is no snapshot " + id).next("aegis points")));
  }

  /** Every pack that a snapshot needs, with its size. */
  public Map<PackId, Long> packs(SnapshotName name) {
    try (var snapshot = open(name)) {
      return snapshot.packs();
    }
  }

  /**
   * Every pack that the checkpoints of an attempt name.
   *
   * @throws Damaged if any part of its session is not authentic
   */
  public Set<PackId> packsOfAttempt(SnapshotName name) {
    var parts = new ArrayList<ObjectKey>();
    vault.store().list(Layout.session(name.component(), name.id()), stat -> parts.add(stat.key()));
    parts.forEach(vault.sessions()::find);
    return Remains.of(vault, name.component(), name.id()).packs().keySet();
  }

  /** The summary in a snapshot's root, if that is authentic. */
  public Optional<SnapshotSummary> legible(SnapshotName name) {
    try {
      return Optional.of(root(name).summary());
    } catch (Damaged damaged) {
      return Optional.empty(); // one damaged root must not keep anybody from the other snapshots
    }
  }

  StoredSnapshot open(SnapshotName name) {
    var root = root(name);
    var key = Layout.manifest(name.component(), name.id());
    var content = vault.manifests().get(key);
    try {
      if (!Digest.of(content).equals(root.manifest())) {
        throw new Malformed("it is not the manifest that the snapshot was taken with");
      }
      return new StoredSnapshot(vault, root.summary(), Manifest.decode(content));
    } catch (Malformed e) {
      throw Damage.of(key, e);
    }
  }

  private Root root(SnapshotName name) {
    var key = Layout.snapshot(name.component(), name.id());
    try {
      return Root.decode(vault.roots().get(key));
    } catch (Malformed e) {
      throw Damage.of(key, e);
    }
  }

  /**
   * What a new snapshot may refer to. If a base is damaged, the other snapshots are left aside as
   * well, since what changed is told from the first one; what is missing then is stored again.
   */
  List<Earlier> earlier(SnapshotDraft draft) {
    var earlier = new ArrayList<Earlier>();
    boolean damaged = false;
    for (var base : draft.bases()) {
      try {
        earlier.add(earlier(draft.component(), base));
      } catch (Damaged e) {
        damaged = true; // a check reports it; here it only costs time
      }
    }
    if (damaged) {
      earlier.stream().filter(StoredSnapshot.class::isInstance).forEach(Earlier::close);
      earlier.removeIf(StoredSnapshot.class::isInstance);
    }
    return earlier;
  }

  private Earlier earlier(ComponentName component, SnapshotId id) {
    boolean taken = vault.store().stat(Layout.snapshot(component, id)).isPresent();
    return taken ? open(new SnapshotName(component, id)) : Remains.of(vault, component, id);
  }

  /** The newest attempt that left checkpoints and was neither taken nor continued. */
  public Optional<SnapshotId> unfinished(ComponentName component) {
    var attempts = new TreeSet<SnapshotId>();
    vault.store().list(Layout.sessions(component), stat -> {
      if (Layout.isCheckpoint(stat.key())) {
        Layout.snapshotIn(stat.key()).map(SnapshotName::id).ifPresent(attempts::add);
      }
    });
    return attempts.descendingSet().stream()
        .filter(id -> vault.store().stat(Layout.snapshot(component, id)).isEmpty())
        .findFirst();
  }
}
