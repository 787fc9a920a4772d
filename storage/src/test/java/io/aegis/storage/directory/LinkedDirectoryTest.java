package io.aegis.storage.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.aegis.kernel.Failure;
import io.aegis.storage.Body;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.StorageCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the owner of a repository may put in the place of its directories, and root comes by. */
class LinkedDirectoryTest {
  @TempDir
  Path temporary = Path.of("");

  private Path root = Path.of("");
  private Path elsewhere = Path.of("");

  @BeforeEach
  void a_repository_and_an_old_file_elsewhere() throws IOException {
    root = Files.createDirectory(temporary.resolve("repository"));
    elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
    var old = Files.writeString(elsewhere.resolve("authorized_keys"), "root's");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(3))));
  }

  // Red when: DurableDirectories.create takes a link to a directory for one.
  @Test
  void a_link_in_the_place_of_a_directory_is_refused_before_anything_is_written()
      throws IOException {
    Files.createSymbolicLink(root.resolve("~unfinished"), elsewhere);
    assertRefused(() -> put("key"));
    Files.delete(root.resolve("~unfinished"));

    Files.createSymbolicLink(root.resolve("packs"), elsewhere);
    assertRefused(() -> put("packs/key"));

    assertThat(elsewhere).isDirectoryContaining(file -> file.endsWith("authorized_keys"));
    assertThat(elsewhere.toFile().list()).hasSize(1);
  }

  // Red when: UnfinishedFiles.sweep opens its directory by its path.
  @Test
  void the_sweep_of_what_crashes_left_behind_does_not_follow_a_link_that_came_meanwhile()
      throws IOException {
    Files.createSymbolicLink(root.resolve("~unfinished"), elsewhere);
    assertThatIOException().isThrownBy(() -> new UnfinishedFiles(root).sweepAndProbe());
    assertThat(elsewhere.toFile().list()).containsExactly("authorized_keys");
  }

  // Red when: DirectoryStore.delete goes by the path, or Listing follows links to directories.
  @Test
  void nothing_is_listed_or_deleted_through_a_link() throws IOException {
    put("wal/branch/segment");
    Files.move(root.resolve("wal/branch"), elsewhere.resolve("branch"));
    Files.createSymbolicLink(root.resolve("wal/branch"), elsewhere.resolve("branch"));

    assertRefused(() -> store().delete(new ObjectKey("wal/branch/segment")));
    assertRefused(() -> store().list("", _ -> {}));

    assertThat(elsewhere.resolve("branch/segment")).exists();
  }

  @Test
  void a_repository_that_is_reached_by_a_link_is_used_as_ever() throws IOException {
    var link = Files.createSymbolicLink(temporary.resolve("link"), root);
    var key = new ObjectKey("wal/branch/segment");
    try (var store = new DirectoryStore(link)) {
      store.putIfAbsent(key, Body.of(new byte[1]));
      store.delete(key);
      store.delete(key);
      assertThat(store.stat(key)).isEmpty();
    }
  }

  private void assertRefused(ThrowingCallable action) {
    assertThatExceptionOfType(Failure.Refused.class)
        .isThrownBy(action)
        .satisfies(e -> assertThat(e.code()).isEqualTo(StorageCode.STORE_REJECTS));
  }

  private DirectoryStore store() {
    return new DirectoryStore(root);
  }

  private void put(String key) {
    store().putIfAbsent(new ObjectKey(key), Body.of(new byte[1]));
  }
}
