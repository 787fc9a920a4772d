package io.aegis.postgres.archive;

import io.aegis.kernel.Milestones;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.SystemIdentifier;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.wal.Detail;
import io.aegis.postgres.wal.MadeUpWal;
import io.aegis.postgres.wal.SegmentSize;
import io.aegis.repository.Repository;
import io.aegis.repository.testing.TestRepository;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A repository in memory with log in it that no server ever wrote. */
final class ArchiveFixture implements AutoCloseable {
  static final Timeline ONE = new Timeline(1);
  static final SegmentSize SIZE = new SegmentSize(1 << 20);
  static final Lsn BEGIN = SIZE.startOf(5);
  static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  final TestRepository stored = TestRepository.inMemory();
  final Repository repository = stored.open();
  final WalArchive archive = new WalArchive(repository.records());
  final IncarnationClaim claim;
  final WalFiling filing;

  ArchiveFixture() {
    var incarnations = new Incarnations(repository, TimeSource.system());
    var system = new SystemIdentifier(4711);
    claim = incarnations.of(io.aegis.postgres.Incarnation.rootOf(system), system, SIZE);
    filing = new WalFiling(repository, claim, Milestones.UNWATCHED);
  }

  ObjectStore store() {
    return stored.store();
  }

  Branch branch() {
    return new Branch(claim.id(), ONE);
  }

  /** Three segments and a half, with a commit every now and then. */
  static MadeUpWal log() {
    var wal = new MadeUpWal(SIZE, ONE, BEGIN);
    for (int i = 0; i < 70; i++) {
      wal.commit(100 + i, NOON.plusSeconds(i));
      wal.fillTo(BEGIN.plus((i + 1) * 50_000L));
    }
    return wal;
  }

  Piece part(MadeUpWal wal, Lsn from, Lsn to) {
    return filing.part(ONE, new LogSpan(from, to), wal.bytes(from, to));
  }

  void mark(Lsn durable) {
    filing.mark(ONE, new DurableMark(durable, durable, NOON, NOON, new Edge.Nothing()));
  }

  /** Stores a stretch as the stream leaves it behind: whole slices, then one part, then the mark. */
  void store(MadeUpWal wal, Lsn to) {
    var at = BEGIN;
    while (!SIZE.ceiling(at.plus(1)).isAfter(to)) {
      var next = SIZE.ceiling(at.plus(1));
      part(wal, at, next);
      at = next;
    }
    if (at.isBefore(to)) {
      part(wal, at, to);
    }
    new CatchUp(archive, filing).run(inventory());
    mark(to);
  }

  Inventory inventory() {
    return archive.inventory(claim);
  }

  TimelineInventory timeline() {
    return inventory().timeline(ONE);
  }

  /** Where the commits of the stored log begin. */
  List<Lsn> commits() {
    var log = LineageLog.of(archive, branch());
    var starts = new ArrayList<Lsn>();
    log.scan(new LogSpan(BEGIN, log.reach(BEGIN)), Detail.TRANSACTIONS, e -> starts.add(e.start()));
    return starts;
  }

  List<ObjectKey> keys(String prefix) {
    var keys = new ArrayList<ObjectKey>();
    store().list(prefix, stat -> keys.add(stat.key()));
    return keys;
  }

  @Override
  public void close() {
    repository.close();
  }
}
