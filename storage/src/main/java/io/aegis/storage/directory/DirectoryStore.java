package io.aegis.storage.directory;

import static java.nio.file.StandardOpenOption.READ;

import io.aegis.storage.Body;
import io.aegis.storage.Capabilities;
import io.aegis.storage.Location;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStat;
import io.aegis.storage.ObjectStore;
import io.aegis.storage.PutOutcome;
import io.aegis.storage.failure.StoreFailures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One file an object, at the path its key spells. Invariants:
 *
 * <ul>
 *   <li>A file has its object's name only once its whole content is on disk; it is written under a
 *       name that no key can have, and published by a hard link, which never replaces anything.
 *   <li>A published file is never written to again.
 *   <li>A put returns only once the file, its name and every directory above it are on disk.
 * </ul>
 */
public final class DirectoryStore implements ObjectStore {
  private final Location location;
  private final Root root;
  private final FileFailures failures;
  private final ReentrantLock opening = new ReentrantLock();
  private volatile @Nullable Publisher publisher;

  public DirectoryStore(Path path) {
    var absolute = path.toAbsolutePath().normalize();
    this.location = new Location(absolute.toString());
    this.failures = new FileFailures(location, absolute);
    this.root = new Root(absolute, location);
  }

  /** With the way of publishing that a file system without hard links gets. */
  static DirectoryStore withoutHardLinks(Path path) throws IOException {
    var store = new DirectoryStore(path);
    store.publisher = Publisher.open(store.root.path()).with(Naming.BY_GUARDED_RENAME);
    return store;
  }

  @Override
  public Location location() {
    return location;
  }

  @Override
  public Capabilities capabilities() {
    try {
      return new Capabilities(publisher().naming() == Naming.BY_HARD_LINK);
    } catch (IOException e) {
      throw failures.explain("finding out what the file system can do", e);
    }
  }

  @Override
  public PutOutcome putIfAbsent(ObjectKey key, Body body) {
    try {
      root.confirm();
      return publisher().publish(key.name(), body);
    } catch (IOException e) {
      throw failures.explain("storing " + key, e);
    }
  }

  // Found out at the first write only: a repository on a read-only file system can be read.
  private Publisher publisher() throws IOException {
    var known = publisher;
    if (known != null) {
      return known;
    }
    opening.lock();
    try {
      known = publisher;
      if (known == null) {
        known = Publisher.open(root.path());
        root.confirm();
        publisher = known;
      }
      return known;
    } finally {
      opening.unlock();
    }
  }

  @Override
  public byte[] read(ObjectKey key, long offset, int length) {
    if (offset < 0 || length < 0) {
      throw new IllegalArgumentException("not a range: " + length + " bytes from " + offset);
    }
    try (var file = FileChannel.open(fileOf(key), READ)) {
      return readFully(key, file, offset, length);
    } catch (NoSuchFileException e) {
      root.confirm();
      throw StoreFailures.missing(location, key);
    } catch (IOException e) {
      throw failures.explain("reading " + key, e);
    }
  }

  private byte[] readFully(ObjectKey key, FileChannel file, long offset, int length)
      throws IOException {
    if (file.size() - offset < length) {
      throw StoreFailures.truncated(location, key, file.size(), offset + length);
    }
    var content = new byte[length];
    int filled = 0;
    while (filled < length) {
      int slice = Math.min(length - filled, Publisher.SLICE);
      int count = file.read(ByteBuffer.wrap(content, filled, slice), offset + filled);
      if (count < 0) {
        throw StoreFailures.truncated(location, key, offset + filled, offset + length);
      }
      filled += count;
    }
    return content;
  }

  @Override
  public Optional<byte[]> find(ObjectKey key) {
    try (var file = FileChannel.open(fileOf(key), READ)) {
      long size = file.size();
      if (size > FIND_LIMIT.bytes()) {
        throw StoreFailures.oversized(location, key, size);
      }
      return Optional.of(readFully(key, file, 0, (int) size));
    } catch (NoSuchFileException e) {
      root.confirm();
      return Optional.empty();
    } catch (IOException e) {
      throw failures.explain("reading " + key, e);
    }
  }

  @Override
  public Optional<ObjectStat> stat(ObjectKey key) {
    try {
      var file = Files.readAttributes(fileOf(key), BasicFileAttributes.class);
      return Optional.of(
              new ObjectStat(key, file.size(), file.lastModifiedTime().toInstant()))
          .filter(_ -> file.isRegularFile());
    } catch (NoSuchFileException e) {
      root.confirm();
      return Optional.empty();
    } catch (IOException e) {
      throw failures.explain("looking for " + key, e);
    }
  }

  @Override
  public void list(String prefix, Consumer<ObjectStat> each) {
    if (!ObjectKey.isPrefix(prefix)) {
      throw new IllegalArgumentException("not a prefix of object keys: " + prefix);
    }
    try {
      root.confirm();
      new Listing(root.path(), each).list(prefix);
    } catch (IOException e) {
      throw failures.explain("listing " + prefix, e);
    }
  }

  @Override
  public void delete(ObjectKey key) {
    try {
      root.confirm();
      if (Descent.delete(root.path(), key.name())) {
        DurableDirectories.syncParentOf(fileOf(key));
      }
    } catch (IOException e) {
      throw failures.explain("deleting " + key, e);
    }
  }

  private Path fileOf(ObjectKey key) {
    return root.path().resolve(key.name());
  }

  @Override
  public void close() {}
}
