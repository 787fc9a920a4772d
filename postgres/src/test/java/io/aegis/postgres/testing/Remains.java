package io.aegis.postgres.testing;

import io.aegis.kernel.testing.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a cluster has outside its directory: processes and shared memory. Every PostgreSQL process
 * works in its data directory (postmaster/postmaster.c, checkDataDir then ChangeToDataDir), which
 * is how orphans are found whose postmaster is long gone.
 */
final class Remains {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Path PROC = Path.of("/proc");
  private static final String SEGMENT = "/dev/shm/PostgreSQL.";

  private final Path dataDirectory;
  private final Set<Path> sharedMemory = new HashSet<>();
  private final Set<String> interlocks = new HashSet<>();

  Remains(Path dataDirectory) {
    this.dataDirectory = dataDirectory;
  }

  /** The postmaster and all its children, orphans included; what already died does not count. */
  List<ProcessHandle> processes() {
    try (var all = Files.list(PROC)) {
      return all.filter(process -> process.getFileName().toString().matches("[0-9]+"))
          .filter(this::worksHere)
          .map(process -> Long.parseLong(process.getFileName().toString()))
          .flatMap(pid -> ProcessHandle.of(pid).stream())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list processes", e);
    }
  }

  /**
   * SIGKILL to every process, again and again until none is left: one may just have been forked.
   * Returns when each is buried too, since a zombie still owns its postmaster.pid.
   */
  void kill() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    var killed = new HashSet<ProcessHandle>();
    for (var left = processes(); !left.isEmpty(); left = processes()) {
      remember(left);
      left.forEach(ProcessHandle::destroyForcibly);
      killed.addAll(left);
      failAfter(deadline, left);
    }
    while (killed.removeIf(process -> !Files.exists(proc(process))) || !killed.isEmpty()) {
      failAfter(deadline, killed);
    }
  }

  private static void failAfter(long deadline, Collection<ProcessHandle> left) {
    if (System.nanoTime() > deadline) {
      throw new AssertionError("these processes do not go away: " + left);
    }
    Thread.onSpinWait();
  }

  private static Path proc(ProcessHandle process) {
    return PROC.resolve(Long.toString(process.pid()));
  }

  /** Frees the shared memory of servers that were killed and never started again. */
  void free() {
    try {
      for (var segment : sharedMemory) {
        Files.deleteIfExists(segment);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot free shared memory", e);
    }
    // A server that was started again has freed it already, and then there is nothing to remove.
    interlocks.forEach(id -> Program.of("ipcrm", "-m", id).run());
  }

  private boolean worksHere(Path process) {
    try {
      return Files.readSymbolicLink(process.resolve("cwd")).equals(dataDirectory);
    } catch (IOException gone) {
      return false; // it ended in between, is dead already, or belongs to somebody else
    }
  }

  private void remember(List<ProcessHandle> processes) {
    for (var process : processes) {
      var maps = lines(proc(process).resolve("maps"));
      sharedMemory.addAll(maps.stream()
          .filter(line -> line.contains(SEGMENT))
          .map(line -> Path.of(line.substring(line.indexOf(SEGMENT)).split(" ", 2)[0]))
          .collect(Collectors.toSet()));
    }
    var pidFile = lines(dataDirectory.resolve("postmaster.pid"));
    if (pidFile.size() > 6) {
      interlocks.add(pidFile.get(6).strip().split(" +", 2)[1]); // its key, then its id
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException gone) {
      return List.of();
    }
  }
}
