package io.aegis.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Resolution.Stop;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.account.Account;
import io.aegis.postgres.account.HeldDirectory;
import io.aegis.postgres.restore.Marker.Stage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run can still do that was frozen, taken for dead, and replaced: nothing. */
class WorkbenchTest {
  private static final List<String> FILES =
      List.of("base/5/1259", "pg_tblspc/16384/PG_17_202406281/5/2619");

  @TempDir
  Path home;

  private Goal goal = goal(Path.of("/x"));

  @BeforeEach
  void claim() throws IOException {
    goal = goal(home.resolve("x"));
    new TargetDirectory(goal).claim("");
    Files.createDirectories(goal.target().resolve("base/5"));
    Files.createDirectories(home.resolve("x-side/PG_17_202406281/5"));
    Files.createDirectories(goal.target().resolve("pg_tblspc"));
    Files.createSymbolicLink(
        goal.target().resolve("pg_tblspc/16384"), goal.tablespaces().get(16384L));
  }

  private static Goal goal(Path target) {
    return new Goal(
        target,
        Map.of(16384L, target.resolveSibling("x-side")),
        new Incarnation("first"),
        Lsn.parse("0/3000028"),
        Stop.AFTER,
        new Timeline(1));
  }

  private static void write(FileChannel channel, String text) throws IOException {
    channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
  }

  // Red when: Part.create takes what is there (CREATE, TRUNCATE_EXISTING) and a part is
  // called as the same file's part of another run: the frozen run's open file becomes the live one.
  // Red when: Workbench.replaceOthers leaves the benches of other runs, or those in tablespaces.
  @Test
  void a_run_that_was_replaced_writes_into_no_file_and_puts_none_in_place() throws IOException {
    for (String path : FILES) {
      var frozen = Workbench.take(goal, "frozen-" + path.length());
      var part = frozen.part(path);
      try (var stillOpen = part.create()) {
        write(stillOpen, "old");
        var live = goal.target().resolve(path);
        try (var next = Workbench.take(goal, "next-" + path.length())) {
          next.write(path, "live");
        }
        write(stillOpen, "OVER");
        assertThat(live).hasContent("live");
        assertThatThrownBy(() -> frozen.place(part, path)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> frozen.write(path, "OVER"))
            .isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(frozen::require).isInstanceOf(NoSuchFileException.class);
        frozen.close();
        assertThat(live).hasContent("live");
      }
    }
    try (var left = Files.walk(home)) {
      assertThat(left.map(Path::toString)).noneMatch(path -> path.contains("aegis-run-"));
    }
  }

  // Red when: Workbench.place goes by paths: the account that the database is restored for has a
  // file of its own content made wherever root may write.
  @Test
  void no_file_gets_its_name_through_a_link_that_took_the_place_of_a_directory()
      throws IOException {
    var elsewhere = Files.createDirectory(home.resolve("elsewhere"));
    try (var bench = Workbench.take(goal, "first")) {
      for (var planted :
          List.of(goal.target().resolve("base/5"), home.resolve("x-side/PG_17_202406281/5"))) {
        Files.delete(planted);
        Files.createSymbolicLink(planted, elsewhere);
      }
      for (String path : FILES) {
        assertThatThrownBy(() -> bench.write(path, "theirs"))
            .isInstanceOf(NotDirectoryException.class);
      }
    }
    assertThat(elsewhere).isEmptyDirectory();
  }

  // Red when: Part.create goes by its path: a job for cron is made by root, called by a number.
  // Red when: Workbench.place or makeDirectory goes by the path of the data directory.
  @Test
  void nothing_is_made_where_a_link_leads_that_took_the_place_of_the_bench_or_of_all()
      throws IOException {
    var elsewhere = Files.createDirectory(home.resolve("elsewhere"));
    Files.createDirectory(elsewhere.resolve("base"));
    try (var bench = Workbench.take(goal, "first")) {
      var planted = goal.target().resolve("aegis/aegis-run-first");
      Files.move(planted, home.resolve("bench"));
      Files.createSymbolicLink(planted, elsewhere);
      bench.part("base/5/1259").create().close();
      Files.move(goal.target(), home.resolve("moved"));
      Files.createSymbolicLink(goal.target(), elsewhere);
      var part = bench.part("base/1");
      part.create().close();
      part.finish(0640);
      bench.place(part, "base/1");
      bench.makeDirectory("base", 0777);
    }
    assertThat(home.resolve("moved/base/1")).exists();
    try (var tree = Files.walk(elsewhere)) {
      assertThat(tree).containsExactlyInAnyOrder(elsewhere, elsewhere.resolve("base"));
    }
    assertThat(Files.getPosixFilePermissions(elsewhere.resolve("base")))
        .doesNotContain(PosixFilePermission.OTHERS_WRITE);
  }

