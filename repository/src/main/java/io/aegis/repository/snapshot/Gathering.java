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
  private long waitingBytes;

  /**
   * @param checkpointBytes what the lines that are in no checkpoint may have stored
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

  private synchronized void add(List<Line> durable, long stored) {
    entries.addAll(durable);
    waitingBytes += stored;
    int waiting = entries.size() - inCheckpoints;
    if (waitingBytes >= checkpointBytes || waiting >= CHECKPOINT_LINES) {
      session.checkpoint(entries.subList(inCheckpoints, entries.size()), ledger);
      inCheckpoints = entries.size();
      waitingBytes = 0;
    }
  }

  /** The lines of one worker, in the order of the packs they wait for. */
  final class Lane {
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private long durable;
    private long appended;

    private record Pending(long sequence, Line entry, long stored) {}

    /**
     * @param sequence the number of the last pack that the line may name
     * @param nowAppended the bytes that this worker had appended in all when the line was finished
     */
    synchronized void finished(long sequence, Line entry, long nowAppended) {
      pending.add(new Pending(sequence, entry, nowAppended - appended));
      appended = nowAppended;
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
      long stored = 0;
      while (!pending.isEmpty() && pending.peek().sequence() <= durable) {
        var next = pending.remove();
        ready.add(next.entry());
        stored += next.stored();
      }
      if (!ready.isEmpty()) {
        add(ready, stored);
      }
    }
  }
}
