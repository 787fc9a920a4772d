package io.aegis.postgres.restore;

import static io.aegis.postgres.PostgresCode.RESTORE_INTERRUPTED;

import io.aegis.kernel.Failure;
import io.aegis.kernel.Milestones;
import io.aegis.kernel.Progress;
import io.aegis.kernel.Report;
import io.aegis.postgres.account.Account;
import io.aegis.postgres.configuration.Settings;
import io.aegis.postgres.control.SpoiledControlFile;
import io.aegis.postgres.feed.Spool;
import io.aegis.postgres.restore.Marker.Stage;
import io.aegis.repository.FileSpec;
import io.aegis.repository.SnapshotReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Carries out a {@link RestorePlan}. Each point of no return has a milestone; a run that was killed
 * is continued by the next one, which does again only what is not known to be done.
 */
public final class Restore {

  /** How long PostgreSQL waits for log that nobody brings before it stops. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** What PostgreSQL expects to find, whether or not the snapshot listed it. */
  private static final List<String> EXPECTED = List.of(
      "pg_commit_ts",
      "pg_dynshmem",
      "pg_logical",
      "pg_logical/mappings",
      "pg_logical/snapshots",
      "pg_notify",
      "pg_replslot",
      "pg_serial",
      "pg_snapshots",
      "pg_stat",
      "pg_stat_tmp",
      "pg_subtrans",
      "pg_tblspc",
      "pg_twophase",
      "pg_wal",
      "pg_wal/archive_status");

  private final RestorePlan plan;
  private final SnapshotReader snapshot;
  private final Path target;
  private final Milestones milestones;
  private final String run;

  /**
   * @param run no two runs, of whichever restore, are ever called the same
   */
  public Restore(RestorePlan plan, SnapshotReader snapshot, Milestones milestones, String run) {
    this.plan = plan;
    this.snapshot = snapshot;
    this.milestones = milestones;
    this.run = run;
    target = plan.goal().target();
  }

  /**
   * Puts everything back.
   *
   * @param workers how many files are copied at once
   * @throws Failure.Refused if the plan says so, or if the disk is full
   * @throws Failure.Damaged if what is read is not what was written; nothing of it is used
   */
  public void run(int workers, Progress progress) throws InterruptedException {
    var refusal = plan.refusal();
    if (refusal.isPresent()) {
      throw refusal.get();
    }
    progress.expect(plan.bytes());
    try {
      var source = new HomeConfiguration(snapshot, plan.origin()).settings();
      new TargetDirectory(plan.goal()).claim(source);
      milestones.reach("restore.claimed");
      if (isComplete()) {
        return;
      }
      try (var bench = Workbench.take(plan.goal(), run)) {
        fill(
            bench,
            Settings.parse(source),
            new FileFiller(snapshot, bench, workers, progress, milestones));
      }
    } catch (IOException | UncheckedIOException e) {
      throw interrupted(e);
    }
  }

  private void fill(Workbench bench, Settings source, FileFiller filler)
      throws IOException, InterruptedException {
    if (isComplete()) {
      return; // another run has come to its end before this one took over
    }
    var listed = filler.directories();
    var directories = makeDirectories(bench, listed);
    milestones.reach("restore.directories-made");
    filler.fill();
    milestones.reach("restore.files-copied");
    writeConfiguration(bench, source);
    shut(bench, listed);
    milestones.reach("restore.configured");
    syncAll(directories);
    milestones.reach("restore.synced");
    writeControlFile(bench);
    milestones.reach("restore.control-file-written");
    Marker.read(target).orElseThrow().with(Stage.COMPLETE).write(bench);
    milestones.reach("restore.complete");
  }

  private boolean isComplete() {
    return Marker.read(target).filter(marker -> marker.stage() != Stage.FILLING).isPresent();
  }

