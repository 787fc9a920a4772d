package io.aegis.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure.Refused;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Resolution.Stop;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.restore.TargetDirectory.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose a directory is that a restore once made, after people have moved directories about. */
class PossessionTest {
  private static final String HELD = "PG_17_202406281/5/1259";

  @TempDir
  Path home;

  private Path target = Path.of("/");
  private Path tablespace = Path.of("/");

  @BeforeEach
  void name_the_places() throws IOException {
    target = home.toRealPath().resolve("x");
    tablespace = home.toRealPath().resolve("x-tablespaces/16384");
  }

  private Goal goal(Path into, String incarnation) {
    var beside = into.resolveSibling(into.getFileName() + "-tablespaces").resolve("16384");
    return new Goal(
        into,
        Map.of(16384L, beside),
        new Incarnation(incarnation),
        Lsn.parse("0/3000028"),
        Stop.AFTER,
        new Timeline(1));
  }

  /** As a restore is left that was killed when it had filled some files. */
  private void abandon(Goal goal) throws IOException {
    new TargetDirectory(goal).claim("");
    var places = new ArrayList<>(goal.tablespaces().values());
    places.add(goal.target());
    for (var place : places) {
      Files.createDirectories(place.resolve(HELD).resolveSibling(""));
      Files.writeString(place.resolve(HELD), goal.incarnation().value());
    }
  }

  private static void move(Path from, String suffix) throws IOException {
    Files.move(from, from.resolveSibling(from.getFileName() + suffix));
  }

  // Red when: Marker.read or TargetDirectory.look throws what is no Failure, as they did.
  @Test
  void a_place_that_cannot_be_looked_into_and_a_marker_that_is_no_text_are_taken_and_no_bug()
      throws IOException {
    var letter = Files.writeString(home.toRealPath().resolve("letter"), "dear all");
    var marker = Files.createDirectories(target.resolve("aegis")).resolve("restore.json");
    Files.write(marker, new byte[] {(byte) 0xC3, 0x28});

    for (var place : List.of(letter, letter.resolve("x"), target)) {
      var state = new TargetDirectory(goal(place, "first")).look();

      assertThat(state).isInstanceOfSatisfying(State.Taken.class, taken -> {
        assertThat(taken.report().code()).isEqualTo(PostgresCode.TARGET_NOT_EMPTY);
        assertThat(taken.report().what()).contains(place.toString());
      });
    }
  }

  // Red when: Possession.obstacle does not ask where the marker was made.
  // Red when: TargetDirectory.lookAtMarked calls it abandoned without asking for an obstacle.
  @Test
  void an_abandoned_restore_that_was_moved_is_refused_and_another_databases_tablespace_is_kept()
      throws IOException {
    abandon(goal(target, "first"));
    move(target, ".before");
    move(home.resolve("x-tablespaces"), ".before");
    abandon(goal(target, "second"));
    var moved = goal(home.toRealPath().resolve("x.before"), "third");

    assertThat(new TargetDirectory(moved).look()).isInstanceOf(State.Taken.class);
    assertThatThrownBy(() -> new TargetDirectory(moved).claim(""))
        .isInstanceOfSatisfying(Refused.class, refusal -> {
          assertThat(refusal.code()).isEqualTo(PostgresCode.NOT_RESTORED_HERE);
          assertThat(refusal.report().what()).contains("x.before");
          assertThat(refusal.report().why()).contains("made as " + target);
          assertThat(refusal.report().next().getLast()).contains("rm -r " + moved.target());
        });
    assertThat(tablespace.resolve(HELD)).hasContent("second");
    assertThat(target.resolve(HELD)).hasContent("second");
    assertThat(moved.target().resolve(HELD)).hasContent("first");
  }

  // Red when: Possession.strangers takes any mark, or none, for this restore's.
  @Test
  void a_tablespace_with_another_mark_or_none_keeps_an_abandoned_restore_from_being_cleared()
      throws IOException {
    abandon(goal(target, "first"));
    Files.delete(tablespace.resolve(Marker.OfTablespace.NAME));
    requireRefusedWithNothingRemoved();
    new Marker.OfTablespace(new Incarnation("second"), target).write(tablespace);
    requireRefusedWithNothingRemoved();
    new Marker.OfTablespace(new Incarnation("first"), home.resolve("elsewhere")).write(tablespace);
    requireRefusedWithNothingRemoved();
  }

