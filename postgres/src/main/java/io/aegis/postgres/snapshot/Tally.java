package io.aegis.postgres.snapshot;

import io.aegis.kernel.ByteSize;
import io.aegis.repository.SnapshotWorker.Captured;
import java.util.concurrent.atomic.LongAdder;

/** Adds up what was captured. Safe for use by many threads. */
final class Tally {
  private final LongAdder files = new LongAdder();
  private final LongAdder size = new LongAdder();
  private final LongAdder read = new LongAdder();
  private final LongAdder stored = new LongAdder();
  private final LongAdder vanished = new LongAdder();

  void add(Captured captured) {
    files.increment();
    size.add(captured.size());
    read.add(captured.read());
    stored.add(captured.stored());
  }

  /** Dropped by the server after it was listed (trap T12). */
  void vanished() {
    vanished.increment();
  }

  long files() {
    return files.sum();
  }

  ByteSize size() {
    return new ByteSize(size.sum());
  }

  ByteSize read() {
    return new ByteSize(read.sum());
  }

  ByteSize stored() {
    return new ByteSize(stored.sum());
  }

  long vanishedFiles() {
    return vanished.sum();
  }
}
