package io.aegis.postgres.restore;

import static io.aegis.postgres.PostgresCode.SNAPSHOT_INCOMPLETE;
import static io.aegis.postgres.PostgresCode.TARGET_NOT_EMPTY;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Report;
import io.aegis.postgres.configuration.Settings;
import io.aegis.postgres.control.ControlFile;
import io.aegis.postgres.control.ControlFileReader;
import io.aegis.postgres.server.Binaries;
import io.aegis.repository.FileSpec.Kind;
import io.aegis.repository.SnapshotReader;
import io.aegis.repository.StoredFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Computes a {@link RestorePlan}; changes nothing. */
public final class RestorePlanner {

  /** Log lies in the data directory while it is replayed, but is removed as replay goes on. */
  private static final long LEAST_LOG_AT_ONCE = 2L << 30;

  /** What PostgreSQL has where nobody set it: wal_segment_size and max_wal_size of guc_tables.c. */
  private static final long USUAL_WAL_SIZE = 1L << 30;

  private final SnapshotReader snapshot;
  private final Origin origin;
  private final Binaries binaries;

  public RestorePlanner(SnapshotReader snapshot, Origin origin, Binaries binaries) {
    this.snapshot = snapshot;
    this.origin = origin;
    this.binaries = binaries;
  }

  /**
   * @param logBytes how much log will be replayed
   * @throws Damaged if the snapshot's control file is not there or not sound
   */
  public RestorePlan plan(Goal goal, long logBytes) {
    var sizes = new Sizes(goal);
    snapshot.files(sizes::add);
    var checks = new ArrayList<Check>();
    checks.add(place(goal));
    checks.add(new Apart(goal).check());
    checks.add(new Ownership(goal.places(), goal.account(), binaries).check());
    checks.addAll(snapshotIsWhole());
    var home = new HomeConfiguration(snapshot, origin);
    var settings = home.onceOpen();
    checks.addAll(
        new Machine(binaries, goal.account(), origin, settings, home.accessElsewhere()).check());
    checks.addAll(room(goal, sizes, logAtOnce(settings), logBytes));
    return new RestorePlan(goal, origin, sizes.files, sizes.bytes, controlFile(), checks);
  }

  private static Check place(Goal goal) {
    return switch (new TargetDirectory(goal).look()) {
      case TargetDirectory.State.Free() -> new Check.Fine(goal.target() + " is free");
      case TargetDirectory.State.Own(var marker) -> own(goal, marker.stage());
      case TargetDirectory.State.Abandoned _ ->
        new Check.Warning(
            goal.target() + " holds an abandoned restore, which will be cleared away");
      case TargetDirectory.State.Taken(var report) -> new Check.Refusal(report);
    };
  }

  /**
   * An execution looks before it restores, and never again once it has: a recovery that was opened
   * is an earlier execution's, of the same plan, and its database was written to since.
   */
  private static Check own(Goal goal, Marker.Stage stage) {
    return switch (stage) {
      case FILLING, COMPLETE -> new Check.Fine(goal.target() + " holds this restore, " + stage);
      case OPEN ->
        new Check.Refusal(Report.of(
                TARGET_NOT_EMPTY, goal.target() + " holds a recovery that was finished and opened")
            .why("this plan was carried out before; what was written there since may be nowhere"
                + " else")
            .next("aegis plan --to <the same target>    (plans a new directory)"));
    };
  }

  private List<Check> snapshotIsWhole() {
    var missing = snapshot.missing();
    if (missing.isEmpty()) {
      return List.of(new Check.Fine("every object of the snapshot is in the repository"));
    }
    var first = missing.getFirst();
    String what = "the snapshot " + snapshot.summary().id() + " is not whole";
    return List.of(new Check.Refusal(Report.of(SNAPSHOT_INCOMPLETE, what)
        .why(
            missing.size() + " of its objects; the first: " + first.subject() + ": " + first.what())
        .next("aegis points    (choose an older recovery point)", "aegis repo check")));
  }

  /**
   * Log goes only when PostgreSQL comes to a checkpoint of the source: what that wrote from one to
   * the next, and what is replayed while its pages are being written.
   */
  static long logAtOnce(Settings settings) {
    return Math.max(LEAST_LOG_AT_ONCE, 2 * settings.bytes("max_wal_size", USUAL_WAL_SIZE));
  }

  private List<Check> room(Goal goal, Sizes sizes, long logAtOnce, long logBytes) {
    long least = Math.min(logBytes, LEAST_LOG_AT_ONCE);
    long present = goal.tablespaces().isEmpty() ? written(goal.target()) : 0;
    var room = new Room();
    room.need(goal.target(), Math.max(0, sizes.inDataDirectory + least - present));
    room.mayNeed(goal.target(), Math.min(logBytes, logAtOnce) - least + logBytes);
    sizes.inTablespaces.forEach((oid, bytes) -> {
      var place = goal.tablespaces().get(oid);
      room.need(place == null ? goal.target() : place, bytes);
    });
    return room.check();
  }

  /** What an interrupted run has already put there. */
  private static long written(Path target) {
    try {
      return Marker.read(target).isEmpty() ? 0 : sizeOf(target);
    } catch (IOException | UncheckedIOException e) {
      return 0; // of a place that cannot be looked into, which is refused as such
    }
  }

  private static long sizeOf(Path target) throws IOException {
    try (var tree = Files.walk(target)) {
      return tree.filter(Files::isRegularFile)
          .mapToLong(file -> file.toFile().length())
          .sum();
    }
  }

  private ControlFile controlFile() {
    return ControlFileReader.parse(new SnapshotFiles(snapshot).bytes(SnapshotFiles.CONTROL));
  }

  /** Adds up what has to go where. */
  private static final class Sizes {
    private final Goal goal;
    private final Map<Long, Long> inTablespaces = new TreeMap<>();
    private long inDataDirectory;
    private long files;
    private long bytes;

    Sizes(Goal goal) {
      this.goal = goal;
    }

    void add(StoredFile file) {
      files++;
      bytes += file.size();
      if (!(file.spec().kind() instanceof Kind.File)) {
        return;
      }
      var tablespace = SnapshotFiles.tablespaceOf(file.spec().path());
      if (tablespace.isPresent() && goal.tablespaces().containsKey(tablespace.getAsLong())) {
        inTablespaces.merge(tablespace.getAsLong(), file.size(), Long::sum);
      } else {
        inDataDirectory += file.size();
      }
    }
  }
}
