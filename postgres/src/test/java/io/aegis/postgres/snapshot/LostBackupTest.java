package io.aegis.postgres.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.postgres.BaseBackup;
import io.aegis.postgres.BaseBackups;
import io.aegis.postgres.LostBackup;
import io.aegis.postgres.Moments;
import io.aegis.postgres.Resolution;
import io.aegis.postgres.Target;
import io.aegis.repository.ComponentName;
import io.aegis.repository.Ports;
import io.aegis.repository.Repository;
import io.aegis.repository.SnapshotDraft;
import io.aegis.repository.SnapshotId;
import io.aegis.repository.testing.TestRepository;
import io.aegis.storage.ForwardingStore;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStore;
import io.aegis.storage.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a backup whose root is damaged or gone, and what is still found without it. */
class LostBackupTest {
  private static final ComponentName COMPONENT = new ComponentName("shop-db");

  @TempDir
  Path directory;

  private final List<SnapshotId> taken = new ArrayList<>();
  private final List<String> read = new ArrayList<>();
  private ObjectStore store;
  private Repository repository;

  @BeforeEach
  void takes_three_backups() {
    store = new Watched(Stores.directory(directory));
    repository = TestRepository.in(store).open();
    for (int i = 0; i < 3; i++) {
      try (var writer = repository.begin(new SnapshotDraft(COMPONENT, List.of()))) {
        var facts = BackupFactsFormat.encode(BackupFactsFormatTest.EXAMPLE);
        taken.add(writer.commit(facts).id());
      }
    }
    taken.sort(null);
  }

  @AfterEach
  void close() {
    repository.close();
    store.close();
  }

  private Path root(int number) {
    return directory.resolve("snapshots/" + COMPONENT + "/" + taken.get(number));
  }

  private void spoil(int number) throws IOException {
    var content = Files.readAllBytes(root(number));
    content[content.length / 2] ^= 1;
    Files.write(root(number), content);
  }

  private Moments moments() {
    return new Moments(repository, new BaseBackups(repository, COMPONENT, Ports.system()));
  }

  // Red when: Moments.survey lists what can be had and says nothing of the rest.
  @Test
  void each_lost_backup_is_warned_of_once_with_the_one_that_takes_its_place() throws IOException {
    spoil(1);
    Files.delete(root(2));

    var survey = moments().survey();

    assertThat(survey.snapshots()).extracting(BaseBackup::id).containsExactly(taken.get(0));
    assertThat(survey.lost())
        .extracting(LostBackup::id)
        .containsExactly(taken.get(1), taken.get(2));
    assertThat(survey.warnings())
        .hasSize(2)
        .allSatisfy(warning -> assertThat(warning)
            .contains("from the one before it, " + taken.get(0), "aegis repo check"));
    assertThat(survey.warnings().getFirst())
        .contains("snapshots/shop-db/" + taken.get(1) + " is damaged");
    assertThat(survey.warnings().getLast())
        .contains("snapshots/shop-db/" + taken.get(2) + " is missing");
    assertThat(moments().warnings()).isEqualTo(survey.warnings());
    assertThat(moments().log().warnings()).isEqualTo(survey.warnings());
  }

  // Red when: LostBackup.among takes a later backup for an earlier one.
  @Test
  void without_an_earlier_one_the_moments_that_only_it_reached_are_said_to_be_lost()
      throws IOException {
    spoil(0);

    assertThat(moments().warnings())
        .singleElement()
        .satisfies(warning -> assertThat(warning)
            .contains("cannot be reached, since no earlier snapshot is there")
            .doesNotContain(taken.get(1).value()));
  }

  // Red when: Moments.survey lists the snapshots for the window or the warnings once more.
  @Test
  void a_survey_reads_each_root_once() throws IOException {
    spoil(1);
    read.clear();

    var _ = moments().survey();

    assertThat(read)
        .filteredOn(name -> name.startsWith("snapshots/"))
        .hasSize(3)
        .doesNotHaveDuplicates();
  }

  @Test
  void nothing_is_warned_of_while_every_root_is_there() {
    assertThat(moments().survey().warnings()).isEmpty();
    assertThat(moments().survey().lost()).isEmpty();
  }

  // Red when: Moments.resolve answers that there is no such snapshot, as if it were never taken.
  @Test
  void a_lost_backup_that_is_asked_for_is_refused_by_its_damage_and_no_other_is()
      throws IOException {
    spoil(1);

    assertThatThrownBy(() -> moments().resolve(new Target.AtSnapshot(taken.get(1))))
        .isInstanceOf(Damaged.class)
        .hasMessageContaining(taken.get(1).value());
    assertThat(moments().resolve(new Target.AtSnapshot(taken.get(0))))
        .isInstanceOf(Resolution.NoData.class);
  }

  // Red when: Moments.resolve says that no snapshot was taken yet, as it did.
  @Test
  void where_every_backup_is_lost_nobody_is_told_that_there_never_was_one() throws IOException {
    for (int i = 0; i < taken.size(); i++) {
      spoil(i);
    }

    assertThatThrownBy(() -> moments().resolve(new Target.Latest()))
        .isInstanceOf(Damaged.class)
        .hasMessageContaining(taken.getLast().value());
  }

  /** Notes what is read. */
  private final class Watched extends ForwardingStore {
    Watched(ObjectStore inner) {
      super(inner);
    }

    @Override
    public Optional<byte[]> find(ObjectKey key) {
      read.add(key.name());
      return super.find(key);
    }
  }
}
