package io.aegis.postgres.server;

import static io.aegis.postgres.PostgresCode.SERVER_NOT_STOPPED;

import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.Report;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.account.Account;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A running postmaster that was proved to be the one of its data directory. Its process id is taken
 * from {@code postmaster.pid} and believed only if that process is a {@code postgres} whose working
 * directory is the data directory (a postmaster changes into it and stays), so that a process id
 * which the system has given to somebody else since is never signalled.
 */
public final class Postmaster {
  private static final Duration POLL = Duration.ofMillis(50);

  /** Until 15 packages also start it by its old name, a link: src/backend/Makefile. */
  private static final Set<String> NAMES = Set.of("postgres", "postmaster");

  private final Path data;
  private final ProcessHandle process;

  private Postmaster(Path data, ProcessHandle process) {
    this.data = data;
    this.process = process;
  }

  /** The postmaster of {@code data}, if one runs; nothing if {@code postmaster.pid} is stale. */
  public static Optional<Postmaster> of(Path data) {
    return LockFile.read(data)
        .flatMap(lock -> ProcessHandle.of(lock.pid()))
        .filter(process -> process.isAlive() && isPostmasterOf(data, process.pid()))
        .map(process -> new Postmaster(data, process));
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Stops it: gently at first, then less so each time {@code patience} is over.
   *
   * @throws Unavailable if it is still there after it was killed
   */
  public void stop(StopMode first, Duration patience, TimeSource time) throws InterruptedException {
    for (var mode : StopMode.values()) {
      if (mode.compareTo(first) >= 0) {
        signal(mode);
        if (endsWithin(patience, time)) {
          return;
        }
      }
    }
    throw new Unavailable(Report.of(SERVER_NOT_STOPPED, "the server on " + data + " does not stop")
        .why("it was killed and is still there; its disk may hang")
        .next("look at the process and its disk, end it, then resume"));
  }

  private boolean endsWithin(Duration patience, TimeSource time) throws InterruptedException {
    long begun = time.nanos();
    while (isAlive()) {
      if (time.nanos() - begun > patience.toNanos()) {
        return false;
      }
      time.sleep(POLL);
    }
    return true;
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

  /** Kills it and every process that it started; returns when they and their memory are gone. */
  public void crash() {
    var interlock = Interlock.of(data, pid());
    var all = Stream.concat(Stream.of(process), process.descendants()).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(one -> one.onExit().orTimeout(30, TimeUnit.SECONDS).join());
    interlock.ifPresent(Interlock::free);
  }

  private static boolean isPostmasterOf(Path data, long pid) {
    var process = Path.of("/proc", Long.toString(pid));
    try {
      return NAMES.contains(Files.readString(process.resolve("comm")).strip())
          && runsIn(data, process.resolve("cwd"));
    } catch (IOException e) {
      return false; // gone, or not ours to look into: in both cases it is not proved
    }
  }

  /** Root without CAP_SYS_PTRACE, as in a container, may not look: the process' own account may. */
  private static boolean runsIn(Path data, Path cwd) throws IOException {
    try {
      return Files.isSameFile(cwd, data);
    } catch (AccessDeniedException e) {
      return asItsAccount(data, cwd);
    }
  }

  private static boolean asItsAccount(Path data, Path cwd) throws IOException {
    if (!Account.own().isRoot()) {
      return false;
    }
    try {
      return Account.ownerOf(data).succeeds("test", cwd.toString(), "-ef", data + "/.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
