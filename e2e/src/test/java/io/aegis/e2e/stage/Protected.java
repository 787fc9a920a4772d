package io.aegis.e2e.stage;

import io.aegis.e2e.stage.Installed.Running;
import io.aegis.kernel.Json;
import io.aegis.postgres.testing.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A database with its repository and an {@code aegis.yaml}, all below one directory. The server and
 * every command started through it end with {@link #close}.
 */
public final class Protected implements AutoCloseable {
  /** What the application is called. */
  public static final String APPLICATION = "shop";

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final TestPostgres server;
  private final Installed aegis;
  private final List<AutoCloseable> begun = new ArrayList<>();

  private Protected(TestPostgres server, Installed aegis) {
    this.server = server;
    this.aegis = aegis;
  }

  /** Starts the server, and lets {@code aegis init --discover} find it. */
  public static Protected begin(Path directory, TestPostgres.Setup setup) {
    var server = setup.start();
    var here = new Protected(server, Installed.in(directory));
    String port = Integer.toString(server.connection().port());
    here.aegis("init", "--discover", "--application", APPLICATION, "--port", port)
        .expect(0);
    return here;
  }

  public TestPostgres server() {
    return server;
  }

  public Installed installed() {
    return aegis;
  }

  public Path repository() {
    return aegis.directory().resolve("repository");
  }

  /** Runs a command to its end. */
  public Installed.Result aegis(String... arguments) {
    return aegis.run(arguments);
  }

  /** Starts {@code aegis wal stream}; it is streaming on return. */
  public Running stream() {
    return stream(aegis);
  }

  /** The same with variables of its own, such as {@code AEGIS_CRASH_AT}. */
  public Running stream(Installed program) {
    var stream = program.start("wal", "stream", "--json");
    begun.add(stream);
    await(
        "the stream to begin",
        () -> stream.saidSoFar().contains("\"Streaming\"") || !stream.isAlive());
    return stream;
  }

  /** Waits until all that the server has written so far is durable in the repository. */
  public void awaitDurable() {
    String written = server.psql("select pg_current_wal_flush_lsn()").strip();
    await(
        "durable at " + written,
        () -> server
            .psql("select coalesce(bool_or(restart_lsn >= '" + written + "'), false)"
                + " from pg_replication_slots where slot_type = 'physical'")
            .strip()
            .equals("t"));
  }

  /** {@code kill -9} to every process of the server, and its data directory is gone. */
  public void lose() {
    server.kill();
    wipe(server.dataDirectory());
  }

  /** Recovers to a moment, and answers what came of it. */
  public Recovered recover(String target) {
    return recovered(aegis("recover", "--to", target, "--yes", "--json"));
  }

  /** The database that a recovery which ended well has left running. */
  public Recovered recovered(Installed.Result ended) {
    if (ended.exit() != 0) {
      ended.expect(0);
    }
    var recovered = new Recovered(ended.document(), server.major());
    begun.add(recovered);
    return recovered;
  }

  /** A database that was brought back; {@link #close} ends its server. */
  public static final class Recovered implements AutoCloseable {
    private final Json.Obj end;
    private final TestPostgres cluster;

    private Recovered(Json.Obj end, int major) {
      this.end = end;
      this.cluster = TestPostgres.of(major).adopt(Path.of(end.text("dataDirectory")));
    }

    /** What the command printed. */
    public Json.Obj document() {
      return end;
    }

    public Path dataDirectory() {
      return cluster.dataDirectory();
    }

    /** Asks the server that Aegis left running. */
    public String psql(String sql) {
      String port = Long.toString(end.number("port"));
      return cluster
          .program("psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-p", port, "-c", sql)
          .run()
          .orFail();
    }

    @Override
    public void close() {
      cluster.close();
    }
  }

  @Override
  public void close() {
    for (var each : begun.reversed()) {
      try {
        each.close();
      } catch (Exception e) {
        throw new IllegalStateException("something was left behind", e);
      }
    }
    server.close();
  }

  /** What shall come true by itself. */
  @FunctionalInterface
  public interface Condition {
    boolean holds();
  }

  /** Asks again and again; the test fails when it takes too long. */
  public static void await(String what, Condition condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("waited in vain for " + what);
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for " + what, e);
      }
    }
  }

  private static void wipe(Path directory) {
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + directory, e);
    }
  }
}
