package io.aegis.postgres.archive;

import io.aegis.kernel.Milestones;
import io.aegis.kernel.testing.VirtualTime;
import io.aegis.postgres.BaseBackup;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.SystemIdentifier;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.wal.MadeUpWal;
import io.aegis.postgres.wal.SegmentSize;
import io.aegis.repository.Repository;
import io.aegis.repository.SnapshotId;
import io.aegis.repository.testing.TestRepository;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A repository in memory with log in it that no server ever wrote. */
public final class ArchiveFixture implements AutoCloseable {
  public static final Timeline ONE = new Timeline(1);
  public static final SegmentSize SIZE = new SegmentSize(1 << 20);
  public static final Lsn BEGIN = SIZE.startOf(5);
  public static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  public final TestRepository stored = TestRepository.inMemory();
  public final Repository repository = stored.open();
  public final WalArchive archive = new WalArchive(repository.records());
  public final IncarnationClaim claim;
  public final WalFiling filing;

  public ArchiveFixture() {
    var incarnations = new Incarnations(repository, new VirtualTime(NOON));
    var system = new SystemIdentifier(4711);
    claim = incarnations.of(io.aegis.postgres.Incarnation.rootOf(system), system, SIZE);
    filing = new WalFiling(repository, claim, Milestones.UNWATCHED);
  }

  public ObjectStore store() {
    return stored.store();
  }

  public Branch branch() {
    return new Branch(claim.id(), ONE);
  }

  /** Three segments and a half, with a commit every now and then. */
  public static MadeUpWal log() {
    var wal = new MadeUpWal(SIZE, ONE, BEGIN);
    for (int i = 0; i < 70; i++) {
      wal.commit(100 + i, NOON.plusSeconds(i));
      wal.fillTo(BEGIN.plus((i + 1) * 50_000L));
    }
    return wal;
  }

  public Piece part(MadeUpWal wal, Lsn from, Lsn to) {
    return filing.part(ONE, new LogSpan(from, to), wal.bytes(from, to));
  }

  public void mark(Lsn durable) {
    filing.mark(ONE, new DurableMark(durable, durable, NOON, NOON, new Edge.Nothing()));
  }

  /**
   * Stores a stretch as the stream leaves it behind: whole slices, then one part, then the mark.
   */
  public void store(MadeUpWal wal, Lsn to) {
    var at = BEGIN;
    while (!SIZE.ceiling(at.plus(1)).isAfter(to)) {
      var next = SIZE.ceiling(at.plus(1));
      part(wal, at, next);
      at = next;
    }
    if (at.isBefore(to)) {
      part(wal, at, to);
    }
    mark(to);
    new CatchUp(archive, filing).run(inventory());
  }

  /** A snapshot on the first timeline, finished a second after noon. */
  public BaseBackup base(Lsn begin, Lsn end) {
    return new BaseBackup(
        new SnapshotId("20261123T120000Z-00000000"),
        claim.system(),
        claim.id(),
        ONE,
        begin,
        end,
        NOON,
        NOON.plusSeconds(1));
  }

  public Inventory inventory() {
    return archive.inventory(claim);
  }

  public TimelineInventory timeline() {
    return inventory().timeline(ONE);
  }

  public List<ObjectKey> keys(String prefix) {
    var keys = new ArrayList<ObjectKey>();
    store().list(prefix, stat -> keys.add(stat.key()));
    return keys;
  }

  @Override
  public void close() {
    repository.close();
  }
}
