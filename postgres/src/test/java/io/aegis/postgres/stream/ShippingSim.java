package io.aegis.postgres.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Milestones;
import io.aegis.kernel.TaskScope;
import io.aegis.kernel.TimeSource;
import io.aegis.kernel.testing.Seeds;
import io.aegis.postgres.ConnectionSettings;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.SystemIdentifier;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.WalProtection;
import io.aegis.postgres.WalStream;
import io.aegis.postgres.WalStream.Event;
import io.aegis.postgres.WalStream.SlotLife;
import io.aegis.postgres.archive.CatchUp;
import io.aegis.postgres.archive.IncarnationClaim;
import io.aegis.postgres.archive.Incarnations;
import io.aegis.postgres.archive.LineageLog;
import io.aegis.postgres.archive.LogSpan;
import io.aegis.postgres.archive.WalArchive;
import io.aegis.postgres.archive.WalFiling;
import io.aegis.postgres.wal.Detail;
import io.aegis.postgres.wal.MadeUpWal;
import io.aegis.postgres.wal.ScanState;
import io.aegis.postgres.wal.SegmentSize;
import io.aegis.repository.CheckDepth;
import io.aegis.repository.Ports;
import io.aegis.repository.Repository;
import io.aegis.repository.testing.TestRepository;
import io.aegis.storage.Body;
import io.aegis.storage.ForwardingStore;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStore;
import io.aegis.storage.PutOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The storing half of the stream, killed at every point, fed from a log that was made up. */
class ShippingSim {
  private static final SegmentSize SIZE = new SegmentSize(1 << 20);
  private static final Timeline ONE = new Timeline(1);
  private static final Lsn BEGIN = SIZE.startOf(3);
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
  private static final SystemIdentifier SYSTEM = new SystemIdentifier(4711);

  private final MadeUpWal wal = new MadeUpWal(SIZE, ONE, BEGIN);
  private final List<Lsn> commits = new ArrayList<>();
  private Lsn durable = BEGIN;

  /** The process is gone: nothing may catch this and go on. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** A store of a process that ends at one of its writes, before or after it took effect. */
  private static final class DyingStore extends ForwardingStore {
    private final AtomicInteger writes = new AtomicInteger();
    private final int last;
    private final boolean takesEffect;

    DyingStore(ObjectStore inner, int last, boolean takesEffect) {
      super(inner);
      this.last = last;
      this.takesEffect = takesEffect;
    }

    private void write(Runnable effect) {
      int number = writes.incrementAndGet();
      if (number < last || (number == last && takesEffect)) {
        effect.run();
      }
      if (number >= last) {
        throw new Killed();
      }
    }

    @Override
    public PutOutcome putIfAbsent(ObjectKey key, Body body) {
      var outcome = new AtomicReference<>(PutOutcome.CREATED);
      write(() -> outcome.set(inner.putIfAbsent(key, body)));
      return outcome.get();
    }

    @Override
    public void delete(ObjectKey key) {
      write(() -> inner.delete(key));
    }
  }

  @Test
  void killed_at_any_write_nothing_that_was_durable_is_missing() throws InterruptedException {
    var random = new Random(Seeds.next());
    writeLog(random);
    int kill = 1;
    boolean finished = false;
    while (!finished) {
      durable = BEGIN;
      var whole = TestRepository.inMemory();
      var dying = new DyingStore(whole.store(), kill, random.nextBoolean());
      finished = shipped(dying, whole, random);
      try (var repository = whole.open()) {
        assertThat(reach(repository)).as("kill %d", kill).isGreaterThanOrEqualTo(durable);
        ship(repository, random);
        requireWhole(repository);
      }
      kill += 1 + random.nextInt(4);
    }
    assertThat(kill).isGreaterThan(60);
  }

  private void writeLog(Random random) {
    for (int i = 0; i < 120; i++) {
      commits.add(wal.commit(100 + i, NOON.plusMillis(i)));
      wal.filler(random.nextInt(40_000));
    }
  }