  private void requireRefusedWithNothingRemoved() {
    for (String incarnation : List.of("first", "third")) { // to go on, and to begin anew
      assertThatThrownBy(() -> new TargetDirectory(goal(target, incarnation)).claim(""))
          .isInstanceOfSatisfying(
              Refused.class,
              refusal -> assertThat(refusal.report().why()).contains("" + tablespace));
    }
    assertThatThrownBy(() -> new RestoredCluster(target, new Incarnation("first")).discard())
        .isInstanceOf(Refused.class);
    assertThat(tablespace.resolve(HELD)).hasContent("first");
    assertThat(target.resolve(HELD)).hasContent("first");
  }

  // Red when: RestoredCluster.discard clears without asking for an obstacle.
  @Test
  void the_copy_of_a_restore_is_not_undone_in_its_place() throws IOException {
    abandon(goal(target, "first"));
    move(target, ".before");
    var copy = new RestoredCluster(home.resolve("x.before"), new Incarnation("first"));

    assertThatThrownBy(copy::discard).isInstanceOf(Refused.class);
    assertThat(tablespace.resolve(HELD)).hasContent("first");
  }

  // Red when: TargetDirectory.takeTablespaces leaves the parts of an earlier build in the database.
  @Test
  void a_restore_of_an_earlier_build_is_gone_on_with_and_never_cleared() throws IOException {
    var goal = goal(target, "first");
    abandon(goal);
    var marker = Marker.read(target).orElseThrow();
    new Marker(marker.incarnation(), marker.stage(), List.of(), marker.source(), Optional.empty())
        .write(target);
    Files.writeString(DurableFiles.part(target.resolve(HELD)), "half of it");

    new TargetDirectory(goal).claim("");
    assertThat(DurableFiles.part(target.resolve(HELD))).doesNotExist();
    assertThat(target.resolve(HELD)).exists();
    assertThat(new TargetDirectory(goal).look()).isInstanceOf(State.Own.class);
    assertThat(new TargetDirectory(goal(target, "third")).look()).isInstanceOf(State.Taken.class);
  }

  // Red when: Possession.clear leaves out the tablespaces, or their marks.
  @Test
  void an_abandoned_restore_that_lies_where_it_was_made_is_cleared_with_its_tablespaces()
      throws IOException {
    abandon(goal(target, "first"));
    var goal = goal(target, "second");

    assertThat(new TargetDirectory(goal).look()).isInstanceOf(State.Abandoned.class);
    new TargetDirectory(goal).claim("");
    assertThat(target.resolve("PG_17_202406281")).doesNotExist();
    assertThat(tablespace.toFile().list()).containsExactly(Marker.OfTablespace.NAME);
    new RestoredCluster(target, new Incarnation("second")).discard();
    assertThat(tablespace).isEmptyDirectory();
    assertThat(target).isEmptyDirectory();
  }

  // Red when: Marker.OfTablespace.isFree takes a mark that came to pieces for somebody's file.
  @Test
  void a_restore_that_was_killed_while_it_marked_a_tablespace_goes_on() throws IOException {
    var goal = goal(target, "first");
    new TargetDirectory(goal).claim("");
    var mark = tablespace.resolve(Marker.OfTablespace.NAME);
    Files.move(mark, DurableFiles.part(mark));

    new TargetDirectory(goal).claim("");
    assertThat(mark).exists();
  }

  // Red when: RestoredCluster.open leaves the marks.
  @Test
  void a_recovery_that_is_opened_leaves_no_mark_in_its_tablespaces() throws IOException {
    abandon(goal(target, "first"));
    Files.writeString(target.resolve(SnapshotFiles.SETTINGS), "");

    new RestoredCluster(target, new Incarnation("first")).open();
    assertThat(tablespace.resolve(Marker.OfTablespace.NAME)).doesNotExist();
    assertThat(tablespace.resolve(HELD)).exists();
  }
}
