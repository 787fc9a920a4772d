package io.aegis.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Resolution.Stop;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.restore.Marker.Stage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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

  // Red when: DurableFiles.create takes what is there (CREATE, TRUNCATE_EXISTING) and a part is
  // called as the same file's part of another run: the frozen run's open file becomes the live one.
  // Red when: Workbench.replace leaves the benches of other runs, or those in tablespaces.
  @Test
  void a_run_that_was_replaced_writes_into_no_file_and_puts_none_in_place() throws IOException {
    for (String path : FILES) {
      var frozen = Workbench.take(goal, "frozen-" + path.length());
      var part = frozen.part(path);
      try (var stillOpen = DurableFiles.create(part, DurableFiles.OWNER_FILE)) {
        write(stillOpen, "old");
        var live = goal.target().resolve(path);
        try (var next = Workbench.take(goal, "next-" + path.length())) {
          next.write(path, "live");
        }
        write(stillOpen, "OVER");
        assertThat(live).hasContent("live");
        assertThatThrownBy(() -> frozen.place(part, live)).isInstanceOf(NoSuchFileException.class);
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

  // Red when: Marker.begin replaces what is there.
  @Test
  void a_run_that_was_frozen_before_it_marked_the_place_does_not_mark_an_open_database()
      throws IOException {
    var marker = Marker.read(goal.target()).orElseThrow();
    marker.with(Stage.OPEN).write(goal.target());

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
