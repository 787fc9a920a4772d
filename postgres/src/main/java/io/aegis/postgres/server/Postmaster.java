package io.aegis.postgres.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A running postmaster that was proved to be the one of its data directory. Its process id is taken
 * from {@code postmaster.pid} and believed only if that process is a {@code postgres} whose working
 * directory is the data directory (a postmaster changes into it and stays), so that a process id
 * which the system has given to somebody else since is never signalled.
 */
public final class Postmaster {
  private final ProcessHandle process;

  private Postmaster(ProcessHandle process) {
    this.process = process;
  }

  /** The postmaster of {@code data}, if one runs; nothing if {@code postmaster.pid} is stale. */
  public static Optional<Postmaster> of(Path data) {
    return LockFile.read(data)
        .flatMap(lock -> ProcessHandle.of(lock.pid()))
        .filter(process -> process.isAlive() && isPostmasterOf(data, process.pid()))
        .map(Postmaster::new);
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  void signal(StopMode mode) {
    try {
      var kill = new ProcessBuilder("kill", "-s", mode.signal(), Long.toString(pid())).start();
      if (!kill.waitFor(10, TimeUnit.SECONDS)) {
        kill.destroyForcibly();
      }
      // A process that is gone by now is what was wanted; one that remains is found by the waiter.
    } catch (IOException e) {
      throw new IllegalStateException("there is no 'kill' on this machine", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Kills it and every process that it started, and returns when they are gone. */
  public void crash() {
    var all = Stream.concat(Stream.of(process), process.descendants()).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(one -> one.onExit().orTimeout(30, TimeUnit.SECONDS).join());
  }

  private static boolean isPostmasterOf(Path data, long pid) {
    var process = Path.of("/proc", Long.toString(pid));
    try {
      return Files.isSameFile(process.resolve("cwd"), data)
          && Files.readString(process.resolve("comm")).strip().startsWith("postgres");
    } catch (IOException e) {
      return false; // gone, or not ours to look into: in both cases it is not proved
    }
  }
}
