package io.aegis.postgres.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What its owner plants in a directory, before and while somebody works in it. */
class HeldDirectoryTest {
  @TempDir
  Path home;

  private Path theirs = Path.of("/");
  private Path elsewhere = Path.of("/");

  @BeforeEach
  void keepSomethingElsewhere() throws IOException {
    theirs = Files.createDirectory(home.resolve("theirs"));
    elsewhere = Files.createDirectories(home.resolve("elsewhere/inner"));
    Files.writeString(elsewhere.resolve("kept"), "kept");
  }

  private void requireUntouched() throws IOException {
    assertThat(elsewhere.resolve("kept")).hasContent("kept");
    assertThat(elsewhere.toFile().list()).containsExactly("kept");
  }

  // Red when: enter opens without NOFOLLOW_LINKS and takes what a link leads to for a directory.
  @Test
  void a_link_to_a_directory_is_not_entered_wherever_on_the_way_it_is() throws IOException {
    Files.createSymbolicLink(theirs.resolve("link"), elsewhere);
    Files.createSymbolicLink(theirs.resolve("above"), elsewhere.resolveSibling(""));
    try (var held = HeldDirectory.of(theirs)) {
      assertThatThrownBy(() -> held.enter("link")).isInstanceOf(NotDirectoryException.class);
      assertThatThrownBy(() -> held.holderOf(Path.of("above/inner/kept")))
          .isInstanceOf(NotDirectoryException.class);
      assertThatThrownBy(() -> held.createOwn("link"))
          .isInstanceOf(FileAlreadyExistsException.class);
      assertThat(held.read("link")).isEmpty();
    }
    requireUntouched();
  }

  // Red when: replace follows a link, or stops at what a run that was killed has left.
  @Test
  void a_file_takes_the_place_of_a_link_and_not_of_what_it_leads_to() throws IOException {
    Files.createSymbolicLink(theirs.resolve("settings"), elsewhere.resolve("kept"));
    var left = Files.createDirectory(theirs.resolve("settings.aegis-part"));
    Files.createSymbolicLink(left.resolve("settings"), elsewhere.resolve("kept"));
    try (var held = HeldDirectory.of(theirs)) {
      held.replace("settings", "port = 1".getBytes(StandardCharsets.UTF_8));
    }
    assertThat(theirs.resolve("settings")).isRegularFile().hasContent("port = 1");
    assertThat(theirs.toFile().list()).containsExactly("settings");
    requireUntouched();
  }

  // Red when: replace goes by the path of what was opened.
  @Test
  void a_file_is_not_replaced_in_what_has_taken_the_place_of_its_directory() throws IOException {
    Files.writeString(theirs.resolve("kept"), "theirs");
    try (var held = HeldDirectory.of(theirs)) {
      Files.move(theirs, home.resolve("moved"));
      Files.createSymbolicLink(theirs, elsewhere);
      assertThatThrownBy(() -> held.replace("kept", new byte[1])).isInstanceOf(IOException.class);
    }
    assertThat(elsewhere.resolve("kept")).hasContent("kept");
    assertThat(home.resolve("moved/kept")).hasContent("theirs");
  }

  // Red when: what is done in it is done by its path.
  @Test
  void a_link_that_takes_its_name_later_changes_nothing() throws IOException {
    Files.writeString(theirs.resolve("kept"), "theirs");
    try (var held = HeldDirectory.of(theirs)) {
      Files.move(theirs, home.resolve("moved"));
      Files.createSymbolicLink(theirs, elsewhere);
      held.createOwn("new").close();
      held.move("new", held, "renamed");
      assertThat(held.names()).containsExactlyInAnyOrder("kept", "renamed");
      held.delete("kept");
      held.deleteTree("renamed");
      assertThat(held.names()).isEmpty();
    }
    assertThat(home.resolve("moved")).isEmptyDirectory();
    requireUntouched();
  }

  // Red when: deleteTree goes into what a link leads to.
  @Test
  void a_tree_is_removed_with_its_links_and_not_with_what_they_lead_to() throws IOException {
    Files.createDirectories(theirs.resolve("tree/deep"));
    Files.createSymbolicLink(theirs.resolve("tree/deep/link"), elsewhere);
    Files.createSymbolicLink(theirs.resolve("link"), elsewhere);
    try (var held = HeldDirectory.of(theirs)) {
      held.deleteTree("tree");
      held.deleteTree("link");
      held.deleteTree("absent");
    }
    assertThat(theirs).isEmptyDirectory();
    requireUntouched();
  }

  @Test
  void what_root_gives_is_the_owners_and_what_another_one_owns_is_not_taken_for_theirs()
      throws IOException {
    // Red when: give does nothing, or read and enterOwn do not compare owners.
    if (!Account.own().isRoot()) {
      return; // nobody else can give a file away
    }
    Files.writeString(theirs.resolve("roots"), "root's");
    Files.createDirectory(theirs.resolve("roots-own"));
    Account.named("nobody").take(theirs);
    try (var held = HeldDirectory.of(theirs)) {
      held.createOwn("made").close();
      held.give("made", held);
      assertThat(held.read("made")).hasValueSatisfying(HeldDirectoryTest::close);
      assertThat(Account.ownerOf(theirs.resolve("made"))).isEqualTo(Account.ownerOf(theirs));
      assertThat(held.read("roots")).isEmpty();
      assertThatThrownBy(() -> held.enterOwn("roots-own"))
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining("belongs to root");
    }
  }

  private static void close(AutoCloseable opened) {
    try {
      opened.close();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
