package io.aegis.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The shop's own PostgreSQL: set up, started, and ended as a disaster would end it. */
final class ShopServer {
  /**
   * PostgreSQL refuses to run as root; in a user namespace of its own it does not know that it is.
   */
  private static final List<String> AS_NOBODY =
      List.of("unshare", "--user", "--map-user=65534", "--map-group=65534", "--");

  private static final String SETTINGS = """

      listen_addresses = '127.0.0.1'
      unix_socket_directories = ''
      wal_level = replica
      summarize_wal = on
      max_wal_senders = 5
      shared_buffers = 64MB
      dynamic_shared_memory_type = mmap
      synchronous_commit = on
      """;

  /** Below those that Linux gives to clients, so that no connection takes it while it is free. */
  private static final int FIRST_PORT = 20_000;

  private static final int PORTS = 10_000;
  private static final int ATTEMPTS = 5;

  private final Path binaries;
  private final Path data;
  private int port;

  ShopServer(Path binaries, Path data) {
    this.binaries = binaries;
    this.data = data;
  }

  int port() {
    return port;
  }

  Path data() {
    return data;
  }

  void create() {
    run(
        "initdb",
        "-D",
        data.toString(),
        "-U",
        "postgres",
        "-A",
        "trust",
        "-k",
        "-E",
        "UTF8",
        "--no-locale",
        "-N");
    configure(SETTINGS);
  }

  /** Starts it on a port that nobody has; somebody may take it in between, and then on another. */
  void start() {
    for (int attempt = 1; ; attempt++) {
      port = freePort();
      configure("port = " + port + "\n");
      try {
        run("pg_ctl", "-D", data.toString(), "-l", data + ".log", "-w", "start");
        return;
      } catch (IllegalStateException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private void configure(String lines) {
    try {
      Files.writeString(data.resolve("postgresql.conf"), lines, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes the data directory, as a disk failure or a wrong {@code rm -rf} would. */
  static void wipe(Path directory) {
    try {
      Files.walkFileTree(directory, new SimpleFileVisitor<>() {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
            throws IOException {
          Files.delete(file);
          return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(
            Path folder, @org.jspecify.annotations.Nullable IOException failure)
            throws IOException {
          Files.delete(folder);
          return FileVisitResult.CONTINUE;
        }
      });
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + directory, e);
    }
  }

  private void run(String program, String... arguments) {
    var line = new ArrayList<String>();
    if (runsAsRoot()) {
      line.addAll(AS_NOBODY);
    }
    line.add(binaries.resolve(program).toString());
    line.addAll(List.of(arguments));
    var output = Path.of(data + "." + program + ".out");
    try {
      var process = new ProcessBuilder(line)
          .redirectErrorStream(true)
          .redirectOutput(output.toFile())
          .start();
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IllegalStateException(
            program + " of the demo's PostgreSQL failed: " + Files.readString(output));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + program, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + program + " ran", e);
    }
  }

  private boolean runsAsRoot() {
    try {
      return Files.getAttribute(data.getParent(), "unix:uid", LinkOption.NOFOLLOW_LINKS)
          .equals(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() {
    long start = ProcessHandle.current().pid(); // two demos at once begin to look elsewhere
    for (int i = 0; i < PORTS; i++) {
      int port = FIRST_PORT + (int) ((start * 31 + i) % PORTS);
      if (isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException("no port from " + FIRST_PORT + " on is free");
  }

  private static boolean isFree(int port) {
    try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
