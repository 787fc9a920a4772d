package io.aegis.postgres.stream;

import io.aegis.kernel.TimeSource;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.WalStream.Event;
import io.aegis.postgres.WalStream.Listener;
import io.aegis.postgres.WalStream.Settings;
import io.aegis.postgres.archive.DeclaredGap;
import io.aegis.postgres.archive.DurableMark;
import io.aegis.postgres.archive.LogSpan;
import io.aegis.postgres.archive.WalFiling;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes what has arrived durable: a part, then the mark that says so, and only then the position
 * that the server is told (rule S1). At most one part an interval; but at once after a quiet
 * interval, at the end of each slice, and when somebody waits for it, such as a backup.
 */
final class Shipper {
  private static final Duration LOOK = Duration.ofMillis(250);

  /** How long what somebody waits for can lie unread; so often is looked under load. */
  private static final Duration GLANCE = Duration.ofMillis(20);

  /** How often it is looked whether a copy of the server is streamed, too. */
  private static final Duration ALONE = Duration.ofSeconds(1);

  /** How many slices back: one in each look. */
  private static final int LOOKED_BACK = 64;

  private final WalFiling filing;
  private final WalBuffer buffer;
  private final Compactor compactor;
  private final SliceTail tail;
  private final Settings settings;
  private final TimeSource time;
  private final Listener listener;

  private volatile Lsn durable;
  private Instant asOf;
  private long shipped;
  private long looked;
  private boolean marked;
  private final List<LogSpan> completed = new ArrayList<>();

  /** Which of them was looked at last; the next is the one before it. */
  private int cursor;

  private Gathered gathered = Gathered.NOTHING;

  /**
   * What was read and is not durable yet: from the end of what is, to that of the tail.
   *
   * @param arrived when its first byte did, in {@code TimeSource.nanos}
   * @param silence as it was heard before the last of it was taken
   */
  private record Gathered(int bytes, long arrived, WalBuffer.Silence silence) {
    static final Gathered NOTHING =
        new Gathered(0, 0, new WalBuffer.Silence(Lsn.INVALID, Instant.EPOCH));
  }

