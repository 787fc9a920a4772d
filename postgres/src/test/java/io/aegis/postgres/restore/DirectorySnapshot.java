package io.aegis.postgres.restore;

import io.aegis.repository.ComponentName;
import io.aegis.repository.FileContent;
import io.aegis.repository.FileSpec;
import io.aegis.repository.FileSpec.Kind;
import io.aegis.repository.Finding;
import io.aegis.repository.SnapshotId;
import io.aegis.repository.SnapshotReader;
import io.aegis.repository.SnapshotSummary;
import io.aegis.repository.StoredFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A snapshot whose content is a directory that a base backup was written to. */
public class DirectorySnapshot implements SnapshotReader {
  private static final Set<String> NOT_OF_IT =
      Set.of("backup_label", "tablespace_map", "backup_manifest", "postmaster.pid");

  private final Path root;
  private final List<Finding> missing = new ArrayList<>();

  DirectorySnapshot(Path root) {
    this.root = root;
  }

  /** Makes the snapshot incomplete. */
  public void lose(Finding finding) {
    missing.add(finding);
  }

  @Override
  public SnapshotSummary summary() {
    return new SnapshotSummary(
        new SnapshotId("20261123T140451Z-7f3a9c12"),
        new ComponentName("db"),
        Instant.EPOCH,
        Instant.EPOCH,
        0,
        0,
        0,
        new byte[0]);
  }

  @Override
  public void files(Consumer<StoredFile> each) {
    walk(root, each);
  }

  private void walk(Path directory, Consumer<StoredFile> each) {
    try (var entries = Files.list(directory)) {
      for (var entry : entries.sorted().toList()) {
        String path = root.relativize(entry).toString();
        if (NOT_OF_IT.contains(path)) {
          continue;
        }
        each.accept(stored(entry));
        if (Files.isDirectory(entry)) {
          walk(entry, each);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private StoredFile stored(Path entry) throws IOException {
    boolean directory = Files.isDirectory(entry);
    long size = directory ? 0 : Files.size(entry);
    var kind = directory ? new Kind.Directory() : new Kind.File(size);
    var spec = new FileSpec(root.relativize(entry).toString(), kind, mode(entry), Instant.EPOCH);
    return new StoredFile(spec, size, new byte[0]);
  }

  private static int mode(Path entry) throws IOException {
    int mode = 0;
    for (var permission : Files.getPosixFilePermissions(entry, new LinkOption[0])) {
      mode |= 0400 >> List.of(PosixFilePermission.values()).indexOf(permission);
    }
    return mode;
  }

  @Override
  public Optional<StoredFile> file(String path) {
    try {
      var entry = root.resolve(path);
      return Files.exists(entry) ? Optional.of(stored(entry)) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public FileContent open(StoredFile file) {
    try {
      return new Content(Files.readAllBytes(root.resolve(file.spec().path())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Content(byte[] bytes) implements FileContent {
    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public void read(long offset, byte[] target, int at, int length) {
      System.arraycopy(bytes, (int) offset, target, at, length);
    }

    @Override
    public void transferTo(Sink sink) {
      for (int at = 0; at < bytes.length; at += 1 << 20) {
        sink.write(at, bytes, at, Math.min(1 << 20, bytes.length - at));
      }
    }

    @Override
    public void close() {}
  }

  @Override
  public List<Finding> missing() {
    return missing;
  }

  @Override
  public void close() {}
}
