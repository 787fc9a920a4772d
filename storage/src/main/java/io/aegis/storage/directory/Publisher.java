package io.aegis.storage.directory;

import io.aegis.storage.Body;
import io.aegis.storage.PutOutcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a file where nobody looks, brings it to disk, and only then gives it its name. */
final class Publisher {
  /** How much is handed to the kernel at once: it bounds the JDK's hidden off-heap copy. */
  static final int SLICE = 1 << 20;

  private static final String LOCK = "~lock";

  private final Path root;
  private final DurableDirectories directories;
  private final UnfinishedFiles unfinished;
  private final Naming naming;

  private Publisher(
      Path root, DurableDirectories directories, UnfinishedFiles unfinished, Naming naming) {
    this.root = root;
    this.directories = directories;
    this.unfinished = unfinished;
    this.naming = naming;
  }

  /** Makes the root if need be, and finds out what its file system can do. */
  static Publisher open(Path root) throws IOException {
    var directories = new DurableDirectories(root);
    directories.ensure(root.resolve(UnfinishedFiles.DIRECTORY));
    var unfinished = new UnfinishedFiles(root);
    return new Publisher(root, directories, unfinished, unfinished.sweepAndProbe());
  }

  /** The same, naming files as if that were all the file system can do. */
  Publisher with(Naming other) {
    return new Publisher(root, directories, unfinished, other);
  }

  Naming naming() {
    return naming;
  }

  /** Stores {@code body} at {@code name} below the root, unless something is there. */
  PutOutcome publish(String name, Body body) throws IOException {
    var target = root.resolve(name);
    directories.ensureParentOf(target);
    var outcome = Files.exists(target) ? PutOutcome.ALREADY_PRESENT : writeThenName(body, target);
    if (Files.isDirectory(target)) {
      throw new IllegalStateException("an object is the directory of another: " + target);
    }
    // Even if it was there: its writer may not have come to this point yet.
    DurableDirectories.syncParentOf(target);
    return outcome;
  }

  private PutOutcome writeThenName(Body body, Path target) throws IOException {
    var temporary = unfinished.fresh();
    try {
      try (var file = unfinished.create(temporary)) {
        for (var part : body.parts()) {
          writeFully(file, part.duplicate());
        }
        file.force(true);
      }
      return naming.name(temporary, target, root.resolve(LOCK));
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void writeFully(FileChannel file, ByteBuffer part) throws IOException {
    int end = part.limit();
    while (part.position() < end) {
      part.limit(Math.min(end, part.position() + SLICE));
      file.write(part);
    }
  }
}