  Shipper(Journey journey, WalBuffer buffer, Compactor compactor, SliceTail tail) {
    this.filing = journey.filing();
    this.buffer = buffer;
    this.compactor = compactor;
    this.tail = tail;
    this.settings = journey.stream().settings();
    this.time = journey.stream().ports().time();
    this.listener = journey.listener();
    this.durable = tail.end();
    this.asOf = tail.recalled().map(DurableMark::knownUntil).orElse(DurableMark.NEVER);
    this.shipped = time.nanos() - settings.interval().toNanos();
    this.looked = time.nanos();
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
        gather();
        ship();
      } else if (buffer.isClosed()) {
        compactor.finish();
        return null;
      } else {
        recordSilence();
      }
    }
  }

  /**
   * A killed stream can have stored a part and not its mark. Behind a gap nothing is there yet, and
   * no mark may say so (rule A2).
   */
  private void markWhatIsThere() {
    declareBarriers();
    boolean again =
        tail.recalled().filter(mark -> mark.durable().equals(tail.end())).isPresent();
    if (again || tail.lastCommit() instanceof Edge.Commit) {
      noteTime(Gathered.NOTHING.silence());
      mark();
    }
  }

  /** Reads what arrives until it is time to store it. */
  private void gather() throws InterruptedException {
    take();
    var rest = rest();
    while (rest.isPositive() && !tail.isFull() && !tail.isAwaited() && !buffer.isClosed()) {
      if (buffer.await(tail.room(), shorter(rest, GLANCE)) > 0) {
        take();
      }
      rest = rest();
    }
    shipped = time.nanos();
  }

  private Duration rest() {
    return settings.interval().minusNanos(time.nanos() - shipped);
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private void take() {
    var silence = buffer.silence();
    var batch = buffer.take(tail.room());
    tail.append(batch.bytes(), 0, batch.length());
    long arrived = gathered.bytes() == 0 ? batch.arrived() : gathered.arrived();
    gathered = new Gathered(gathered.bytes() + batch.length(), arrived, silence);
  }

  private void ship() throws InterruptedException {
    var now = gathered;
    gathered = Gathered.NOTHING;
    var span = new LogSpan(tail.end().plus(-now.bytes()), tail.end());
    listener.on(new Event.Storing(span.to(), Duration.ofNanos(time.nanos() - now.arrived())));
    var whole = store(span);
    tail.served();
    declareBarriers();
    noteTime(now.silence());
    mark();
    durable = span.to();
    buffer.settled();
    whole.ifPresent(this::requireAlone);
    requireAlone();
    compact();
    var lag = Duration.ofNanos(time.nanos() - now.arrived());
    listener.on(new Event.Durable(tail.timeline(), durable, now.bytes(), lag, filing.requests()));
  }

  /**
   * Between the part and the mark: a stream that is killed before reads that part again. Earlier,
   * the log would seem to go on behind the barrier.
   */
  private void declareBarriers() {
    for (var at : tail.takeBarriers()) {
      if (filing.gap(tail.timeline(), DeclaredGap.barrier(at, time.now()))) {
        listener.on(new Event.GapDeclared(tail.timeline(), at, at));
      }
    }
  }

  /**
   * A slice that arrived at once needs no parts: so it is while a stream catches up. Not so before
   * the first mark: where there is a slice and no mark, the mark was lost.
   *
   * @return the slice, if it was stored as one
   */
  private Optional<SliceTail.Full> store(LogSpan span) {
    if (tail.isFull() && tail.isFresh() && marked) {
      var full = tail.next();
      filing.slice(full.timeline(), full.summary(), full.bytes(), full.parts());
      return Optional.of(full);
    }
    tail.stored(filing.part(tail.timeline(), span, tail.copy(span)));
    return Optional.empty();
  }

  /** Behind the mark, for the same reason. */
  private void compact() throws InterruptedException {
    if (tail.isFull()) {
      completed(new LogSpan(tail.begin(), tail.end()));
      compactor.submit(tail.next());
      return;
    }
    var merge = tail.merge();
    if (merge.isPresent()) {
      tail.merged(merge.get(), filing.partOf(tail.timeline(), merge.get().span()));
      compactor.submit(merge.get());
    }
  }

  /**
   * Behind the mark: it must not cost what is durable any time. A slice is looked at when it is
   * complete, and those behind it one after the other: who writes them, too, may be late.
   */
  private void requireAlone() {
    if (tail.isFull() || time.nanos() - looked > ALONE.toNanos()) {
      var stored = new LogSpan(tail.begin(), tail.end());
      filing.requireAlone(tail.timeline(), stored, () -> tail.copy(stored));
      if (!completed.isEmpty()) {
        cursor = cursor > 0 ? cursor - 1 : completed.size() - 1;
        filing.requireAloneBehind(tail.timeline(), completed.get(cursor));
      }
      looked = time.nanos();
    }
  }

  private void completed(LogSpan slice) {
    completed.add(slice);
    if (completed.size() > LOOKED_BACK) {
      completed.removeFirst();
      cursor = Math.max(0, cursor - 1); // it stays at its slice, however fast others come
    }
  }

  private void requireAlone(SliceTail.Full whole) {
    var slice = whole.summary().span();
    filing.requireAlone(whole.timeline(), slice, whole::bytes);
    completed(slice);
  }

  private void recordSilence() {
    var silence = buffer.silence();
    if (silence.upTo().equals(tail.end())
        && DurableMark.believed(silence.asOf(), time.now())
            .isAfter(asOf.plus(settings.heartbeat()))) {
      noteTime(silence);
      mark();
      requireAlone();
      listener.on(new Event.Silence(durable, asOf));
    }
  }

  /**
   * The time until which it is known that nothing else was committed. It goes back only where it is
   * ahead of the own clock.
   */
  private void noteTime(WalBuffer.Silence silence) {
    var known = asOf;
    if (!silence.upTo().isAfter(tail.end()) && silence.asOf().isAfter(known)) {
      known = silence.asOf();
    }
    if (tail.lastCommit() instanceof Edge.Commit commit && commit.time().isAfter(known)) {
      known = commit.time();
    }
    asOf = DurableMark.believed(known, time.now());
  }

  private void mark() {
    filing.mark(
        tail.timeline(),
        new DurableMark(tail.end(), tail.lastEnd(), asOf, time.now(), tail.lastCommit()));
    marked = true;
  }
}
