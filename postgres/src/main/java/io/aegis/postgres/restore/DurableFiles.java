package io.aegis.postgres.restore;

import io.aegis.postgres.account.Account;
import io.aegis.postgres.account.HeldDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Files that are on disk when a method returns, and whole or not there at all (trap T41). What root
 * makes in a directory of somebody else's is theirs.
 */
final class DurableFiles {
  static final int OWNER_FILE = 0600;
  static final int OWNER_DIRECTORY = 0700;

  static final String PART = HeldDirectory.PART;

  private DurableFiles() {}

  /**
   * Writes a file that is not there yet.
   *
   * @throws java.nio.file.FileAlreadyExistsException if somebody else was first
   */
  static void writeNew(Path file, String content) throws IOException {
    var part = part(file);
    writePart(part, content.getBytes(StandardCharsets.UTF_8));
    Files.createLink(file, part);
    Files.delete(part);
    syncDirectory(parentOf(file));
  }

  /** In place of one that a run left which was killed, or frozen and still has it open. */
  private static void writePart(Path part, byte[] content) throws IOException {
    Files.deleteIfExists(part);
    try (var channel = create(part)) {
      var buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  static Path part(Path file) {
    return file.resolveSibling(file.getFileName() + PART);
  }

  /** Makes a file that was not there, for writing, of which others see nothing. */
  private static FileChannel create(Path file) throws IOException {
    var channel = FileChannel.open(
        file,
        Set.of(
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS), // the directory may be another account's than ours
        PosixFilePermissions.asFileAttribute(permissions(OWNER_FILE)));
    Account.adopt(file);
    return channel;
  }

  /**
   * Makes a directory with exactly these permission bits, or gives them to the one that is there.
   *
   * @throws java.nio.file.NotDirectoryException if a link, or a file, is in the way
   */
  static void makeDirectory(Path holder, String name, int mode) throws IOException {
    try (var held = HeldDirectory.of(holder)) {
      held.makeDirectory(name, permissions(mode));
    }
  }

  private static void createDirectory(Path directory) throws IOException {
    Files.createDirectory(
        directory, PosixFilePermissions.asFileAttribute(permissions(OWNER_DIRECTORY)));
  }

  /**
   * Makes a directory, and what is absent of those around it, for {@code owner}. A link to one that
   * is there is followed: it was said to lie there.
   */
  static void makeDirectoryOf(Account owner, Path directory) throws IOException {
    makeParents(owner, parentOf(directory));
    if (!Files.isDirectory(directory)) {
      createDirectory(directory);
    }
    try (var held = HeldDirectory.of(directory)) {
      held.allow(permissions(OWNER_DIRECTORY));
    }
    give(owner, directory);
  }

  private static void makeParents(Account owner, Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      makeParents(owner, parentOf(directory));
      Files.createDirectory(directory);
      give(owner, directory);
    }
  }

  private static void give(Account owner, Path made) throws IOException {
    if (Account.own().isRoot()) {
      owner.take(made);
    }
  }

  static void syncDirectory(Path directory) throws IOException {
    try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Removes everything in {@code directory} but what has one of these names. */
  static void emptyBut(HeldDirectory directory, String... kept) throws IOException {
    for (String name : directory.names()) {
      if (!List.of(kept).contains(name)) {
        directory.deleteTree(name);
      }
    }
  }

  static boolean isEmptyOrAbsent(Path directory) throws IOException {
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      return true;
    }
    try (var entries = Files.list(directory)) {
      return entries.findAny().isEmpty();
    }
  }

  static Path parentOf(Path path) {
    var parent = path.getParent();
    if (parent == null) {
      throw new IllegalArgumentException("the root directory is no place for a database");
    }
    return parent;
  }

  static Set<PosixFilePermission> permissions(int mode) {
    var all = PosixFilePermission.values(); // in the order of the bits, the owner's read first
    var granted = EnumSet.noneOf(PosixFilePermission.class);
    for (int bit = 0; bit < all.length; bit++) {
      if ((mode & (0400 >> bit)) != 0) {
        granted.add(all[bit]);
      }
    }
    return granted;
  }
}
