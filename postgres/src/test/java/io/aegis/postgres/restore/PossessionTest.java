package io.aegis.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure.Refused;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Resolution.Stop;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.account.Account;
import io.aegis.postgres.account.HeldDirectory;
import io.aegis.postgres.restore.TargetDirectory.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
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
    return goal(into, Map.of(16384L, beside), incarnation);
  }

  private static Goal goal(Path into, Map<Long, Path> tablespaces, String incarnation) {
    return new Goal(
        into,
        tablespaces,
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
    assertThatThrownBy(() -> new RestoredCluster(goal(target, "first")).discard())
        .isInstanceOf(Refused.class);
    assertThat(tablespace.resolve(HELD)).hasContent("first");
    assertThat(target.resolve(HELD)).hasContent("first");
  }

  // Red when: RestoredCluster.discard clears without asking for an obstacle.
  @Test
  void the_copy_of_a_restore_is_not_undone_in_its_place() throws IOException {
    abandon(goal(target, "first"));
    move(target, ".before");
    var copy =
        new RestoredCluster(goal(home.resolve("x.before"), Map.of(16384L, tablespace), "first"));

    assertThatThrownBy(copy::discard).isInstanceOf(Refused.class);
    assertThat(tablespace.resolve(HELD)).hasContent("first");
  }

  // Red when: Possession.strangers goes on with a marker that does not say where it was made.
  @Test
  void a_restore_of_an_earlier_build_is_neither_gone_on_with_nor_cleared() throws IOException {
    var goal = goal(target, "first");
    abandon(goal);
    var marker = Marker.read(target).orElseThrow();
    write(new Marker(
        marker.incarnation(),
        marker.stage(),
        marker.tablespaces(),
        marker.source(),
        Optional.empty()));

    for (String incarnation : List.of("first", "third")) {
      assertThat(new TargetDirectory(goal(target, incarnation)).look())
          .isInstanceOf(State.Taken.class);
      assertThatThrownBy(() -> new TargetDirectory(goal(target, incarnation)).claim(""))
          .isInstanceOf(Refused.class);
    }
    assertThat(target.resolve(HELD)).exists();
  }

  /** As the account of the restored database can at any moment: the marker is its own. */
  private void rewriteMarker(Marker.Stage stage, Path... tablespaces) throws IOException {
    var marker = Marker.read(target).orElseThrow();
    write(new Marker(
        marker.incarnation(), stage, List.of(tablespaces), marker.source(), marker.place()));
  }

  private void write(Marker marker) throws IOException {
    try (var held = HeldDirectory.of(target)) {
      marker.write(held);
    }
  }

  // Red when: Possession.of takes the tablespaces of the marker.
  // Red when: RestoredCluster.discard or open goes by the marker without Possession.of.
  @Test
  void directories_that_a_marker_names_and_its_plan_does_not_are_neither_made_nor_taken()
      throws IOException {
    var goal = goal(target, "first");
    var free = Files.createDirectory(home.toRealPath().resolve("sbin"));
    var before = Files.getLastModifiedTime(free);
    var permissions = Files.getPosixFilePermissions(free);
    var absent = home.toRealPath().resolve("cron.service.d/x");
    abandon(goal);
    Files.writeString(target.resolve(SnapshotFiles.SETTINGS), "");
    for (var names :
        List.of(new Path[] {tablespace, absent, free}, new Path[] {free}, new Path[] {})) {
      rewriteMarker(Marker.Stage.FILLING, names);

      requireNotRestoredHere(() -> new TargetDirectory(goal).claim(""));
      requireNotRestoredHere(new RestoredCluster(goal)::discard);
      assertThat(new TargetDirectory(goal).look()).isInstanceOf(State.Taken.class);
      rewriteMarker(Marker.Stage.COMPLETE, names);
      requireNotRestoredHere(new RestoredCluster(goal)::open);
      assertThat(free).isEmptyDirectory();
    }
    assertThat(absent.getParent()).doesNotExist();
    assertThat(Files.getLastModifiedTime(free)).isEqualTo(before);
    assertThat(Files.getPosixFilePermissions(free)).isEqualTo(permissions);
  }

  private static void requireNotRestoredHere(ThrowingCallable work) {
    assertThatThrownBy(work)
        .isInstanceOfSatisfying(
            Refused.class,
            refusal -> assertThat(refusal.code()).isEqualTo(PostgresCode.NOT_RESTORED_HERE));
  }

  // Red when: Possession.strangers clears what has the mark, whosever it is: it may be /tmp, where
  // everybody can put a mark.
  @Test
  void an_abandoned_restore_is_cleared_only_of_directories_of_the_account_that_it_was_made_for()
      throws IOException {
    abandon(goal(target, "first"));
    boolean root = Account.own().isRoot();
    if (root) {
      new Account("nobody", 65_534, 65_534).take(tablespace);
    }

    assertThat(new TargetDirectory(goal(target, "second")).look())
        .isInstanceOf(root ? State.Taken.class : State.Abandoned.class);
  }

  // Red when: TargetDirectory makes a directory that an account linked to its own, whosever it is.
  @Test
  void a_link_in_place_of_a_directory_to_be_made_leads_to_one_of_the_account_or_nowhere()
      throws IOException {
    boolean root = Account.own().isRoot();
    var sbin = Files.createDirectory(home.toRealPath().resolve("sbin"));
    if (root) {
      new Account("nobody", 65_534, 65_534).take(sbin);
    }
    for (var planted : List.of(target, tablespace)) {
      Files.createDirectories(planted.getParent());
      Files.createSymbolicLink(planted, sbin);
      if (root) {
        assertThatThrownBy(() -> new TargetDirectory(goal(target, "first")).claim(""))
            .isInstanceOfSatisfying(
                Refused.class,
                refusal -> assertThat(refusal.code()).isEqualTo(PostgresCode.ACCOUNT_UNUSABLE));
        assertThat(sbin).isEmptyDirectory();
      } else {
        new TargetDirectory(goal(target, "first")).claim("");
        assertThat(sbin).isNotEmptyDirectory();
        try (var held = HeldDirectory.of(sbin)) {
          DurableFiles.emptyBut(held);
        }
      }
      Files.delete(planted);
    }
  }

  // Red when: Possession.refuseForeign looks at the directory alone, or trusts a link because it is
  // root's: the account may have moved it to where it lies.
  @Test
  void a_link_on_the_way_that_the_account_planted_leads_to_no_directory_of_roots()
      throws IOException {
    boolean root = Account.own().isRoot();
    var nobody = root ? new Account("nobody", 65_534, 65_534) : Account.own();
    var etc = Files.createDirectory(home.toRealPath().resolve("etc"));
    var link = Files.createSymbolicLink(home.toRealPath().resolve("planted"), etc);

    Possession.refuseForeign(nobody, link.resolve("16384")); // only root can have led there
    if (root) {
      nobody.take(home);
      assertThatThrownBy(() -> Possession.refuseForeign(nobody, link.resolve("16384")))
          .isInstanceOfSatisfying(
              Refused.class, refused -> assertThat(refused.report().why()).contains("root's"));
      nobody.take(etc);
      Possession.refuseForeign(nobody, link.resolve("16384"));
    }
  }

  // Red when: Marker.read takes a marker for a directory's own that another account has put there.
  @Test
  void a_marker_of_another_account_than_the_directory_makes_nothing_ours() throws IOException {
    abandon(goal(target, "first"));
    boolean root = Account.own().isRoot();
    if (root) {
      new Account("nobody", 65_534, 65_534).take(target.resolve("aegis"));
      new Account("nobody", 65_534, 65_534).take(target.resolve("aegis/restore.json"));
    }
    try (var held = HeldDirectory.of(target)) { // as one where everybody may write
      assertThat(Marker.read(held).isPresent()).isEqualTo(!root);
    }
  }

  // Red when: Possession.clear opens by its path what was looked at before.
  @Test
  void a_directory_that_takes_the_place_of_one_that_is_cleared_is_not_emptied() throws IOException {
    var goal = goal(target, "first");
    abandon(goal);
    var marker = Marker.read(target).orElseThrow();
    var kept = Files.createDirectory(home.resolve("kept"));
    Files.writeString(kept.resolve("file"), "kept");
    move(target, "-mine");
    Files.createSymbolicLink(target, kept);
    // As where it is exchanged right behind the look by its path.
    var place = Optional.of(target.toRealPath());
    var exchanged =
        new Marker(marker.incarnation(), marker.stage(), List.of(), marker.source(), place);

    requireNotRestoredHere(() -> new Possession(target, exchanged).clear());
    assertThat(kept.resolve("file")).hasContent("kept");
  }

  // Red when: Possession.replaced asks for the owner of what is free, as it did: of a restore that
  // was killed, or refused, before it took its tablespaces, nothing could be cleared away.
  @Test
  void an_empty_directory_of_another_account_keeps_no_abandoned_restore_from_being_cleared()
      throws IOException {
    new TargetDirectory(goal(target, "first")).claim("");
    Files.delete(tablespace.resolve(Marker.OfTablespace.NAME));
    if (Account.own().isRoot()) {
      new Account("nobody", 65_534, 65_534).take(tablespace);
    }

    new RestoredCluster(goal(target, "first")).discard();

    assertThat(target).isEmptyDirectory();
    assertThat(tablespace).isEmptyDirectory();
  }

  // Red when: TargetDirectory.look lets out what LockFile says of a place that cannot be read.
  @Test
  void a_place_whose_lock_file_cannot_be_read_is_taken() throws IOException {
    Files.createDirectories(target);
    Files.createSymbolicLink(target.resolve("postmaster.pid"), target.resolve("postmaster.pid"));

    assertThat(new TargetDirectory(goal(target, "first")).look())
        .isInstanceOfSatisfying(
            State.Taken.class,
            taken -> assertThat(taken.report().next().getFirst()).contains("--into"));
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
    new RestoredCluster(goal(target, "second")).discard();
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

  // Red when: RestoredCluster.tidy leaves the marks.
  @Test
  void a_recovery_that_is_opened_leaves_no_mark_in_its_tablespaces() throws IOException {
    abandon(goal(target, "first"));
    Files.writeString(target.resolve(SnapshotFiles.SETTINGS), "");

    var cluster = new RestoredCluster(goal(target, "first"));
    cluster.open();
    assertThat(cluster.tidy()).isTrue();
    assertThat(tablespace.resolve(Marker.OfTablespace.NAME)).doesNotExist();
    assertThat(tablespace.resolve(HELD)).exists();
  }
}
