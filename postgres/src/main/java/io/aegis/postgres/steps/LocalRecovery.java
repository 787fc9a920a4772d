package io.aegis.postgres.steps;

import io.aegis.kernel.Failure.Unavailable;
import io.aegis.postgres.restore.RestoredCluster;
import io.aegis.postgres.server.LockFile;
import io.aegis.postgres.server.Postmaster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A server that runs on this machine, on a directory which Aegis recovered.
 *
 * @param data that directory
 * @param lock what its {@code postmaster.pid} says
 */
record LocalRecovery(Path data, LockFile lock) {

  /** Those whose command line names their directory, as Aegis and {@code pg_ctl} write it. */
  static Stream<LocalRecovery> all() {
    return ProcessHandle.allProcesses()
        .flatMap(process -> dataOf(process.pid()).stream())
        .distinct()
        .flatMap(data -> on(data).stream());
  }

  private static Optional<LocalRecovery> on(Path data) {
    try {
      return RestoredCluster.isOurs(data) && Postmaster.of(data).isPresent()
          ? LockFile.read(data).map(lock -> new LocalRecovery(data, lock))
          : Optional.empty();
    } catch (UncheckedIOException | Unavailable e) {
      return Optional.empty(); // not ours to look into: it is not proved
    }
  }

  /** The command line may be read by everybody, the working directory by few. */
  private static Optional<Path> dataOf(long pid) {
    try {
      var line = Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
      var words = List.of(line.split("\0"));
      int flag = words.indexOf("-D");
      return words.getFirst().endsWith("postgres") && flag > 0 && flag + 1 < words.size()
          ? Optional.of(Path.of(words.get(flag + 1)))
          : Optional.empty();
    } catch (IOException | InvalidPathException e) {
      return Optional.empty(); // it has ended
    }
  }
}
