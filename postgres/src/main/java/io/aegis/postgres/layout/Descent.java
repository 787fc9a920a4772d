package io.aegis.postgres.layout;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Opening a file step by step from the file system's root, each directory by the descriptor of the
 * one above it: openat(2). A link anywhere on the way fails it, since nobody can slip one in
 * between looking and opening. Java cannot ask an open file whose it is: what is there before and
 * afterwards has to be the same.
 */
final class Descent {
  private static final int ATTEMPTS = 10;

  private final Path real;

  private Descent(Path real) {
    this.real = real;
  }

  /** A file for reading, whose owner closes it. */
  record Opened(FileChannel channel, Rights rights) {}

  static Opened open(Path real) throws IOException {
    for (int i = 0; i < ATTEMPTS; i++) {
      var opened = new Descent(real).fromTheRoot();
      if (opened.isPresent()) {
        return opened.get();
      }
    }
    throw new FileSystemException(real.toString(), null, "it is replaced again and again");
  }

  /** Empty if it was replaced meanwhile, as PostgreSQL itself does with files that it renames. */
  private Optional<Opened> fromTheRoot() throws IOException {
    var root = Objects.requireNonNull(real.getRoot());
    try (var top = Files.newDirectoryStream(root)) {
      // As every directory of a system with openat(2) is.
      return below((SecureDirectoryStream<Path>) top, root.relativize(real));
    }
  }

  private Optional<Opened> below(SecureDirectoryStream<Path> above, Path below) throws IOException {
    var name = below.getName(0);
    if (below.getNameCount() == 1) {
      return file(above, name);
    }
    try (var next = above.newDirectoryStream(name, NOFOLLOW_LINKS)) {
      return below(next, below.subpath(1, below.getNameCount()));
    }
  }

  private Optional<Opened> file(SecureDirectoryStream<Path> above, Path name) throws IOException {
    var before = look(above, name);
    if (!before.isRegularFile() && !before.isSymbolicLink()) { // a link is not opened below
      throw new FileSystemException(real.toString(), null, "it is no plain file any more");
    }
    // Always a file's channel, with the positioned reads that its type here does not promise.
    var channel = (FileChannel) above.newByteChannel(name, Set.of(READ, NOFOLLOW_LINKS));
    try {
      var rights = Rights.of(real);
      if (rights.key().equals(before.fileKey())
          && rights.key().equals(look(above, name).fileKey())) {
        return Optional.of(new Opened(channel, rights));
      }
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    return Optional.empty();
  }

  private static BasicFileAttributes look(SecureDirectoryStream<Path> above, Path name)
      throws IOException {
    return above
        .getFileAttributeView(name, BasicFileAttributeView.class, NOFOLLOW_LINKS)
        .readAttributes();
  }
}
