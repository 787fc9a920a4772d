package io.aegis.storage.directory;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import io.aegis.kernel.Entropy;
import io.aegis.kernel.Hex;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** The directory of files without a name yet. It cannot be part of a key, so nobody sees them. */
final class UnfinishedFiles {
  static final String DIRECTORY = "~unfinished";

  /** Nobody writes one object for a day; what is older was left behind by a crash. */
  private static final Duration ABANDONED = Duration.ofDays(1);

  private final Path directory;
  private final Entropy entropy = Entropy.secure();

  /** {@code directory} must exist. */
  UnfinishedFiles(Path directory) {
    this.directory = directory;
  }

  Path fresh() {
    return directory.resolve(Hex.of(entropy.bytes(16)));
  }

  FileChannel create(Path fresh) throws IOException {
    var file = FileChannel.open(fresh, Set.of(CREATE_NEW, WRITE), Ownership.FILE);
    try {
      Ownership.handOver(fresh);
      return file;
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Removes what crashes left behind and finds out what the file system can do. One new file
   * answers both questions: whether it can be linked, and what time the file system thinks it is.
   */
  Naming sweepAndProbe() throws IOException {
    var probe = fresh();
    create(probe).close();
    try {
      sweep(Files.getLastModifiedTime(probe).toInstant());
      return tryLinking(probe);
    } finally {
      Files.deleteIfExists(probe);
    }
  }

  private Naming tryLinking(Path probe) throws IOException {
    var link = fresh();
    try {
      Files.createLink(link, probe);
      return Naming.BY_HARD_LINK;
    } catch (UnsupportedOperationException e) {
      return Naming.BY_GUARDED_RENAME;
    } catch (FileSystemException e) {
      if (FileFailures.isShortage(e) || e instanceof AccessDeniedException) {
        throw e;
      }
      return Naming.BY_GUARDED_RENAME; // EPERM or EOPNOTSUPP: link(2)
    } finally {
      Files.deleteIfExists(link);
    }
  }

  private void sweep(Instant now) throws IOException {
    try (var leftovers = Files.newDirectoryStream(directory)) {
      for (var leftover : leftovers) {
        if (isAbandoned(leftover, now)) {
          Files.deleteIfExists(leftover);
        }
      }
    }
  }

  private static boolean isAbandoned(Path leftover, Instant now) throws IOException {
    try {
      return Files.getLastModifiedTime(leftover).toInstant().isBefore(now.minus(ABANDONED));
    } catch (NoSuchFileException e) {
      return false; // its writer has just finished
    }
  }
}
