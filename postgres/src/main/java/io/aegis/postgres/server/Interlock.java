package io.aegis.postgres.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The few bytes of System V shared memory by which a postmaster keeps a second one away
 * (port/sysv_shmem.c). They outlive a postmaster that was killed, until a server starts on the same
 * directory; where none ever will, they stay until the machine starts anew.
 *
 * @param id the segment's, as the seventh line of {@code postmaster.pid} has it
 * @param creator the postmaster
 */
record Interlock(long id, long creator) {
  private static final Path SEGMENTS = Path.of("/proc/sysvipc/shm");

  /** To be read while the postmaster is alive. */
  static Optional<Interlock> of(Path data, long postmaster) {
    try {
      var lines = Files.readAllLines(data.resolve("postmaster.pid"));
      var words = lines.size() > 6 ? lines.get(6).strip().split(" +") : new String[0];
      return words.length == 2
          ? Optional.of(new Interlock(Long.parseLong(words[1]), postmaster))
          : Optional.empty();
    } catch (IOException | NumberFormatException e) {
      return Optional.empty(); // it is of no use to anybody, and costs next to nothing
    }
  }

  /** Frees it if it is still the one that this postmaster made, and no process is attached. */
  void free() {
    if (!isOrphaned()) {
      return;
    }
    try {
      var remove = new ProcessBuilder("ipcrm", "-m", Long.toString(id)).start();
      if (!remove.waitFor(10, TimeUnit.SECONDS)) {
        remove.destroyForcibly();
      }
    } catch (IOException e) {
      return; // without ipcrm it stays, as after any crash
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Its columns: key, shmid, perms, size, cpid, lpid, nattch. */
  private boolean isOrphaned() {
    try {
      return Files.readAllLines(SEGMENTS).stream()
          .map(line -> List.of(line.strip().split(" +")))
          .anyMatch(columns -> columns.size() > 6
              && columns.get(1).equals(Long.toString(id))
              && columns.get(4).equals(Long.toString(creator))
              && columns.get(6).equals("0"));
    } catch (IOException e) {
      return false;
    }
  }
}
