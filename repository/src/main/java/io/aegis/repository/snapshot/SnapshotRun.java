package io.aegis.repository.snapshot;

import static io.aegis.repository.RepositoryCode.PACK_MISSING;

import io.aegis.kernel.Digest;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Report;
import io.aegis.repository.Ports;
import io.aegis.repository.Register;
import io.aegis.repository.SnapshotDraft;
import io.aegis.repository.SnapshotId;
import io.aegis.repository.SnapshotSummary;
import io.aegis.repository.SnapshotWorker;
import io.aegis.repository.SnapshotWriter;
import io.aegis.repository.content.Compaction;
import io.aegis.repository.content.ContentWriter;
import io.aegis.repository.layout.Layout;
import io.aegis.repository.pack.PackId;
import io.aegis.repository.pack.PackLedger;
import io.aegis.repository.pack.PackStream;
import io.aegis.repository.seal.Warmup;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One attempt at a snapshot.
 *
 * <p>Order of writes: packs; manifest (R1: it names only durable packs); root (R2: after the
 * manifest, and after all packs were seen to be there still); register (R3: after the root); then
 * the session is removed (R5).
 */
final class SnapshotRun implements SnapshotWriter {
  private static final int MAX_ATTRIBUTES = 64 << 10;

  private final Vault vault;
  private final Ports ports;
  private final Register register;
  private final SnapshotDraft draft;
  private final SnapshotId id;
  private final Instant begun;
  private final PackLedger ledger = new PackLedger();
  private final Bases bases;
  private final Compaction compaction;
  private final Session session;
  private final Gathering gathering;
  private final AtomicInteger unfinishedWorkers = new AtomicInteger();

  SnapshotRun(
      Vault vault, Ports ports, Register register, SnapshotDraft draft, Snapshots snapshots) {
    this.vault = vault;
    this.ports = ports;
    this.register = register;
    this.draft = draft;
    this.begun = ports.time().now();
    this.id = Snapshots.name(begun, ports.entropy());
    this.session = new Session(vault, draft.component(), id, ports.time());
    Warmup.begin();
    session.beat();
    this.bases = new Bases(earlier(snapshots), new PackPresence(vault.store()), ledger);
    this.compaction = bases.compaction();
    this.gathering = new Gathering(session, ledger, vault.sizing().checkpointBytes());
  }

  /** What it goes on from; an attempt that cannot begin leaves nothing behind. */
  private List<Earlier> earlier(Snapshots snapshots) {
    try {
      return snapshots.earlier(draft);
    } catch (Failure e) {
      forget();
      throw e;
    }
  }

  @Override
  public SnapshotId id() {
    return id;
  }

  @Override
  public SnapshotWorker worker() {
    var lane = gathering.lane();
    var packs = stream(lane);
    var contents = new ContentWriter(packs, vault.keys(), vault.frames(), compaction);
    unfinishedWorkers.incrementAndGet();
    return new CaptureWorker(packs, contents, lane, bases, unfinishedWorkers::decrementAndGet);
  }

  private PackStream stream(Gathering.Lane lane) {
    var setting = new PackStream.Setting(
        vault.store(),
        vault.keys(),
        ports.entropy(),
        vault.compression(),
        vault.sizing().packBytes());
    return new PackStream(setting, ledger, lane::durable);
  }

  @Override
  public SnapshotSummary commit(byte[] attributes) {
    if (unfinishedWorkers.get() != 0) {
      throw new IllegalStateException("a worker is still open, or failed");
    }
    if (attributes.length > MAX_ATTRIBUTES) {
      throw new IllegalArgumentException(attributes.length + " bytes of attributes");
    }
    var entries = gathering.entries().stream().sorted().toList();
    refuseTwins(entries);
    long sourceBytes;
    Manifest manifest;
    try (var packs = stream(gathering.lane())) {
      var table = new TableWriter(packs, vault.keys(), bases.pages());
      entries.forEach(table::add);
      manifest = manifest(table, packs);
      sourceBytes = table.sourceBytes();
    }
    ports.milestones().reach("snapshot.packs-durable");
    var content = manifest.encode();
    vault.manifests().putIfAbsent(Layout.manifest(draft.component(), id), content);
    ports.milestones().reach("snapshot.manifest-written");
    refuseMissing(manifest);
    var summary = new SnapshotSummary(
        id,
        draft.component(),
        begun,
        ports.time().now(),
        entries.size(),
        sourceBytes,
        ledger.written() + content.length,
        attributes.clone());
    take(new Root(summary, Digest.of(content)));
    return summary;
  }

  private Manifest manifest(TableWriter table, PackStream packs) {
    var pages = table.finish();
    packs.finish();
    var needed = new TreeSet<PackId>(Snapshots.PACK_ORDER);
    pages.forEach(page -> {
      needed.add(page.frame().pack());
      needed.addAll(page.needed());
    });
    var sizes = new LinkedHashMap<PackId, Long>();
    needed.forEach(pack -> sizes.put(pack, ledger.size(pack)));
    return new Manifest(sizes, pages, table.fragmentation());
  }

  private void take(Root root) {
    var name = Layout.snapshot(draft.component(), id);
    vault.roots().putIfAbsent(name, root.encode());
    ports.milestones().reach("snapshot.taken");
    register.append(Register.Kind.SNAPSHOT_TAKEN, name, root.manifest().hex());
    ports.milestones().reach("snapshot.registered");
    Session.remove(vault, draft.component(), id);
    draft.bases().forEach(base -> Session.remove(vault, draft.component(), base));
  }

  private static void refuseTwins(List<Line> sorted) {
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i - 1).compareTo(sorted.get(i)) == 0) {
        throw new IllegalStateException(
            "captured twice: " + sorted.get(i).file().spec().path());
      }
    }
  }

  private void refuseMissing(Manifest manifest) {
    var missing = new PackPresence(vault.store()).missing(manifest.packs(), _ -> id.value());
    if (!missing.isEmpty()) {
      var first = missing.getFirst();
      throw new Damaged(
          Report.of(PACK_MISSING, "the snapshot was not taken: " + first.subject() + " is gone")
              .why(first.what() + ", while the snapshot that needs it was being written")
              .safe("earlier snapshots are as they were")
              .next("repeat the command: what is missing is stored again", "aegis repo check"));
    }
  }

  @Override
  public void close() {
    bases.close();
    if (ledger.written() == 0) {
      forget();
    }
  }

  /** Nothing was stored, so nothing is lost with the trace of the attempt. */
  private void forget() {
    try {
      Session.remove(vault, draft.component(), id);
    } catch (Failure.Unavailable e) {
      // The attempt failed for a reason of its own, which is told; an empty session is harmless.
    }
  }
}
