package io.aegis.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure;
import io.aegis.kernel.Milestones;
import io.aegis.kernel.Progress;
import io.aegis.kernel.Report;
import io.aegis.kernel.testing.Program;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Resolution.Stop;
import io.aegis.postgres.server.Binaries;
import io.aegis.repository.FileContent;
import io.aegis.repository.RepositoryCode;
import io.aegis.repository.StoredFile;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that are full, snapshots that are damaged, tablespaces that have to move. */
class RestoreFaultsIT {
  @TempDir
  Path home;

  private static RestorePlan plan(SourceCluster source, Goal goal) throws Exception {
    return new RestorePlanner(
            source.snapshot(), source.origin(), new Binaries(source.server().binDirectory()))
        .plan(goal, 0);
  }

  /** A file system of that size, for as long as the brace. */
  private record SmallDisk(Path place, Thread lastResort) implements AutoCloseable {
    static SmallDisk of(int mib, Path place) throws Exception {
      Files.createDirectories(place);
      var mounted = Program.of(
              "mount", "-t", "tmpfs", "-o", "size=" + mib + "m", "tmpfs", place.toString())
          .run();
      Assumptions.assumeTrue(mounted.exit() == 0, "only root can mount a small disk");
      var lastResort = new Thread(() -> unmount(place));
      Runtime.getRuntime().addShutdownHook(lastResort);
      return new SmallDisk(place, lastResort);
    }

    void fill(int mib) throws Exception {
      try (var junk = new RandomAccessFile(place.resolve("junk").toFile(), "rw")) {
        var piece = new byte[1 << 20];
        for (int i = 0; i < mib; i++) {
          junk.write(piece);
        }
      }
    }

    @Override
    public void close() {
      assertThat(unmount(place)).isZero();
      Runtime.getRuntime().removeShutdownHook(lastResort);
    }

    /** Also while something is open on it: no test may leave a mount behind, failed or not. */
    private static int unmount(Path place) {
      int exit = Program.of("umount", place.toString()).run().exit();
      return exit == 0
          ? exit
          : Program.of("umount", "--lazy", place.toString()).run().exit();
    }
  }

  @Test
  void a_small_disk_is_gone_after_its_brace_even_if_something_fails_and_is_open_on_it()
      throws Exception {
    // Red when: SmallDisk.unmount does not try again lazily.
    var place = home.resolve("disk");
    var open = new ArrayList<RandomAccessFile>();
    assertThatThrownBy(() -> {
          try (var disk = SmallDisk.of(1, place)) {
            open.add(new RandomAccessFile(disk.place().resolve("open").toFile(), "rw"));
            throw new IllegalStateException("as a test that fails");
          }
        })
        .hasMessage("as a test that fails");
    assertThat(Files.readString(Path.of("/proc/mounts"))).doesNotContain(place.toString());
    open.getFirst().close();
  }

  @Test
  void a_disk_that_is_too_small_is_refused_before_anything_is_written() throws Exception {
    // Red when: RestorePlanner.plan leaves out the room.
    try (var source = SourceCluster.of(17, home.resolve("source"));
        var disk = SmallDisk.of(60, home.resolve("disk"))) {
      source.backUp();
      var target = disk.place().resolve("restored");
      var plan = plan(source, source.goal(target, source.begin(), Stop.AFTER));
      assertThat(plan.refusal())
          .hasValueSatisfying(
              refusal -> assertThat(refusal.code()).isEqualTo(PostgresCode.NO_ROOM));
      assertThat(target).doesNotExist();
    }
  }

