package io.aegis.repository.snapshot;

import io.aegis.repository.pack.PackLedger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The lines of the new file table, as workers finish them. A line counts once every pack it names
 * is durable; then it stands in the next checkpoint. Memory grows with the number of files, by
 * their paths and about 150 bytes each. Safe for use by many threads.
 */
final class Gathering {
  private static final int CHECKPOINT_LINES = 10_000;

  private final Session session;
  private final PackLedger ledger;
  private final long checkpointBytes;
  private final List<Line> entries = new ArrayList<>();
  private int inCheckpoints;
  private long writtenAtCheckpoint;

  /**
   * @param checkpointBytes what is stored between two checkpoints
   */
  Gathering(Session session, PackLedger ledger, long checkpointBytes) {
    this.checkpointBytes = checkpointBytes;
    this.session = session;
    this.ledger = ledger;
  }

  Lane lane() {
    return new Lane();
  }

  synchronized List<Line> entries() {
    return List.copyOf(entries);
  }

  private synchronized void add(List<Line> durable) {
    entries.addAll(durable);
    int waiting = entries.size() - inCheckpoints;
    boolean due = ledger.written() - writtenAtCheckpoint >= checkpointBytes && waiting > 0;
    if (due || waiting >= CHECKPOINT_LINES) {
      session.checkpoint(entries.subList(inCheckpoints, entries.size()), ledger);
      inCheckpoints = entries.size();
      writtenAtCheckpoint = ledger.written();
    }
  }

  /** The lines of one worker, in the order of the packs they wait for. */
  final class Lane {
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private long durable;

    private record Pending(long sequence, Line entry) {}

    /**
     * @param sequence the number of the last pack that the line may name
     */
    synchronized void finished(long sequence, Line entry) {
      pending.add(new Pending(sequence, entry));
      release();
    }

    /** All packs of this worker up to this number are durable. */
    synchronized void durable(long sequence) {
      durable = Math.max(durable, sequence);
      session.beat();
      release();
    }

    private void release() {
      var ready = new ArrayList<Line>();
      while (!pending.isEmpty() && pending.peek().sequence() <= durable) {
        ready.add(pending.remove().entry());
      }
      if (!ready.isEmpty()) {
        add(ready);
      }
    }
  }
}
