package io.aegis.postgres.restore;

import static io.aegis.postgres.PostgresCode.NO_ROOM;

import io.aegis.kernel.ByteSize;
import io.aegis.kernel.Report;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Whether the disks are large enough. What goes to one file system is added up, wherever its
 * directories lie.
 */
final class Room {

  /** What a restore needs beside the files and the log: directories, the server's own files. */
  private static final long MARGIN = 64L << 20;

  private final Map<Path, Long> bytesByPlace = new LinkedHashMap<>();
  private final Map<Path, Long> replayByPlace = new LinkedHashMap<>();

  /** Adds {@code bytes} that will be written below {@code place}, which need not exist yet. */
  void need(Path place, long bytes) {
    bytesByPlace.merge(place, bytes, Long::sum);
  }

  /**
   * Adds what replay may need below {@code place}: log that lies there for a while, and what the
   * files grow by: about as much as the log has of them.
   */
  void mayNeed(Path place, long bytes) {
    replayByPlace.merge(place, bytes, Long::sum);
  }

  List<Check> check() {
    var checks = new ArrayList<Check>();
    bytesByStore().forEach((store, need) -> checks.add(check(store, need)));
    return checks;
  }

  /**
   * What has to go to one file system.
   *
   * @param replay what replay may need there, too
   */
  private record Need(Path firstPlace, long bytes, long replay) {}

  private SequencedMap<FileStore, Need> bytesByStore() {
    var byStore = new LinkedHashMap<FileStore, Need>();
    bytesByPlace.forEach((place, bytes) -> byStore.merge(
        storeOf(place),
        new Need(place, bytes + MARGIN, replayByPlace.getOrDefault(place, 0L)),
        (a, b) ->
            new Need(a.firstPlace(), a.bytes() + b.bytes() - MARGIN, a.replay() + b.replay())));
    return byStore;
  }

  private static Check check(FileStore store, Need need) {
    long free = usable(store);
    var wanted = new ByteSize(need.bytes());
    if (free >= need.bytes() && free - need.bytes() < need.replay()) {
      return new Check.Warning(need.firstPlace() + ": " + wanted + " needed, "
          + new ByteSize(free) + " free; replay may need " + new ByteSize(need.replay())
          + " more: log lies there until PostgreSQL removes it (max_wal_size of the source), and"
          + " the files may have grown since the snapshot");
    }
    if (free >= need.bytes()) {
      return new Check.Fine(
          need.firstPlace() + ": " + wanted + " needed, " + new ByteSize(free) + " free");
    }
    return new Check.Refusal(
        Report.of(NO_ROOM, "there is no room for the restore on the disk of " + need.firstPlace())
            .why(wanted + " needed, " + new ByteSize(free) + " free on " + store.name())
            .next(
                "make " + new ByteSize(need.bytes() - free) + " of room on " + store.name(),
                "restore to another place: aegis plan --into <directory>"));
  }

  private static long usable(FileStore store) {
    try {
      return store.getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot ask " + store + " for its free space", e);
    }
  }

  private static FileStore storeOf(Path place) {
    var existing = place;
    while (!Files.exists(existing)) {
      existing = DurableFiles.parentOf(existing);
    }
    try {
      return Files.getFileStore(existing);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot find the file system of " + existing, e);
    }
  }
}
