package io.aegis.postgres.feed;

import static io.aegis.postgres.PostgresCode.WAL_NOT_AT_HAND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.Report;
import io.aegis.postgres.account.Account;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The directory between feeder and {@code restore_command}; the one place that knows its names.
 *
 * <pre>
 *   aegis/restore_wal.sh     the script
 *   aegis/spool/want/NAME    asked for by the script; taken away by the feeder
 *   aegis/spool/ready/NAME   whole; renamed into place, renamed away by the script
 *   aegis/spool/absent/NAME  proved not to exist
 *   aegis/spool/coming/NAME  being written; never looked at
 * </pre>
 */
public final class Spool {
  /** Relative to the data directory, in which PostgreSQL calls it: so no path needs quoting. */
  public static final String RESTORE_COMMAND = "sh aegis/restore_wal.sh \"%f\" \"%p\"";

  private final Path home;

  public Spool(Path dataDirectory) {
    home = dataDirectory.resolve("aegis");
  }

  /**
   * Writes the script.
   *
   * @param patience how long it waits for a file before it makes PostgreSQL stop
   */
  public void install(Duration patience) {
    try (var template = Spool.class.getResourceAsStream("restore_wal.sh")) {
      if (template == null) {
        throw new IllegalStateException("restore_wal.sh is not part of this build");
      }
      var script = new String(template.readAllBytes(), StandardCharsets.UTF_8)
          .replace("@PATIENCE@", Long.toString(patience.toSeconds()));
      make(home);
      write(home.resolve("restore_wal.sh"), script);
      makeDirectories();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write restore_wal.sh", e);
    }
  }

  /** On disk (trap T41): a script that a power cut emptied would say that all is well. */
  private static void write(Path file, String content) throws IOException {
    try (var channel = FileChannel.open(file, CREATE, TRUNCATE_EXISTING, WRITE)) {
      channel.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
      channel.force(true);
    }
    Account.adopt(file);
    try (var directory = FileChannel.open(file.resolveSibling(""), READ)) {
      directory.force(true);
    }
  }

  private void makeDirectories() throws IOException {
    make(home.resolve("spool"));
    for (String name : List.of("want", "ready", "absent", "coming")) {
      make(directory(name));
    }
  }

  /** For the account that the server runs as, which has to move files out of it. */
  private static void make(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectory(directory);
    }
    Account.adopt(directory);
  }

  /**
   * Removes whatever an earlier feeder left: a file may be torn by a power cut, and what was absent
   * then need not be now (trap T30). A script that waits will ask again.
   */
  void clear() {
    try {
      makeDirectories();
      for (String name : List.of("want", "ready", "absent", "coming")) {
        for (var file : files(name)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw troubleWith(e);
    }
  }

  /** What was asked for since the last call. */
  List<WalFileName> takeWanted() {
    try {
      var wanted = new ArrayList<WalFileName>();
      for (var file : files("want")) {
        WalFileName.parse(file.getFileName().toString()).ifPresent(wanted::add);
        Files.deleteIfExists(file);
      }
      return wanted;
    } catch (IOException e) {
      throw troubleWith(e);
    }
  }

  boolean isAnswered(WalFileName name) {
    return Files.exists(path("ready", name)) || Files.exists(path("absent", name));
  }

  /** Writes what cannot be seen until {@link #deliver}. */
  OutputStream coming(WalFileName name) throws IOException {
    var file = path("coming", name);
    Files.deleteIfExists(file);
    var stream = Files.newOutputStream(file, CREATE_NEW, WRITE);
    Account.adopt(file); // PostgreSQL writes over a segment once it is done with it
    return stream;
  }

  long sizeOfComing(WalFileName name) throws IOException {
    return Files.size(path("coming", name));
  }

  void deliver(WalFileName name) throws IOException {
    Files.move(path("coming", name), path("ready", name), StandardCopyOption.ATOMIC_MOVE);
  }

  void markAbsent(WalFileName name) throws IOException {
    Files.deleteIfExists(path("coming", name));
    if (Files.notExists(path("absent", name))) {
      Files.createFile(path("absent", name));
    }
  }

  private List<Path> files(String name) throws IOException {
    try (var files = Files.list(directory(name))) {
      return files.toList();
    }
  }

  private Path directory(String name) {
    return home.resolve("spool").resolve(name);
  }

  private Path path(String directory, WalFileName name) {
    return directory(directory).resolve(name.value());
  }

  Unavailable troubleWith(IOException e) {
    return new Unavailable(
        Report.of(WAL_NOT_AT_HAND, "cannot write log for recovery into " + home)
            .why(String.valueOf(e.getMessage()))
            .safe("recovery waits; it does not take this for the end of the log")
            .next("make room on that file system, then resume the execution"),
        e);
  }
}
