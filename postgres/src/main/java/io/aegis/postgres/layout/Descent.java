package io.aegis.postgres.layout;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.util.Objects;
import java.util.Set;

/**
 * Opening a file step by step from the file system's root, each directory by the descriptor of the
 * one above it: openat(2). A link anywhere on the way fails it, since nobody can slip one in
 * between looking and opening.
 */
final class Descent {
  private Descent() {}

  static FileChannel open(Path real) throws IOException {
    var root = Objects.requireNonNull(real.getRoot());
    try (var top = Files.newDirectoryStream(root)) {
      // As every directory of a system with openat(2) is.
      return open((SecureDirectoryStream<Path>) top, root.relativize(real));
    }
  }

  private static FileChannel open(SecureDirectoryStream<Path> above, Path below)
      throws IOException {
    var name = below.getName(0);
    if (below.getNameCount() == 1) {
      // Always a file's channel, with the positioned reads that its type here does not promise.
      return (FileChannel) above.newByteChannel(name, Set.of(READ, NOFOLLOW_LINKS));
    }
    try (var next = above.newDirectoryStream(name, NOFOLLOW_LINKS)) {
      return open(next, below.subpath(1, below.getNameCount()));
    }
  }
}
