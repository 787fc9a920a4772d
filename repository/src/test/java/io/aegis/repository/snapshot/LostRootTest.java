package io.aegis.repository.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.repository.ComponentName;
import io.aegis.repository.Repository;
import io.aegis.repository.SnapshotDraft;
import io.aegis.repository.SnapshotId;
import io.aegis.repository.SnapshotSummary;
import io.aegis.repository.testing.TestRepository;
import io.aegis.storage.ObjectStore;
import io.aegis.storage.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot that was taken and whose root cannot be believed, or is gone. */
class LostRootTest {
  private static final ComponentName DATABASE = new ComponentName("database");
  private static final ComponentName OTHER = new ComponentName("other");

  @TempDir
  Path directory;

  private final List<SnapshotId> taken = new ArrayList<>();
  private ObjectStore store;
  private TestRepository made;

  @BeforeEach
  void takes_three_snapshots_of_one_component_and_one_of_another() {
    store = Stores.directory(directory.resolve("repository"));
    made = TestRepository.in(store);
    try (var repository = made.open()) {
      for (var component : List.of(DATABASE, DATABASE, DATABASE, OTHER)) {
        try (var writer = repository.begin(new SnapshotDraft(component, List.of()))) {
          taken.add(writer.commit(new byte[0]).id());
        }
      }
    }
    taken.removeLast();
    taken.sort(null);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private Path root(int number) {
    return directory.resolve("repository/snapshots/" + DATABASE + "/" + taken.get(number));
  }

  private static void spoil(Path object) throws IOException {
    var content = Files.readAllBytes(object);
    content[content.length / 2] ^= 1;
    Files.write(object, content);
  }

  private static List<SnapshotId> ids(List<SnapshotSummary> summaries) {
    return summaries.stream().map(SnapshotSummary::id).toList();
  }

  // Red when: Snapshots.read drops what is damaged, as snapshots() alone does.
  @Test
  void a_damaged_root_is_named_beside_the_snapshots_that_can_be_had() throws IOException {
    spoil(root(1));
    try (var repository = made.open()) {
      var all = repository.taken(DATABASE);

      assertThat(ids(all.legible())).containsExactly(taken.get(0), taken.get(2));
      assertThat(all.lost()).containsOnlyKeys(taken.get(1));
      assertThat(all.lost().get(taken.get(1)))
          .hasMessageContaining("snapshots/database/" + taken.get(1) + " is damaged");
      assertThat(ids(repository.snapshots(DATABASE))).isEqualTo(ids(all.legible()));
      assertNothingElse(repository);
    }
  }

  // Red when: Snapshots.taken does not ask the register.
  @Test
  void a_root_that_is_registered_and_gone_is_named_also_if_it_was_the_newest() throws IOException {
    Files.delete(root(2));
    try (var repository = made.open()) {
      var all = repository.taken(DATABASE);

      assertThat(ids(all.legible())).containsExactly(taken.get(0), taken.get(1));
      assertThat(all.lost()).containsOnlyKeys(taken.get(2));
      assertThat(all.lost().get(taken.get(2))).hasMessageContaining("is missing");
      assertNothingElse(repository);
    }
  }

  // Red when: Snapshots.taken reads the register alone.
  @Test
  void a_snapshot_that_nobody_registered_is_there_all_the_same() throws IOException {
    for (var entry : List.of("register/000000000001", "register/000000000003")) {
      spoil(directory.resolve("repository").resolve(entry));
    }
    try (var repository = made.open()) {
      assertThat(ids(repository.taken(DATABASE).legible())).isEqualTo(taken);
      assertThat(repository.taken(DATABASE).lost()).isEmpty();
      assertThat(repository.register().reading().isWhole()).isFalse();
    }
  }

  /** What another component lost is nothing to this one. */
  private static void assertNothingElse(Repository repository) {
    assertThat(repository.taken(OTHER).legible()).hasSize(1);
    assertThat(repository.taken(OTHER).lost()).isEmpty();
  }
}
