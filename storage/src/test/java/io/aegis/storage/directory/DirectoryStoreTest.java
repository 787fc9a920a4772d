package io.aegis.storage.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aegis.kernel.Failure;
import io.aegis.kernel.TaskScope;
import io.aegis.storage.Body;
import io.aegis.storage.ObjectStore;
import io.aegis.storage.PutOutcome;
import io.aegis.storage.StorageCode;
import io.aegis.storage.Stores;
import io.aegis.storage.testing.ObjectStoreContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryStoreTest extends ObjectStoreContract {
  @TempDir
  Path temporary = Path.of("");

  private Path root() {
    return temporary.resolve("deep/repository");
  }

  @Override
  protected ObjectStore emptyStore() {
    return Stores.directory(root());
  }

  @Test
  void looking_into_a_store_that_does_not_exist_yet_makes_nothing() {
    assertThat(list("")).isEmpty();
    assertThat(store.find(key("aegis.repository"))).isEmpty();
    assertThat(root()).doesNotExist();
  }

  @Test
  void everything_belongs_to_the_owner_alone() throws IOException {
    put("packs/aa/pack", "x");

    assertThat(permissions("packs/aa/pack")).isEqualTo("rw-------");
    assertThat(permissions("packs/aa")).isEqualTo("rwx------");
    assertThat(permissions("")).isEqualTo("rwx------");
  }

  // Red when: UnfinishedFiles or DurableDirectories leave what root makes to root.
  @Test
  void what_root_stores_in_the_repository_of_another_account_is_theirs() throws IOException {
    Files.createDirectories(root());
    boolean weAreRoot = Files.getAttribute(root(), "unix:uid").equals(0);
    if (weAreRoot) {
      Files.setAttribute(root(), "unix:gid", 65_534);
      Files.setAttribute(root(), "unix:uid", 65_534);
    }
    put("packs/aa/pack", "x");
    try (var made = Files.walk(root())) {
      for (var each : made.toList()) {
        assertThat(Files.getAttribute(each, "unix:uid"))
            .isEqualTo(Files.getAttribute(root(), "unix:uid"));
        assertThat(Files.getAttribute(each, "unix:gid"))
            .isEqualTo(Files.getAttribute(root(), "unix:gid"));
      }
    }
  }

  // Red when: handOver follows links, or gives away what has another name elsewhere.
  @Test
  void what_somebody_else_put_in_the_place_of_what_root_made_stays_whose_it_is()
      throws IOException {
    Files.createDirectories(root());
    if (Files.getAttribute(root(), "unix:uid").equals(0)) {
      Files.setAttribute(root(), "unix:uid", 65_534);
    }
    var elsewhere = Files.writeString(temporary.resolve("elsewhere"), "a secret");
    var owner = Files.getAttribute(elsewhere, "unix:uid");

    Ownership.handOver(Files.createSymbolicLink(root().resolve("link"), elsewhere));
    Ownership.handOver(Files.createLink(root().resolve("name"), elsewhere));

    assertThat(Files.getAttribute(elsewhere, "unix:uid")).isEqualTo(owner);
  }

  private String permissions(String name) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(root().resolve(name)));
  }

  @Test
  void what_a_crash_left_behind_is_invisible_and_swept_when_it_is_a_day_old() throws IOException {
    var unfinished = Files.createDirectories(root().resolve("~unfinished"));
    var old = Files.writeString(unfinished.resolve("0123"), "half an obj");
    var young = Files.writeString(unfinished.resolve("4567"), "half an obj");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(25))));

    assertThat(list("")).isEmpty();
    put("key", "x");

    assertThat(old).doesNotExist();
    assertThat(young).exists();
    assertThat(list("")).containsExactly("key");
  }

  @Test
  void a_finished_put_leaves_nothing_but_the_object() throws IOException {
    put("key", "x");
    put("key", "y");

    try (var left = Files.list(root().resolve("~unfinished"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void files_of_strangers_are_not_objects() throws IOException {
    put("a/key", "x");
    Files.writeString(root().resolve("a/with space"), "stranger");
    Files.createDirectory(root().resolve("lost+found"));

    assertThat(list("")).containsExactly("a/key");
  }

  @Test
  void another_directory_in_its_place_is_noticed_before_anything_is_written() throws IOException {
    put("key", "x");
    Files.move(root(), temporary.resolve("unmounted"));
    Files.createDirectory(root());

    assertThatExceptionOfType(Failure.Unavailable.class)
        .isThrownBy(() -> put("other", "y"))
        .satisfies(e -> assertThat(e.code()).isEqualTo(StorageCode.STORE_ABSENT));
    assertThatExceptionOfType(Failure.Unavailable.class).isThrownBy(() -> find("key"));
    assertThat(root()).isEmptyDirectory();
  }

  // Red when: Root looks at the directory before it looks at what it remembers.
  @Test
  void first_writers_at_once_take_the_directory_that_one_of_them_made_for_the_same()
      throws InterruptedException {
    for (int round = 0; round < 200; round++) {
      try (var fresh = Stores.directory(temporary.resolve("fresh/" + round))) {
        writeAtOnce(fresh);
        assertThat(fresh.find(key("0"))).isPresent();
      }
    }
  }

  private void writeAtOnce(ObjectStore fresh) throws InterruptedException {
    int writers = 8;
    var start = new CyclicBarrier(writers);
    try (var scope = TaskScope.waiting("writer", writers)) {
      for (int i = 0; i < writers; i++) {
        var name = Integer.toString(i);
        scope.fork(() -> {
          start.await();
          return fresh.putIfAbsent(key(name), Body.of(new byte[1]));
        });
      }
      scope.join();
    }
  }

  @Test
  void a_key_that_is_the_directory_of_another_is_a_bug() {
    put("a/b", "x");

    assertThatIllegalStateException().isThrownBy(() -> put("a", "y"));
    assertThatIllegalStateException().isThrownBy(() -> put("a/b/c", "z"));
  }

  @Test
  void two_stores_on_one_directory_see_the_same_objects() {
    try (var other = Stores.directory(root())) {
      put("key", "x");

      assertThat(other.putIfAbsent(key("key"), Body.of(new byte[1])))
          .isEqualTo(PutOutcome.ALREADY_PRESENT);
      assertThat(other.find(key("key"))).hasValue(new byte[] {'x'});
    }
  }

  @Test
  void linux_file_systems_arbitrate_between_writers() {
    assertThat(store.capabilities().conditionalPut()).isTrue();
  }
}
