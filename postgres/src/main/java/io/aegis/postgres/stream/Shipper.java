package io.aegis.postgres.stream;

import io.aegis.kernel.TimeSource;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.WalStream.Event;
import io.aegis.postgres.WalStream.Listener;
import io.aegis.postgres.WalStream.Settings;
import io.aegis.postgres.archive.DurableMark;
import io.aegis.postgres.archive.LogSpan;
import io.aegis.postgres.archive.WalFiling;
import io.aegis.postgres.wal.PgTime;
import java.time.Duration;
import java.time.Instant;

/**
 * Makes what has arrived durable: a part, then the mark that says so, and only then the position
 * that the server is told (rule S1). At most one part an interval, at once after a quiet interval,
 * and at the end of each slice.
 */
final class Shipper {
  private static final Duration LOOK = Duration.ofMillis(250);

  private final WalFiling filing;
  private final WalBuffer buffer;
  private final Compactor compactor;
  private final SliceTail tail;
  private final Settings settings;
  private final TimeSource time;
  private final Listener listener;

  private volatile Lsn durable;
  private Instant asOf = PgTime.toInstant(0);
  private long shipped;

  Shipper(Journey journey, WalBuffer buffer, Compactor compactor, SliceTail tail) {
    this.filing = journey.filing();
    this.buffer = buffer;
    this.compactor = compactor;
    this.tail = tail;
    this.settings = journey.stream().settings();
    this.time = journey.stream().ports().time();
    this.listener = journey.listener();
    this.durable = tail.end();
    this.shipped = time.nanos() - settings.interval().toNanos();
  }

  /** Everything before this position is in the repository, and a mark says so. */
  Lsn durable() {
    return durable;
  }

  /** Ships until the buffer is closed and empty. */
  Void run() throws InterruptedException {
    markWhatIsThere();
    while (true) {
      if (buffer.await(1, LOOK) > 0) {
        pause();
        ship();
      } else if (buffer.isClosed()) {
        compactor.finish();
        return null;
      } else {
        recordSilence();
      }
    }
  }

  /** A killed stream can have stored a part and not its mark. */
  private void markWhatIsThere() {
    if (tail.lastCommit() instanceof Edge.Commit commit) {
      asOf = commit.time();
      mark();
    }
  }

  private void pause() throws InterruptedException {
    long since = time.nanos() - shipped;
    var rest = settings.interval().minusNanos(since);
    if (rest.isPositive()) {
      buffer.await(tail.room(), rest);
    }
    shipped = time.nanos();
  }

  private void ship() throws InterruptedException {
    var silence = buffer.silence();
    var batch = buffer.take(tail.room());
    var span = new LogSpan(tail.end(), tail.end().plus(batch.length()));
    tail.append(batch.bytes(), 0, batch.length());
    store(span, batch.bytes());
    noteTime(silence);
    mark();
    durable = span.to();
    buffer.settled();
    var lag = Duration.ofNanos(time.nanos() - batch.arrived());
    listener.on(
        new Event.Durable(tail.timeline(), durable, batch.length(), lag, filing.requests()));
  }

  /** A slice that arrived at once needs no parts: so it is while a stream catches up. */
  private void store(LogSpan span, byte[] bytes) throws InterruptedException {
    if (tail.isFull() && tail.isFresh()) {
      var full = tail.next();
      filing.slice(full.timeline(), full.summary(), full.bytes(), full.parts());
      return;
    }
    tail.stored(filing.part(tail.timeline(), span, bytes));
    if (tail.isFull()) {
      compactor.submit(tail.next());
      return;
    }
    var merge = tail.merge();
    if (merge.isPresent()) {
      tail.merged(merge.get(), filing.partOf(tail.timeline(), merge.get().span()));
      compactor.submit(merge.get());
    }
  }

  private void recordSilence() {
    var silence = buffer.silence();
    if (silence.upTo().equals(tail.end())
        && silence.asOf().isAfter(asOf.plus(settings.heartbeat()))) {
      noteTime(silence);
      mark();
      listener.on(new Event.Silence(durable, asOf));
    }
  }

  /** The time until which it is known that nothing else was committed; it never goes back. */
  private void noteTime(WalBuffer.Silence silence) {
    var known = asOf;
    if (!silence.upTo().isAfter(tail.end()) && silence.asOf().isAfter(known)) {
      known = silence.asOf();
    }
    if (tail.lastCommit() instanceof Edge.Commit commit && commit.time().isAfter(known)) {
      known = commit.time();
    }
    asOf = known;
  }

  private void mark() {
    filing.mark(
        tail.timeline(),
        new DurableMark(tail.end(), tail.lastEnd(), asOf, time.now(), tail.lastCommit()));
  }
}