  private List<Path> makeDirectories(Workbench bench, List<FileSpec> directories)
      throws IOException {
    var made = new ArrayList<Path>();
    bench.require();
    for (var tablespace : plan.goal().tablespaces().entrySet()) {
      made.add(link(bench, tablespace));
    }
    for (var directory : directories) {
      bench.require();
      made.add(make(bench, directory.path(), directory.mode() | DurableFiles.OWNER_DIRECTORY));
    }
    for (String expected : EXPECTED) {
      if (!Files.isDirectory(target.resolve(expected))) {
        made.add(make(bench, expected, DurableFiles.OWNER_DIRECTORY));
      }
    }
    return made;
  }

  /** Nobody puts a file into a directory that denies it to its owner: those come last. */
  private static void shut(Workbench bench, List<FileSpec> directories) throws IOException {
    for (var directory : directories.reversed()) {
      if ((directory.mode() & DurableFiles.OWNER_DIRECTORY) != DurableFiles.OWNER_DIRECTORY) {
        bench.makeDirectory(directory.path(), directory.mode());
      }
    }
  }

  private Path make(Workbench bench, String path, int mode) throws IOException {
    bench.makeDirectory(path, mode);
    return target.resolve(path);
  }

  /** Our own link, and no tablespace_map, which would make PostgreSQL undo it (trap T11). */
  private Path link(Workbench bench, Map.Entry<Long, Path> tablespace) throws IOException {
    make(bench, "pg_tblspc", DurableFiles.OWNER_DIRECTORY);
    var link = target.resolve("pg_tblspc").resolve(Long.toString(tablespace.getKey()));
    if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
      Files.createSymbolicLink(link, tablespace.getValue());
    }
    Account.adopt(link);
    return tablespace.getValue();
  }

  /** Looked for in what was restored: an entry that is no link. */
  private boolean hasTablespaceInPlace() throws IOException {
    try (var entries = Files.list(target.resolve("pg_tblspc"))) {
      return entries.anyMatch(entry -> Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS));
    }
  }

  private void writeConfiguration(Workbench bench, Settings source)
      throws IOException, InterruptedException {
    var fence = new Fence(
        plan.goal(),
        plan.control().parameters(),
        hasTablespaceInPlace(),
        plan.control().geometry().walSegmentSize());
    bench.write("backup_label", plan.origin().backupLabel());
    bench.write(target.relativize(Fence.hbaFile(target)).toString(), Fence.HBA);
    var home = new HomeConfiguration(snapshot, plan.origin());
    for (String name : HomeConfiguration.FILES) {
      var content = home.changed(name);
      if (content.isPresent()) {
        bench.write(name, content.get());
      }
    }
    bench.write(SnapshotFiles.SETTINGS, fence.over(source).text());
    new Spool(target).install(PATIENCE);
    bench.write("recovery.signal", "");
  }

  private void syncAll(List<Path> directories) throws IOException {
    for (var directory : directories) {
      DurableFiles.syncDirectory(directory);
    }
    DurableFiles.syncDirectory(target);
    DurableFiles.syncDirectory(DurableFiles.parentOf(target));
  }

  /**
   * Last, by rename (trap T16); pointing nowhere, so that only the label can start it (trap T17).
   */
  private void writeControlFile(Workbench bench) throws IOException {
    var bytes = new SnapshotFiles(snapshot).bytes(SnapshotFiles.CONTROL);
    bench.write(SnapshotFiles.CONTROL, SpoiledControlFile.of(bytes));
  }

  private Failure interrupted(Exception e) {
    var cause = e instanceof UncheckedIOException && e.getCause() != null ? e.getCause() : e;
    String why = Optional.ofNullable(cause.getMessage()).orElse(cause.toString());
    var report = Report.of(RESTORE_INTERRUPTED, "the restore into " + target + " was interrupted")
        .why(why)
        .safe("what was written is marked as Aegis' own; nothing else was touched")
        .next("remove the cause, then resume: the restore goes on where it stopped");
    boolean full = why.contains("No space left on device") || why.contains("quota");
    return full ? new Failure.Refused(report, e) : new Failure.Unavailable(report, e);
  }
}