  // Red when: the bench is adopted, or Part.create gives the file away or its permissions at once:
  // the account exchanges it for another one of root's, and is given that; or whoever may not write
  // to a file of their own cannot sync it.
  @Test
  void what_is_not_finished_is_its_makers_alone_and_becomes_what_it_shall_be_at_once()
      throws IOException {
    boolean weAreRoot = Account.own().isRoot();
    var place = goal.target();
    if (weAreRoot) {
      for (var theirs : List.of(place, place.resolve("aegis"))) {
        new Account("nobody", 65_534, 65_534).take(theirs);
      }
    }
    try (var bench = Workbench.take(goal, "first")) {
      var part = bench.part("server.key");
      part.create().close();
      var own = place.resolve("aegis/aegis-run-first");
      var made = own.resolve("1");
      assertThat(Account.ownerOf(own)).isEqualTo(Account.own());
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
          .isEqualTo("rw-------");
      assertThat(Account.ownerOf(made)).isEqualTo(Account.own());
      part.finish(0400);
      bench.place(part, "server.key");
    }
    var key = place.resolve("server.key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("r--------");
    assertThat(Account.ownerOf(key).user()).isEqualTo(Account.ownerOf(place).user());
  }

  // Red when: Workbench.hold does not ask for the mark.
  @Test
  void a_directory_that_was_not_claimed_is_not_worked_in() throws IOException {
    var elsewhere = Files.createDirectories(home.resolve("elsewhere/aegis")).resolveSibling("");
    Files.move(goal.target(), home.resolve("moved"));
    Files.createSymbolicLink(goal.target(), elsewhere);
    assertThatThrownBy(() -> Workbench.take(goal, "first")).isInstanceOf(NoSuchFileException.class);
    assertThat(elsewhere.resolve("aegis")).isEmptyDirectory();
  }

  // Red when: HeldDirectory.makeDirectory sets permissions through a link, or takes it as made.
  @Test
  void a_directory_that_a_link_leads_to_is_not_given_the_permissions_of_the_snapshots()
      throws IOException {
    var elsewhere = Files.createDirectory(home.resolve("elsewhere"));
    var before = Files.getPosixFilePermissions(elsewhere);
    Files.createSymbolicLink(goal.target().resolve("global"), elsewhere);
    try (var bench = Workbench.take(goal, "first")) {
      for (String path : List.of("global", "global/inner")) {
        assertThatThrownBy(() -> bench.makeDirectory(path, 0777))
            .isInstanceOf(NotDirectoryException.class);
      }
    }
    assertThat(Files.getPosixFilePermissions(elsewhere)).isEqualTo(before);
    assertThat(elsewhere).isEmptyDirectory();
  }

  // Red when: Marker.begin replaces what is there.
  @Test
  void a_run_that_was_frozen_before_it_marked_the_place_does_not_mark_an_open_database()
      throws IOException {
    var marker = Marker.read(goal.target()).orElseThrow();
    try (var held = HeldDirectory.of(goal.target())) {
      marker.with(Stage.OPEN).write(held);
    }

    assertThatThrownBy(() -> marker.begin(goal.target()))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(Marker.read(goal.target()).orElseThrow().stage()).isEqualTo(Stage.OPEN);
  }

  // Red when: Marker.write(Workbench) goes by another way than the bench.
  @Test
  void a_run_that_was_replaced_does_not_mark_the_restore_complete() throws IOException {
    var marker = Marker.read(goal.target()).orElseThrow();
    var frozen = Workbench.take(goal, "frozen");
    try (var _ = Workbench.take(goal, "next")) {
      assertThatThrownBy(() -> marker.with(Stage.COMPLETE).write(frozen))
          .isInstanceOf(NoSuchFileException.class);
    }
    assertThat(Marker.read(goal.target()).orElseThrow().stage()).isEqualTo(Stage.FILLING);
  }
}
