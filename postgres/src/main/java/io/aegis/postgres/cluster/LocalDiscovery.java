package io.aegis.postgres.cluster;

import io.aegis.kernel.Failure.Unavailable;
import io.aegis.postgres.PostgresCluster.Found;
import io.aegis.postgres.server.LockFile;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds the servers of this machine: processes called {@code postgres} whose working directory
 * holds a {@code postmaster.pid} with their own number. Needs Linux's /proc, and the right to look
 * into the processes: as root all are seen, otherwise one's own.
 */
public final class LocalDiscovery {
  private LocalDiscovery() {}

  public static List<Found> find() {
    var servers = new ArrayList<Found>();
    try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (var process : processes) {
        server(process).ifPresent(servers::add);
      }
    } catch (IOException | DirectoryIteratorException e) {
      return List.of(); // no /proc: nothing can be discovered here
    }
    servers.sort(Comparator.comparingInt(Found::port));
    return List.copyOf(servers);
  }

  /**
   * Processes end while they are looked at, and others are not ours to look into: both are none.
   */
  private static Optional<Found> server(Path process) {
    try {
      if (!Files.readString(process.resolve("comm")).startsWith("postgres")) {
        return Optional.empty();
      }
      var data = process.resolve("cwd").toRealPath();
      long pid = Long.parseLong(String.valueOf(process.getFileName()));
      var lock = LockFile.read(data);
      if (lock.isEmpty() || lock.get().pid() != pid) {
        return Optional.empty();
      }
      return Optional.of(new Found(
          Integer.parseInt(Files.readString(data.resolve("PG_VERSION")).strip()),
          data,
          lock.get().port(),
          lock.get().socketDirectory(),
          binaries(process),
          Files.getOwner(data).getName()));
    } catch (IOException | Unavailable | NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static String binaries(Path process) {
    try {
      return String.valueOf(process.resolve("exe").toRealPath().getParent());
    } catch (IOException e) {
      return "";
    }
  }
}
