package io.aegis.storage.directory;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import io.aegis.storage.PutOutcome;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** How a finished file gets its object's name without ever replacing another. */
enum Naming {
  /** Atomic between all processes and machines that share the file system: link(2). */
  BY_HARD_LINK {
    @Override
    PutOutcome name(Path finished, Path target, Path lock) throws IOException {
      try {
        Files.createLink(target, finished);
        return PutOutcome.CREATED;
      } catch (FileAlreadyExistsException e) {
        return PutOutcome.ALREADY_PRESENT;
      }
    }
  },

  /**
   * For file systems without hard links (exFAT, some network and FUSE ones): look, then rename,
   * under a file lock. Still never half an object; but file locks cannot be relied upon between
   * machines there, so only one writer at a time may use such a store.
   */
  BY_GUARDED_RENAME {
    @Override
    PutOutcome name(Path finished, Path target, Path lock) throws IOException {
      RENAMING.lock();
      try (var file =
              FileChannel.open(lock, Set.of(CREATE, WRITE, NOFOLLOW_LINKS), Ownership.FILE);
          var _ = file.lock()) {
        Ownership.handOver(lock);
        if (Files.exists(target)) {
          return PutOutcome.ALREADY_PRESENT;
        }
        Files.move(finished, target, StandardCopyOption.ATOMIC_MOVE);
        return PutOutcome.CREATED;
      } finally {
        RENAMING.unlock();
      }
    }
  };

  // A file lock belongs to the whole process, so its threads, of other stores too, take turns
  // first.
  private static final ReentrantLock RENAMING = new ReentrantLock();

  /**
   * @param finished the whole content, on disk
   * @param lock the file to lock where naming is not atomic by itself
   */
  abstract PutOutcome name(Path finished, Path target, Path lock) throws IOException;
}
