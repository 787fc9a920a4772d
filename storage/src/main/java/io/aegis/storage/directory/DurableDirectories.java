package io.aegis.storage.directory;

import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Directories whose own names are known to be on disk. A directory that exists may have been made a
 * moment ago by somebody else who has not synced it yet; so each is synced once by this process.
 */
final class DurableDirectories {
  private final Path root;
  private final Set<Path> durable = ConcurrentHashMap.newKeySet();

  DurableDirectories(Path root) {
    this.root = root;
  }

  void ensureParentOf(Path file) throws IOException {
    ensure(parentOf(file));
  }

  /** Makes {@code directory}, which is the root or below it, and brings its name to disk. */
  void ensure(Path directory) throws IOException {
    if (durable.contains(directory)) {
      refuseLinks(directory);
      return;
    }
    if (directory.equals(root)) {
      Files.createDirectories(root, Ownership.DIRECTORY);
    } else {
      ensure(parentOf(directory));
      create(directory);
    }
    syncParentOf(directory);
    durable.add(directory);
  }

  /** Its owner may have put one in its place since, while who writes runs for weeks. */
  private void refuseLinks(Path directory) throws IOException {
    for (var each = directory; !each.equals(root); each = parentOf(each)) {
      if (Files.isSymbolicLink(each)) {
        throw Descent.linked(each);
      }
    }
  }

  private static void create(Path directory) throws IOException {
    try {
      Files.createDirectory(directory, Ownership.DIRECTORY);
      Ownership.handOver(directory);
    } catch (FileAlreadyExistsException e) {
      if (Files.isSymbolicLink(directory)) {
        throw Descent.linked(directory);
      }
      if (!Files.isDirectory(directory)) {
        throw new IllegalStateException("an object is the directory of another: " + directory, e);
      }
    }
  }

  /** Brings the name of {@code file} to disk, or its absence. */
  static void syncParentOf(Path file) throws IOException {
    try (var names = FileChannel.open(parentOf(file), READ)) {
      names.force(true);
    }
  }

  // The file system's own root directory stands for its parent, as it does in the file system.
  private static Path parentOf(Path file) {
    return Objects.requireNonNullElse(file.getParent(), file);
  }
}
