package io.aegis.storage.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure;
import io.aegis.kernel.TaskScope;
import io.aegis.storage.Body;
import io.aegis.storage.ObjectStore;
import io.aegis.storage.PutOutcome;
import io.aegis.storage.testing.ObjectStoreContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryWithoutHardLinksTest extends ObjectStoreContract {
  @TempDir
  Path temporary = Path.of("");

  @Override
  protected ObjectStore emptyStore() throws IOException {
    return DirectoryStore.withoutHardLinks(temporary.resolve("repository"));
  }

  @Test
  void it_says_that_it_cannot_arbitrate_between_writers() {
    assertThat(store.capabilities().conditionalPut()).isFalse();
  }

  @Test
  void threads_of_one_process_still_never_replace_each_others_objects() throws Exception {
    try (var scope = TaskScope.waiting("racer", 8);
        var other = DirectoryStore.withoutHardLinks(temporary.resolve("repository"))) {
      var first = scope.fork(() -> store.putIfAbsent(key("key"), Body.of(random(1 << 20))));
      var second = scope.fork(() -> other.putIfAbsent(key("key"), Body.of(random(1 << 19))));
      scope.join();

      assertThat(first.result()).isNotEqualTo(second.result());
      assertThat(store.stat(key("key")).orElseThrow().size())
          .isEqualTo(first.result() == PutOutcome.CREATED ? 1 << 20 : 1 << 19);
    }
  }

  // Red when: Naming follows a link to its lock. The owner of a repository, who need not be root,
  // can make one that leads anywhere.
  @Test
  void a_link_in_place_of_the_lock_leads_nobody_to_a_file_elsewhere() throws IOException {
    store.putIfAbsent(key("first"), Body.of(random(1)));
    var root = temporary.resolve("repository");
    Files.createDirectories(root);
    var elsewhere = Files.writeString(temporary.resolve("elsewhere"), "a secret of root");
    Files.deleteIfExists(root.resolve("~lock"));
    Files.createSymbolicLink(root.resolve("~lock"), elsewhere);

    assertThatThrownBy(() -> store.putIfAbsent(key("second"), Body.of(random(1))))
        .isInstanceOf(Failure.class);

    assertThat(Files.readString(elsewhere)).isEqualTo("a secret of root");
    assertThat(store.stat(key("second"))).isEmpty();
  }
}
