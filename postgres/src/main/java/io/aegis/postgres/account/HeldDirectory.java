package io.aegis.postgres.account;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A directory that is held open, and what is done in it by name. For directories of somebody else,
 * who may put a link, or another directory, in the place of anything in there at any moment: a path
 * would lead wherever they like, with the rights of root. Here nothing below the first directory is
 * ever reached through a link (openat, unlinkat and renameat of the system), and what was looked at
 * is what is worked in.
 */
public final class HeldDirectory implements AutoCloseable {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private static final Set<PosixFilePermission> OWNER_FILE =
      PosixFilePermissions.fromString("rw-------");

  /** What something is called until it is whole; no file of PostgreSQL ends like this. */
  public static final String PART = ".aegis-part";

  private final Path path;
  private final SecureDirectoryStream<Path> stream;
  private final PosixFileAttributes attributes;

  private HeldDirectory(Path path, SecureDirectoryStream<Path> stream) throws IOException {
    this.path = path;
    this.stream = stream;
    try {
      attributes = stream.getFileAttributeView(PosixFileAttributeView.class).readAttributes();
    } catch (IOException e) {
      stream.close();
      throw e;
    }
  }

  /** Whatever links lead to {@code directory} itself are followed: people say where it lies. */
  @SuppressWarnings("StreamResourceLeak") // it is what is held
  public static HeldDirectory of(Path directory) throws IOException {
    var stream = Files.newDirectoryStream(directory);
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return new HeldDirectory(directory, secure);
    }
    stream.close();
    throw new FileSystemException(
        directory.toString(), null, "this system cannot hold a directory open");
  }

  /** The one in {@code directory} that holds {@code file}, which is a path below it. */
  public static HeldDirectory holding(Path directory, Path file) throws IOException {
    try (var top = of(directory)) {
      return top.holderOf(file);
    }
  }

  /** The one that holds {@code file}, a path below this one. */
  public HeldDirectory holderOf(Path file) throws IOException {
    var here = enter(".");
    for (int i = 0; i + 1 < file.getNameCount(); i++) {
      try (var above = here) {
        here = above.enter(file.getName(i).toString());
      }
    }
    return here;
  }

  /**
   * A directory in this one.
   *
   * @throws NotDirectoryException if it is something else, such as a link to a directory
   */
  public HeldDirectory enter(String name) throws IOException {
    var below = path.resolve(name).normalize();
    if (!view(name).readAttributes().isDirectory()) { // opening a pipe would wait for its writer
      throw new NotDirectoryException(below.toString());
    }
    var entered = stream.newDirectoryStream(Path.of(name), LinkOption.NOFOLLOW_LINKS);
    return new HeldDirectory(below, entered);
  }

  /** A directory in this one that has the same owner. */
  public HeldDirectory enterOwn(String name) throws IOException {
    var entered = enter(name);
    if (!entered.attributes.owner().equals(attributes.owner())) {
      entered.close();
      throw new FileSystemException(
          entered.path.toString(),
          null,
          "it belongs to " + entered.attributes.owner().getName());
    }
    return entered;
  }

  public List<String> names() throws IOException {
    var names = new ArrayList<String>();
    try (var entries = stream.newDirectoryStream(Path.of("."), LinkOption.NOFOLLOW_LINKS)) {
      for (var entry : entries) {
        names.add(String.valueOf(entry.getFileName()));
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return names;
  }

  /** Whether something is there, be it a link that leads nowhere. */
  public boolean has(String name) throws IOException {
    try {
      view(name).readAttributes();
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  public long size(String name) throws IOException {
    return view(name).readAttributes().size();
  }

  /**
   * Opens a file for reading; empty if there is none, or what is there is no plain file of this
   * directory's owner.
   */
  public Optional<FileChannel> read(String name) throws IOException {
    try {
      var found = view(name).readAttributes();
      return found.isRegularFile() && found.owner().equals(attributes.owner())
          ? Optional.of(open(name, StandardOpenOption.READ))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** The whole content of such a file, what is no UTF-8 replaced. */
  public Optional<String> text(String name) throws IOException {
    var found = read(name);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    try (var file = found.get()) {
      var content = Channels.newInputStream(file).readAllBytes();
      return Optional.of(new String(content, StandardCharsets.UTF_8));
    }
  }

  public boolean hasOwnerOf(HeldDirectory other) {
    return attributes.owner().equals(other.attributes.owner());
  }

  /**
   * Makes a directory in this one that is ours, and ours alone: what is made in it cannot be taken
   * for something else by the owner of this one, until it is given away.
   *
   * @throws FileSystemException if somebody else's is there
   */
  public HeldDirectory makeOwn(String name) throws IOException {
    if (!has(name)) {
      Files.createDirectory(path.resolve(name), PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    }
    var made = enter(name);
    if (Account.own().isRoot() && !made.attributes.owner().getName().equals("root")) {
      made.close();
      throw new FileSystemException(made.path.toString(), null, "it was replaced");
    }
    return made;
  }

  /** Makes a file that was not there, for writing; it is ours, and nobody else's to read. */
  public FileChannel createOwn(String name) throws IOException {
    var options =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    var channel = stream.newByteChannel(
        Path.of(name), options, PosixFilePermissions.asFileAttribute(OWNER_FILE));
    return requireFile(name, channel);
  }

  /**
   * Finishes a file of {@link #createOwn}: what was written is on disk when this returns, it has
   * exactly these permissions, and belongs to the owner of {@code heir}.
   */
  public void finish(String name, Set<PosixFilePermission> permissions, HeldDirectory heir)
      throws IOException {
    try (var file = open(name, StandardOpenOption.READ)) { // its permissions may deny it then
      view(name).setPermissions(permissions);
      give(name, heir);
      file.force(true);
    }
  }

  /**
   * What root made in this directory becomes that of the owner of {@code heir}. Nobody but root may
   * be able to write here: whatever else could bear that name would be given away.
   */
  public void give(String made, HeldDirectory heir) throws IOException {
    if (Account.own().isRoot()) {
      view(made).setGroup(heir.attributes.group());
      view(made).setOwner(heir.attributes.owner());
    }
  }

  private FileChannel open(String name, OpenOption how, OpenOption... more) throws IOException {
    var options = new HashSet<OpenOption>(List.of(more));
    options.add(how);
    options.add(LinkOption.NOFOLLOW_LINKS);
    return requireFile(name, stream.newByteChannel(Path.of(name), options));
  }

  private FileChannel requireFile(String name, SeekableByteChannel channel) throws IOException {
    if (channel instanceof FileChannel file) {
      return file;
    }
    channel.close();
    throw new FileSystemException(path.resolve(name).toString(), null, "it is no file");
  }

  /**
   * Puts a file of this directory's owner in the place of what has that name; on disk when this
   * returns. It is made where its owner cannot reach it before it is given to them: what bears a
   * name at that moment may be anything.
   */
  public void replace(String name, byte[] content) throws IOException {
    String apart = name + PART;
    deleteTree(apart); // of a run that was killed
    try (var own = makeOwn(apart)) {
      try (var file = own.createOwn(name)) {
        var rest = ByteBuffer.wrap(content);
        while (rest.hasRemaining()) {
          file.write(rest);
        }
      }
      own.finish(name, OWNER_FILE, this);
      own.move(name, this, name);
    }
    deleteTree(apart);
    sync();
  }

  /** Gives a file the name {@code as} in {@code to}, in place of what has it. */
  public void move(String name, HeldDirectory to, String as) throws IOException {
    stream.move(Path.of(name), to.stream, Path.of(as));
  }

  /** Removes a file or a link, if it is there. */
  public void delete(String name) throws IOException {
    try {
      stream.deleteFile(Path.of(name));
    } catch (NoSuchFileException e) {
      return; // as it shall be
    }
  }

  /** Removes it with everything in it, if it is there, also what its owner may not write in. */
  public void deleteTree(String name) throws IOException {
    if (!has(name) || !view(name).readAttributes().isDirectory()) {
      delete(name);
      return;
    }
    try (var tree = enter(name)) {
      if (!Account.own().isRoot() && !tree.attributes.permissions().containsAll(OWNER_ONLY)) {
        tree.allow(OWNER_ONLY); // a key's directory is 0500: nobody but root takes a name out of it
      }
      for (String inner : tree.names()) {
        tree.deleteTree(inner);
      }
    } catch (AccessDeniedException e) {
      deleteEmpty(name, e);
      return;
    }
    deleteDirectory(name);
  }

  /** What cannot be entered can be removed all the same, if there is nothing in it. */
  private void deleteEmpty(String name, AccessDeniedException denied) throws IOException {
    try {
      deleteDirectory(name);
    } catch (IOException e) {
      denied.addSuppressed(e);
      throw denied;
    }
  }

  private void deleteDirectory(String name) throws IOException {
    try {
      stream.deleteDirectory(Path.of(name));
    } catch (NoSuchFileException e) {
      return; // somebody else removes it, too
    }
  }

  /**
   * Makes a directory in this one, or takes the one that is there, with exactly these permissions;
   * it belongs to the owner of this one. Here alone a path is used, since the library has no
   * mkdirat: what takes its place meanwhile gets an empty directory, and this fails. A directory of
   * root's that its owner puts there between the two is theirs afterwards.
   *
   * @throws NotDirectoryException if something else is there, such as a link to a directory
   */
  public void makeDirectory(String name, Set<PosixFilePermission> permissions) throws IOException {
    if (!has(name)) {
      Files.createDirectory(path.resolve(name), PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    }
    try (var made = enter(name)) {
      made.allow(permissions);
    }
    give(name, this);
  }

  /** Sets what its owner, its group and others may do with this directory. */
  public void allow(Set<PosixFilePermission> permissions) throws IOException {
    stream.getFileAttributeView(PosixFileAttributeView.class).setPermissions(permissions);
  }

  /** The names in it are on disk when this returns. */
  public void sync() throws IOException {
    try (var itself = open(".", StandardOpenOption.READ)) {
      itself.force(true);
    }
  }

  /** Closes each, whatever comes of the others; then throws what the first one did. */
  public static void closeAll(Collection<HeldDirectory> directories) throws IOException {
    Optional<IOException> first = Optional.empty();
    for (var directory : directories) {
      try {
        directory.close();
      } catch (IOException e) {
        first = first.or(() -> Optional.of(e));
      }
    }
    if (first.isPresent()) {
      throw first.get();
    }
  }

  private PosixFileAttributeView view(String name) {
    return stream.getFileAttributeView(
        Path.of(name), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
