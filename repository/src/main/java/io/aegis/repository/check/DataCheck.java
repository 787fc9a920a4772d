package io.aegis.repository.check;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.Progress;
import io.aegis.kernel.Report;
import io.aegis.kernel.TaskScope;
import io.aegis.repository.Finding;
import io.aegis.repository.Finding.Severity;
import io.aegis.repository.Records;
import io.aegis.repository.RepositoryCode;
import io.aegis.repository.layout.Layout;
import io.aegis.repository.pack.PackVerifier;
import io.aegis.repository.seal.KeyRing;
import io.aegis.repository.seal.Warmup;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStat;
import io.aegis.storage.ObjectStore;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** Reads every pack and every record and authenticates all of it, two at a time. */
final class DataCheck {
  private static final int WORKERS = 2;

  private final ObjectStore store;
  private final KeyRing keys;
  private final Records records;
  private final BiFunction<ObjectKey, String, Finding> lost;
  private final List<Finding> findings = new ArrayList<>();

  /**
   * @param lost what it means that a pack cannot be read, and why it cannot
   */
  DataCheck(
      ObjectStore store,
      KeyRing keys,
      Records records,
      BiFunction<ObjectKey, String, Finding> lost) {
    this.store = store;
    this.keys = keys;
    this.records = records;
    this.lost = lost;
  }

  List<Finding> run(Inventory inventory, Progress progress) {
    Warmup.begin();
    var packs = inventory.below(Layout.PACKS);
    var others = inventory.records();
    progress.expect(Inventory.bytes(packs) + Inventory.bytes(others));
    var work = new Work(packs.iterator(), others.iterator());
    try (var scope = TaskScope.computing("check", WORKERS)) {
      for (int worker = 0; worker < WORKERS; worker++) {
        scope.fork(() -> {
          drain(work, progress);
          return work;
        });
      }
      scope.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unavailable(
          Report.of(RepositoryCode.INTERRUPTED, "the check was interrupted")
              .next("aegis repo check --read-data"),
          e);
    }
    return findings;
  }

  private record Work(Iterator<ObjectStat> packs, Iterator<ObjectStat> records) {
    synchronized Optional<ObjectStat> pack() {
      return packs.hasNext() ? Optional.of(packs.next()) : Optional.empty();
    }

    synchronized Optional<ObjectStat> record() {
      return records.hasNext() ? Optional.of(records.next()) : Optional.empty();
    }
  }

  private void drain(Work work, Progress progress) {
    try (var verifier = new PackVerifier(store, keys)) {
      for (var pack = work.pack(); pack.isPresent(); pack = work.pack()) {
        verifyPack(verifier, pack.get());
        progress.advance(pack.get().size());
      }
    }
    for (var next = work.record(); next.isPresent(); next = work.record()) {
      verifyRecord(next.get());
      progress.advance(next.get().size());
    }
  }

  private void verifyPack(PackVerifier verifier, ObjectStat pack) {
    try {
      verifier.verify(pack.key(), Math.toIntExact(Math.min(pack.size(), Integer.MAX_VALUE - 8)));
    } catch (Damaged e) {
      add(lost.apply(pack.key(), e.report().headline()));
    }
  }

  /** A record that is gone by now was superseded while the check was running. */
  private void verifyRecord(ObjectStat stat) {
    try {
      records.find(stat.key());
    } catch (Damaged e) {
      add(new Finding(
          Severity.LOSS,
          stat.key().name(),
          e.report().headline(),
          "what this record says is lost",
          "bring the object back from a copy or an older version in the store"));
    }
  }

  private synchronized void add(Finding finding) {
    findings.add(finding);
  }
}
