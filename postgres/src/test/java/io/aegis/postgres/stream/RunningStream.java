package io.aegis.postgres.stream;

import io.aegis.postgres.ConnectionSettings;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.WalStream;
import io.aegis.postgres.WalStream.Ending;
import io.aegis.postgres.WalStream.Event;
import io.aegis.postgres.testing.TestPostgres;
import io.aegis.repository.ComponentName;
import io.aegis.repository.Ports;
import io.aegis.repository.Repository;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/** A stream on a thread of its own, followed through its events. */
public final class RunningStream implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final BlockingQueue<Event> fresh = new LinkedBlockingQueue<>();
  private final List<Event> seen = new ArrayList<>();
  private final AtomicReference<Throwable> end = new AtomicReference<>();
  private final AtomicReference<Ending> ending = new AtomicReference<>();
  private final Thread thread;

  public RunningStream(Repository repository, TestPostgres server) {
    this(repository, server, Ports.system());
  }

  RunningStream(Repository repository, TestPostgres server, Ports ports) {
    this(repository, server, ports, Optional.empty());
  }

  RunningStream(
      Repository repository, TestPostgres server, Ports ports, Optional<ComponentName> component) {
    var settings = new WalStream.Settings(
        "aegis", WalStream.SlotLife.KEPT, Duration.ofMillis(200), Duration.ofMillis(500));
    var stream =
        new WalStream(repository, settingsOf(server), settings, ports, Optional.empty(), component);
    thread = Thread.ofPlatform().daemon().name("stream").start(() -> {
      try {
        ending.set(stream.run(fresh::add));
      } catch (RuntimeException | Error e) {
        end.set(e);
      }
    });
  }

  public static ConnectionSettings settingsOf(TestPostgres server) {
    var at = server.connection();
    return new ConnectionSettings(
        at.host(), at.port(), at.database(), at.user(), new ConnectionSettings.Login.Ambient());
  }

  /** Waits until everything that the server has flushed is durable. */
  public Lsn awaitAll(TestPostgres server) {
    var flushed = Lsn.parse(server.psql("select pg_current_wal_flush_lsn()").strip());
    awaitDurable(flushed);
    return flushed;
  }

  public void awaitDurable(Lsn lsn) {
    await(event -> event instanceof Event.Durable durable && !durable.to().isBefore(lsn));
  }

  /** The first event of that kind, whether it was before or is still to come. */
  public <T extends Event> T await(Class<T> kind) {
    return kind.cast(await(kind::isInstance));
  }

  private Event await(Predicate<Event> wanted) {
    for (var event : seen) {
      if (wanted.test(event)) {
        return event;
      }
    }
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline && (thread.isAlive() || !fresh.isEmpty())) {
      var event = next();
      if (event != null && wanted.test(event)) {
        return event;
      }
    }
    throw new AssertionError("not seen in time; seen: " + seen, end.get());
  }

  private @org.jspecify.annotations.Nullable Event next() {
    try {
      var event = fresh.poll(100, TimeUnit.MILLISECONDS);
      if (event != null) {
        seen.add(event);
      }
      return event;
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  /** Waits until it ends by itself, and returns why. */
  public Throwable awaitFailure() {
    join();
    var failure = end.get();
    if (failure == null) {
      throw new AssertionError("the stream ended without a failure; seen: " + fresh);
    }
    return failure;
  }

  public List<Event> events() {
    fresh.drainTo(seen);
    return List.copyOf(seen);
  }

  /** Waits until it ends by itself. */
  void awaitEnd() {
    join();
  }

  /** Ends it as Ctrl-C does, and returns how it says that it stands. */
  public Ending end() {
    close();
    return Objects.requireNonNull(ending.get());
  }

  /** Ends it as Ctrl-C does. */
  @Override
  public void close() {
    thread.interrupt();
    join();
  }

  private void join() {
    try {
      thread.join(PATIENCE);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
    if (thread.isAlive()) {
      throw new AssertionError("the stream does not end");
    }
  }
}
