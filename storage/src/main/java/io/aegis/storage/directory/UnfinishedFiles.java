package io.aegis.storage.directory;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
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
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;

/** The directory of files without a name yet. It cannot be part of a key, so nobody sees them. */
final class UnfinishedFiles {
  static final String DIRECTORY = "~unfinished";

  /** Nobody writes one object for a day; what is older was left behind by a crash. */
  private static final Duration ABANDONED = Duration.ofDays(1);

  private final Path root;
  private final Path directory;
  private final Entropy entropy = Entropy.secure();

  /** Of the store at {@code root}; the directory must exist. */
  UnfinishedFiles(Path root) {
    this.root = root;
    this.directory = root.resolve(DIRECTORY);
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

  /** By descriptors: the directory may have become a link to one whose files are not ours. */
  private void sweep(Instant now) throws IOException {
    Descent.into(root, DIRECTORY, leftovers -> {
      for (var leftover : leftovers) {
        sweep(leftovers, Objects.requireNonNull(leftover.getFileName()), now.minus(ABANDONED));
      }
    });
  }

  private static void sweep(
      SecureDirectoryStream<Path> leftovers, Path name, Instant abandonedBefore)
      throws IOException {
    try {
      var file = leftovers
          .getFileAttributeView(name, BasicFileAttributeView.class, NOFOLLOW_LINKS)
          .readAttributes();
      if (!file.isDirectory() && file.lastModifiedTime().toInstant().isBefore(abandonedBefore)) {
        leftovers.deleteFile(name);
      }
    } catch (NoSuchFileException e) {
      // its writer has just finished, or somebody else has swept
    }
  }
}