  /** Whether it came to its end before the process did. */
  private boolean shipped(DyingStore dying, TestRepository whole, Random random)
      throws InterruptedException {
    try (var repository = new TestRepository(dying, whole.key(), whole.ports()).open()) {
      ship(repository, random);
      return true;
    } catch (Killed expected) {
      return false;
    }
  }

  private void ship(Repository repository, Random random) throws InterruptedException {
    var archive = new WalArchive(repository.records());
    var filing = new WalFiling(repository, claim(repository), Milestones.UNWATCHED);
    new CatchUp(archive, filing).run(archive.inventory(filing.claim()));
    var inventory = archive.inventory(filing.claim());
    var stored = inventory.timeline(ONE).end();
    var from = Lsn.later(stored, BEGIN);
    var journey = new Journey(stream(repository), this::note, archive, filing, inventory);
    var tail = SliceTail.resume(archive, new Branch(filing.claim().id(), ONE), from);
    var buffer = new WalBuffer(1 << 20);
    var compactor = new Compactor(filing, this::note);
    var shipper = new Shipper(journey, buffer, compactor, tail);
    try (var scope = TaskScope.waiting("shipping", 3)) {
      scope.fork(shipper::run);
      scope.fork(compactor::run);
      scope.fork(() -> feed(buffer, from, random));
      scope.join();
    }
  }

  private Void feed(WalBuffer buffer, Lsn from, Random random) throws InterruptedException {
    var at = from;
    while (at.isBefore(wal.end())) {
      var to = Lsn.earlier(wal.end(), at.plus(1 + random.nextInt(60_000)));
      var bytes = wal.bytes(at, to);
      while (!buffer.offer(bytes, 0, bytes.length, 0, Duration.ofSeconds(1))) {
        Thread.onSpinWait();
      }
      if (random.nextInt(3) == 0) {
        buffer.awaitSettled(); // an idle moment: what is there becomes a part of its own
      }
      at = to;
    }
    buffer.close();
    return null;
  }

  private void note(Event event) {
    if (event instanceof Event.Durable told) {
      durable = told.to();
    }
  }

  private static WalStream stream(Repository repository) {
    var nowhere = new ConnectionSettings(
        "nowhere", 1, "postgres", "nobody", new ConnectionSettings.Login.Ambient());
    var settings =
        new WalStream.Settings("aegis", SlotLife.KEPT, Duration.ZERO, Duration.ofDays(1));
    return new WalStream(repository, nowhere, settings, Ports.system());
  }

  private static IncarnationClaim claim(Repository repository) {
    return new Incarnations(repository, TimeSource.system())
        .of(Incarnation.rootOf(SYSTEM), SYSTEM, SIZE);
  }

  private Lsn reach(Repository repository) {
    return log(repository).reach(BEGIN);
  }

  private static LineageLog log(Repository repository) {
    return LineageLog.of(
        new WalArchive(repository.records()), new Branch(claim(repository).id(), ONE));
  }

  private void requireWhole(Repository repository) {
    assertThat(reach(repository)).isEqualTo(wal.end());
    var seen = new ArrayList<Lsn>();
    var state = log(repository)
        .scan(new LogSpan(BEGIN, wal.end()), Detail.TRANSACTIONS, event -> seen.add(event.start()));
    assertThat(state).isInstanceOf(ScanState.Reading.class);
    assertThat(seen).isEqualTo(commits);
    assertThat(new WalProtection(repository, List.of())
            .check(CheckDepth.READ_DATA, io.aegis.kernel.Progress.SILENT))
        .isEmpty();
    var timeline = log(repository).tip();
    assertThat(timeline.durable()).isEqualTo(wal.end());
    assertThat(timeline.summaries())
        .hasSize((int) (SIZE.floor(wal.end()).minus(BEGIN) / SIZE.bytes()));
  }
}
