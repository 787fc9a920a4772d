package io.aegis.storage.directory;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;

/**
 * Deleting below the root of a store, each directory opened by the descriptor of the one above it:
 * openat(2), unlinkat(2). Whoever owns the repository need not be who runs Aegis, and can put a
 * link in the place of any directory in it; it leads nobody to files elsewhere.
 */
final class Descent {
  static final String LINKED = "a link is there in place of a directory of the repository";

  private Descent() {}

  /** What is done with a directory. */
  interface Work {
    void in(SecureDirectoryStream<Path> directory) throws IOException;
  }

  /**
   * Whether there was such a file.
   *
   * @param name of the file, below {@code root}
   */
  static boolean delete(Path root, String name) throws IOException {
    int end = name.lastIndexOf('/');
    var file = Path.of(name.substring(end + 1));
    try {
      into(root, name.substring(0, Math.max(end, 0)), around -> around.deleteFile(file));
      return true;
    } catch (NoSuchFileException | NotDirectoryException e) {
      return false;
    }
  }

  /**
   * The root itself may be reached by a link: its path was given by whoever runs Aegis.
   *
   * @param below the directory that is meant, seen from the root; empty for the root
   */
  static void into(Path root, String below, Work work) throws IOException {
    try (var top = Files.newDirectoryStream(root)) {
      // As every directory of a system with openat(2) is.
      var directory = (SecureDirectoryStream<Path>) top;
      if (below.isEmpty()) {
        work.in(directory);
      } else {
        into(directory, Path.of(below), work);
      }
    }
  }

  private static void into(SecureDirectoryStream<Path> above, Path below, Work work)
      throws IOException {
    try (var next = above.newDirectoryStream(below.getName(0), NOFOLLOW_LINKS)) {
      int depth = below.getNameCount();
      if (depth == 1) {
        work.in(next);
      } else {
        into(next, below.subpath(1, depth), work);
      }
    }
  }

  static FileSystemException linked(Path directory) {
    return new FileSystemException(directory.toString(), null, LINKED);
  }
}