  @Test
  void a_disk_that_fills_up_in_the_middle_is_an_error_from_which_the_restore_goes_on()
      throws Exception {
    try (var source = SourceCluster.of(17, home.resolve("source"));
        var disk = SmallDisk.of(200, home.resolve("disk"))) {
      source.backUp();
      var target = disk.place().resolve("restored");
      var plan = plan(source, source.goal(target, source.begin(), Stop.AFTER));
      disk.fill(190);
      var restore = new Restore(plan, source.snapshot(), Milestones.UNWATCHED, "run-1");
      assertThatThrownBy(() -> restore.run(2, Progress.SILENT))
          .isInstanceOfSatisfying(Failure.Refused.class, failure -> {
            assertThat(failure.code()).isEqualTo(PostgresCode.RESTORE_INTERRUPTED);
            assertThat(failure.report().why()).contains("No space left");
          });
      assertThat(target.resolve("global/pg_control")).doesNotExist();
      assertThat(disk.place().resolve("junk")).hasSize(190L << 20);
      Files.delete(disk.place().resolve("junk"));
      restore.run(2, Progress.SILENT);
      assertThat(target.resolve("global/pg_control")).exists();
    }
  }

  @Test
  void a_damaged_pack_ends_the_restore_and_leaves_nothing_that_could_be_started() throws Exception {
    // Red when: the control file is written with the other files.
    try (var source = SourceCluster.of(17, home.resolve("source"))) {
      source.backUp();
      var target = home.resolve("restored");
      var plan = plan(source, source.goal(target, source.begin(), Stop.AFTER));
      var damaged = new DirectorySnapshot(source.backup()) {
        @Override
        public FileContent open(StoredFile file) {
          if (file.spec().path().startsWith("base/5/1249")) {
            throw new Failure.Damaged(
                Report.of(RepositoryCode.NOT_AUTHENTIC, "packs/ab/cd is not what was written")
                    .next("aegis repo check"));
          }
          return super.open(file);
        }
      };
      assertThatThrownBy(() ->
              new Restore(plan, damaged, Milestones.UNWATCHED, "run-1").run(2, Progress.SILENT))
          .isInstanceOf(Failure.Damaged.class)
          .hasMessageContaining("packs/ab/cd");
      assertThat(target.resolve("global/pg_control")).doesNotExist();
    }
  }

  @Test
  void t11_a_tablespace_comes_back_where_the_goal_says_and_postgresql_does_not_move_it()
      throws Exception {
    // Red when: Restore writes the tablespace_map of the backup into the data directory.
    try (var source = SourceCluster.of(17, home.resolve("source"))) {
      var old = Files.createDirectories(home.resolve("old-space"));
      source.server().psql("CREATE TABLESPACE side LOCATION '" + old + "'");
      source.server().psql("CREATE TABLE aside TABLESPACE side AS SELECT generate_series(1, 5000)");
      String oid = source.server().psql("SELECT oid FROM pg_tablespace WHERE spcname = 'side'");
      source.backUp("-T", old + "=" + home.resolve("backed-up-space"));
      var moved = home.resolve("new-space");
      var plain = source.goal(home.resolve("restored"), source.begin(), Stop.AFTER);
      var goal = new Goal(
          plain.target(),
          Map.of(Long.valueOf(oid), moved),
          plain.incarnation(),
          plain.stopAt(),
          plain.stop(),
          plain.timeline());
      new Restore(plan(source, goal), source.snapshot(), Milestones.UNWATCHED, "run-1")
          .run(2, Progress.SILENT);
      var link = plain.target().resolve("pg_tblspc").resolve(oid);
      assertThat(Files.readSymbolicLink(link)).isEqualTo(moved);
      assertThat(plain.target().resolve("tablespace_map")).doesNotExist();
      try (var files = Files.walk(moved)) {
        assertThat(files.filter(Files::isRegularFile)).isNotEmpty();
      }
    }
  }

  @Test
  void a_tablespace_directory_that_is_not_empty_is_refused() throws Exception {
    try (var source = SourceCluster.of(17, home.resolve("source"))) {
      source.backUp();
      var precious = Files.createDirectories(home.resolve("precious"));
      Files.writeString(precious.resolve("thesis.tex"), "all of it");
      var plain = source.goal(home.resolve("restored"), source.begin(), Stop.AFTER);
      var goal = new Goal(
          plain.target(),
          Map.of(4711L, precious),
          plain.incarnation(),
          plain.stopAt(),
          plain.stop(),
          plain.timeline());
      assertThat(plan(source, goal).refusal())
          .hasValueSatisfying(
              refusal -> assertThat(refusal.code()).isEqualTo(PostgresCode.TARGET_NOT_EMPTY));
    }
  }
}
