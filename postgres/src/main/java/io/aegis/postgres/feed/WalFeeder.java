package io.aegis.postgres.feed;

import static io.aegis.postgres.PostgresCode.WAL_NOT_AT_HAND;

import io.aegis.kernel.Failure;
import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Report;
import io.aegis.kernel.TaskScope;
import io.aegis.kernel.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps the spool filled ahead of a recovery: one thread sees what is asked for, a few fetch that
 * and what will be asked for next. Lives as long as its brace, which must last until promotion is
 * over, since promotion asks again for the last segment and for history files.
 *
 * <p>What cannot be had is not answered but tried again for as long as the feeder lives and
 * somebody asks; {@link #trouble} tells whoever watches.
 */
public final class WalFeeder implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(20);
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final long AHEAD_BYTES = 256L * 1024 * 1024;
  private static final int FETCHERS = 3;

  private final Spool spool;
  private final SpoolDirectories directories;
  private final WalSource source;
  private final int segmentSize;
  private final TimeSource time;
  private final Demand demand;
  private final TaskScope scope = TaskScope.waiting("wal-feeder", FETCHERS + 1);
  private final Map<WalFileName, Failure> troubles = new ConcurrentHashMap<>();
  private final AtomicLong fedBytes = new AtomicLong();
  private volatile WalFileName awaited;

  private WalFeeder(
      Spool spool, WalSource source, WalFileName first, int segmentSize, TimeSource time)
      throws InterruptedException {
    awaited = first;
    this.spool = spool;
    directories = spool.open(time.now());
    this.source = source;
    this.segmentSize = segmentSize;
    this.time = time;
    demand = new Demand(segmentSize, Math.clamp(AHEAD_BYTES / segmentSize, 2, 16));
  }

  /**
   * Clears the spool and begins to fill it.
   *
   * @param first the segment in which replay begins: fetched before anybody asks
   * @param segmentSize bytes of a segment
   */
  public static WalFeeder start(
      Spool spool, WalSource source, WalFileName first, int segmentSize, TimeSource time)
      throws InterruptedException {
    var feeder = new WalFeeder(spool, source, first, segmentSize, time);
    feeder.demand.ask(first);
    feeder.scope.fork(feeder::look);
    for (int i = 0; i < FETCHERS; i++) {
      feeder.scope.fork(feeder::fetchForever);
    }
    return feeder;
  }

  /** Why what recovery waits for has not come; empty as long as all is well. */
  public Optional<Failure> trouble() {
    return Optional.ofNullable(troubles.get(awaited));
  }

  /** Bytes of log put into the spool so far. */
  public long fedBytes() {
    return fedBytes.get();
  }

  private Void look() throws InterruptedException {
    while (true) {
      try {
        for (var name : directories.takeWanted()) {
          awaited = name;
          demand.ask(name);
        }
      } catch (IOException e) {
        troubles.put(awaited, spool.troubleWith(e));
      }
      time.sleep(LOOK);
    }
  }

  private Void fetchForever() throws InterruptedException {
    while (true) {
      var name = demand.take();
      try {
        answer(name);
      } finally {
        demand.done(name);
      }
    }
  }

  /** What fails is not tried again here: the script that waits for it asks again and again. */
  private void answer(WalFileName name) throws InterruptedException {
    try {
      if (!directories.isAnswered(name)) {
        fetch(name);
        troubles.remove(name);
      }
    } catch (IOException e) {
      troubles.put(name, spool.troubleWith(e));
      time.sleep(PAUSE);
    } catch (Failure e) {
      troubles.put(name, e);
      time.sleep(PAUSE);
    }
  }

  private void fetch(WalFileName name) throws IOException {
    WalSource.Answer answer;
    try (var into = directories.coming(name)) {
      answer = source.fetch(name, into);
    }
    switch (answer) {
      case FOUND -> deliver(name);
      case PROVED_ABSENT -> directories.markAbsent(name);
    }
  }

  private void deliver(WalFileName name) throws IOException {
    long size = directories.sizeOfComing(name);
    if (name.isSegment() && size != segmentSize) {
      throw new Damaged(Report.of(WAL_NOT_AT_HAND, "the log segment " + name + " is not whole")
          .why("it has " + size + " bytes instead of " + segmentSize)
          .safe("recovery waits; it does not take this for the end of the log")
          .next("aegis repo check --read-data"));
    }
    directories.deliver(name);
    fedBytes.addAndGet(size);
  }

  @Override
  public void close() {
    scope.close();
    directories.close();
  }
}
