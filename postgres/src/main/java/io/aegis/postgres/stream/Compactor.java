package io.aegis.postgres.stream;

import io.aegis.postgres.WalStream.Event;
import io.aegis.postgres.WalStream.Listener;
import io.aegis.postgres.archive.LogSpan;
import io.aegis.postgres.archive.WalFiling;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Replaces parts by whole slices beside the stream, so that its lag does not grow by it. The queue
 * is short: a store that cannot keep up slows the stream down instead of filling memory.
 */
final class Compactor {
  private static final int WAITING = 2;

  private final WalFiling filing;
  private final Listener listener;
  private final BlockingQueue<Job> jobs = new ArrayBlockingQueue<>(WAITING);

  private sealed interface Job {
    record Slice(SliceTail.Full full) implements Job {}

    record Merge(SliceTail.Merge merge) implements Job {}

    record Stop() implements Job {}
  }

  Compactor(WalFiling filing, Listener listener) {
    this.filing = filing;
    this.listener = listener;
  }

  void submit(SliceTail.Full full) throws InterruptedException {
    jobs.put(new Job.Slice(full));
  }

  void submit(SliceTail.Merge merge) throws InterruptedException {
    jobs.put(new Job.Merge(merge));
  }

  /** Ends {@link #run} once everything submitted is done. */
  void finish() throws InterruptedException {
    jobs.put(new Job.Stop());
  }

  Void run() throws InterruptedException {
    while (true) {
      switch (jobs.take()) {
        case Job.Slice(var full) -> compact(full);
        case Job.Merge(var merge) -> merge(merge);
        case Job.Stop() -> {
          return null;
        }
      }
    }
  }

  private void merge(SliceTail.Merge merge) {
    filing.merge(merge.timeline(), merge.span(), merge.bytes(), merge.parts());
    listener.on(new Event.Compacted(
        merge.span().from(), merge.span().to(), merge.parts().size()));
  }

  private void compact(SliceTail.Full full) {
    filing.slice(full.timeline(), full.summary(), full.bytes(), full.parts());
    LogSpan span = full.summary().span();
    listener.on(new Event.Compacted(span.from(), span.to(), full.parts().size()));
  }
}
