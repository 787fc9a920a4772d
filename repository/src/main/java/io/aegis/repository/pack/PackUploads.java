package io.aegis.repository.pack;

import static io.aegis.repository.RepositoryCode.INTERRUPTED;
import static io.aegis.repository.RepositoryCode.PACK_MISSING;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.Report;
import io.aegis.kernel.TaskScope;
import io.aegis.repository.pack.PackBuilder.Finished;
import io.aegis.storage.ObjectStat;
import io.aegis.storage.ObjectStore;
import io.aegis.storage.PutOutcome;
import java.util.TreeSet;
import java.util.function.LongConsumer;

/** Puts full packs into the store while the next one is being filled. */
final class PackUploads implements AutoCloseable {
  static final int IN_FLIGHT = 2;

  private final ObjectStore store;
  private final PackLedger ledger;
  private final Segments pool;
  private final LongConsumer durable;
  private final TaskScope scope = TaskScope.waiting("pack upload", IN_FLIGHT);
  private final TreeSet<Long> pending = new TreeSet<>();
  private long highest;
  private volatile boolean failed;

  PackUploads(ObjectStore store, PackLedger ledger, Segments pool, LongConsumer durable) {
    this.store = store;
    this.ledger = ledger;
    this.pool = pool;
    this.durable = durable;
  }

  /** Waits while too many are under way; throws the failure of an earlier one, if there was any. */
  void put(Finished pack, long sequence) {
    begin(sequence);
    try {
      if (failed) {
        scope.join();
      }
      scope.fork(() -> {
        upload(pack, sequence);
        return pack;
      });
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  void await() {
    try {
      scope.join();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private void upload(Finished pack, long sequence) {
    boolean stored = false;
    try {
      // The name is random: whatever stands there is what an earlier try of this put left.
      if (store.putIfAbsent(pack.id().key(), pack.body()) == PutOutcome.ALREADY_PRESENT) {
        verifyLeftover(pack);
      }
      stored = true;
    } finally {
      failed |= !stored;
    }
    ledger.add(pack.id(), pack.size());
    pool.giveBack(pack.segments());
    end(sequence);
  }

  private void verifyLeftover(Finished pack) {
    long size = store.stat(pack.id().key()).map(ObjectStat::size).orElse(0L);
    if (size != pack.size()) {
      throw new Damaged(Report.of(PACK_MISSING, pack.id().key() + " was stored only in part")
          .why("it holds " + size + " of " + pack.size() + " bytes")
          .next("repeat the command", "check the store: it keeps parts of objects"));
    }
  }

  private synchronized void begin(long sequence) {
    pending.add(sequence);
    highest = sequence;
  }

  private void end(long sequence) {
    synchronized (this) {
      pending.remove(sequence);
      durable.accept(pending.isEmpty() ? highest : pending.first() - 1);
    }
  }

  private static Unavailable interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new Unavailable(
        Report.of(INTERRUPTED, "storing a snapshot was interrupted")
            .safe("no snapshot was made; what was stored is used by the next attempt")
            .next("repeat the command"),
        cause);
  }

  @Override
  public void close() {
    scope.close();
  }
}
