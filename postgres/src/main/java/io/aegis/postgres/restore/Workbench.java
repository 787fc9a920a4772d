package io.aegis.postgres.restore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where one run of a restore makes its files before they get their names: a directory in the data
 * directory and one in each tablespace, called as no other run's. The next run takes them away
 * before it begins. Whoever was frozen meanwhile, and does not know that it was replaced, then has
 * no directory to make a file in and no file to put in place, and what it still has open is no
 * longer anybody's file: it changes nothing more.
 */
final class Workbench implements AutoCloseable {
  private static final String PREFIX = "aegis-run-";

  private final Path target;
  private final Path main;
  private final Map<Long, Path> inTablespaces;
  private final AtomicLong parts = new AtomicLong();

  private Workbench(Path target, Path main, Map<Long, Path> inTablespaces) {
    this.target = target;
    this.main = main;
    this.inTablespaces = inTablespaces;
  }

  /**
   * Takes over from every earlier run.
   *
   * @param run no two runs ever are called the same
   */
  static Workbench take(Goal goal, String run) throws IOException {
    var inTablespaces = new LinkedHashMap<Long, Path>();
    var main = Marker.directory(goal.target()).resolve(PREFIX + run);
    replace(main);
    for (var tablespace : goal.tablespaces().entrySet()) {
      var bench = tablespace.getValue().resolve(PREFIX + run);
      replace(bench);
      inTablespaces.put(tablespace.getKey(), bench);
    }
    return new Workbench(goal.target(), main, inTablespaces);
  }

  /** Moved first: from that moment on nothing can be made there under the name it had. */
  private static void replace(Path bench) throws IOException {
    DurableFiles.makeDirectory(bench, DurableFiles.OWNER_DIRECTORY);
    for (var other : benchesIn(DurableFiles.parentOf(bench))) {
      if (!other.equals(bench)) {
        moveAway(other, bench.resolve(other.getFileName()));
      }
    }
    DurableFiles.empty(bench);
  }

  private static void moveAway(Path other, Path to) throws IOException {
    try {
      Files.move(other, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      if (Files.exists(other)) {
        throw e; // it is our own that is gone: a third run took over
      }
    }
  }

  private static List<Path> benchesIn(Path directory) throws IOException {
    try (var entries = Files.list(directory)) {
      return entries
          .filter(entry -> String.valueOf(entry.getFileName()).startsWith(PREFIX))
          .toList();
    }
  }

  Path target() {
    return target;
  }

  /**
   * @throws NoSuchFileException if another run took over
   */
  void require() throws IOException {
    if (!Files.isDirectory(main)) {
      throw new NoSuchFileException(main.toString(), null, "another run took over");
    }
  }

  /** Where {@code path}, as the snapshot calls it, is made: on its own file system. */
  Path part(String path) {
    var tablespace = SnapshotFiles.tablespaceOf(path);
    var bench =
        tablespace.isPresent() ? inTablespaces.getOrDefault(tablespace.getAsLong(), main) : main;
    return bench.resolve(Long.toString(parts.incrementAndGet()));
  }

  /** Gives a part that is whole and on disk its name. */
  void place(Path part, Path file) throws IOException {
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  void write(String path, String content) throws IOException {
    write(path, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Durable on return. */
  void write(String path, byte[] content) throws IOException {
    var part = part(path);
    try (var channel = DurableFiles.create(part, DurableFiles.OWNER_FILE)) {
      writeAll(channel, content);
      channel.force(true);
    }
    place(part, target.resolve(path));
    DurableFiles.syncDirectory(DurableFiles.parentOf(target.resolve(path)));
  }

  private static void writeAll(FileChannel channel, byte[] content) throws IOException {
    var buffer = ByteBuffer.wrap(content);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /** Removes what runs that were killed have left. */
  static void removeAll(Path target, List<Path> tablespaces) throws IOException {
    removeIn(Marker.directory(target));
    for (var tablespace : tablespaces) {
      if (Files.isDirectory(tablespace)) {
        removeIn(tablespace);
      }
    }
  }

  private static void removeIn(Path directory) throws IOException {
    for (var bench : benchesIn(directory)) {
      remove(bench);
    }
  }

  private static void remove(Path bench) throws IOException {
    try {
      DurableFiles.empty(bench);
      Files.deleteIfExists(bench);
    } catch (NoSuchFileException e) {
      // Another run took it over, and removes it.
    }
  }

  @Override
  public void close() throws IOException {
    remove(main);
    for (var bench : inTablespaces.values()) {
      remove(bench);
    }
  }
}
