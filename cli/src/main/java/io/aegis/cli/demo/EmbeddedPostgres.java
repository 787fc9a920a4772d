package io.aegis.cli.demo;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The PostgreSQL that travels with the distribution, so that the demo needs neither a network nor
 * an installed database. Unpacked once into the cache folder: beside its place, then renamed, so
 * that a killed demo leaves no half of one.
 */
final class EmbeddedPostgres {
  private static final String ARCHIVE = "/postgres-linux-x86_64.txz";
  private static final int EXECUTABLE = 0100;

  private final Path cache;

  /**
   * @param cache a folder of the user's that may be emptied at any time
   */
  EmbeddedPostgres(Path cache) {
    this.cache = cache;
  }

  /** The folder that holds {@code initdb} and {@code postgres}; unpacks them if need be. */
  Path binaries(String version) {
    var home = cache.resolve("postgres-" + version);
    try {
      if (!Files.exists(home)) {
        unpack(home);
      }
      return home.resolve("bin");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack PostgreSQL into " + home, e);
    }
  }

  private void unpack(Path home) throws IOException {
    Files.createDirectories(cache);
    try (var lock = FileChannel.open(
            cache.resolve("postgres.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var _ = lock.lock()) {
      if (Files.exists(home)) {
        return;
      }
      var aside = Files.createTempDirectory(cache, "unpacking-");
      try (var archive = open()) {
        for (var entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
          extract(archive, entry, aside);
        }
      }
      Files.move(aside, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException e) {
      // Somebody on a file system without locks was faster; theirs is as good.
      if (!Files.exists(home)) {
        throw e;
      }
    }
  }

  private static TarArchiveInputStream open() throws IOException {
    InputStream packed = EmbeddedPostgres.class.getResourceAsStream(ARCHIVE);
    if (packed == null) {
      throw new IllegalStateException("the distribution lacks " + ARCHIVE);
    }
    return new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(packed)));
  }

  private static void extract(InputStream content, TarArchiveEntry entry, Path root)
      throws IOException {
    var target = root.resolve(entry.getName()).normalize();
    if (!target.startsWith(root)) {
      throw new IOException("an entry leaves the archive: " + entry.getName());
    }
    if (entry.isDirectory()) {
      Files.createDirectories(target);
      return;
    }
    Files.createDirectories(target.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
    } else {
      Files.copy(content, target);
    }
    if ((entry.getMode() & EXECUTABLE) != 0 && !Files.isSymbolicLink(target)) {
      makeExecutable(target);
    }
  }

  private static void makeExecutable(Path file) throws IOException {
    Set<PosixFilePermission> permissions =
        EnumSet.copyOf(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
    permissions.add(PosixFilePermission.OWNER_EXECUTE);
    permissions.add(PosixFilePermission.GROUP_EXECUTE);
    permissions.add(PosixFilePermission.OTHERS_EXECUTE);
    Files.setPosixFilePermissions(file, permissions);
  }
}
