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
@SuppressWarnings("InlineFormatString") // a page of text reads better by itself
final class ShopServer {
  /**
   * PostgreSQL refuses to run as root; in a user namespace of its own it does not know that it is.
   */
  private static final List<String> AS_NOBODY =
      List.of("unshare", "--user", "--map-user=65534", "--map-group=65534", "--");

  private static final String SETTINGS = """

      listen_addresses = '127.0.0.1'
      port = %d
      unix_socket_directories = ''
      wal_level = replica
      summarize_wal = on
      max_wal_senders = 5
      shared_buffers = 64MB
      synchronous_commit = on
      """;

  private final Path binaries;
  private final Path data;
  private final int port;

  ShopServer(Path binaries, Path data) {
    this.binaries = binaries;
    this.data = data;
    this.port = freePort();
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
    try {
      Files.writeString(
          data.resolve("postgresql.conf"), SETTINGS.formatted(port), StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void start() {
    run("pg_ctl", "-D", data.toString(), "-l", data + ".log", "-w", "start");
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

  static int freePort() {
    try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
