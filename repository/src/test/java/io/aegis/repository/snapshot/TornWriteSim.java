package io.aegis.repository.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Entropy;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Progress;
import io.aegis.kernel.TimeSource;
import io.aegis.kernel.testing.Seeds;
import io.aegis.repository.CheckDepth;
import io.aegis.repository.ComponentName;
import io.aegis.repository.Finding;
import io.aegis.repository.Finding.Severity;
import io.aegis.repository.Ports;
import io.aegis.repository.Register;
import io.aegis.repository.Repositories;
import io.aegis.repository.Repository;
import io.aegis.repository.SmallPacks;
import io.aegis.repository.SnapshotDraft;
import io.aegis.repository.SnapshotId;
import io.aegis.repository.SnapshotSummary;
import io.aegis.repository.Unlock;
import io.aegis.repository.layout.Layout;
import io.aegis.repository.testing.TestRepository;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.testing.SimulatedCrash;
import io.aegis.storage.testing.SimulatedStore;
import io.aegis.storage.testing.SimulatedStore.Writes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The machine crashes at each write of a snapshot in turn, on a store that breaks its promise: the
 * last object may be cut, or end in zeros. It must be noticed, nobody may believe it, and what was
 * taken before must be there and the next snapshot succeed.
 */
class TornWriteSim {
  private static final ComponentName DATABASE = new ComponentName("database");
  private static final int ROUNDS = 3;

  private final long seed = Seeds.next();
  private final Random random = new Random(seed);
  private final Set<String> kinds = new TreeSet<>();

  // Red when: the last frame of an object is not marked as such, a damaged root ends the listing of
  // the others, a damaged base or checkpoint ends the next attempt, or a check skips heartbeats.
  @Test
  void a_torn_object_is_noticed_and_never_believed() {
    for (int round = 0; round < ROUNDS; round++) {
      long writes = new Run(random.nextLong()).attempt(Long.MAX_VALUE);
      for (long write = 1; write <= writes; write++) {
        var run = new Run(random.nextLong());
        run.attempt(write);
        run.verify();
      }
    }
    assertThat(kinds).hasSizeGreaterThan(1);
  }

  @Test
  void a_repository_that_was_torn_while_it_was_made_is_whole_or_refused() {
    int opened = 0;
    for (int round = 0; round < 20 * ROUNDS; round++) {
      var store = new SimulatedStore(Writes.TEARABLE, TimeSource.system(), random.nextLong());
      var key = new Unlock.KeyFile(Repositories.newKeyFile(Entropy.secure()));
      store.crashAt(1 + random.nextInt(3));
      try {
        Repositories.init(store, key, Ports.system()).close();
      } catch (SimulatedCrash crash) {
        store.restart();
        opened += opens(store, key) ? 1 : 0;
      }
    }
    assertThat(opened).isPositive();
  }

  private static boolean opens(SimulatedStore store, Unlock key) {
    try (var made = Repositories.open(store, key, Ports.system())) {
      var findings = made.check(CheckDepth.READ_DATA, Progress.SILENT);
      if (store.torn().isPresent()) {
        // Only the register's first entry is written after the repository can be opened.
        assertThat(store.torn().get().name()).startsWith(Layout.REGISTER);
        assertThat(findings).isNotEmpty();
        return false;
      }
      assertThat(findings).isEmpty();
      return true;
    } catch (Failure refused) {
      return false;
    }
  }

  /** One repository with one snapshot, and an attempt at another that ends in a crash. */
  private final class Run {
    private final SimulatedStore store;
    private final ModelFiles files;
    private final TestRepository made;
    private final Map<SnapshotId, Map<String, byte[]>> taken = new HashMap<>();
    private final SnapshotId first;

    Run(long seed) {
      store = new SimulatedStore(Writes.TEARABLE, TimeSource.system(), seed);
      files = new ModelFiles(seed);
      made = TestRepository.in(store);
      for (int i = 0; i < 4; i++) {
        files.change();
      }
      try (var repository = SmallPacks.open(made)) {
        // With the first key slot's: so that the next snapshot's entry completes a chapter.
        for (int i = 0; i < 61; i++) {
          repository
              .register()
              .append(Register.Kind.EXECUTION_ENDED, new ObjectKey("executions/1"), "");
        }
        first = snapshot(repository, List.of());
      }
    }

    private SnapshotId snapshot(Repository repository, List<SnapshotId> bases) {
      try (var writer = repository.begin(new SnapshotDraft(DATABASE, bases))) {
        files.capture(writer, Map.of(), false);
        taken.put(writer.id(), files.contents());
        return writer.commit(new byte[0]).id();
      }
    }

    /** How many writes the attempt made. */
    long attempt(long crashAt) {
      long before = store.written();
      store.crashAt(crashAt == Long.MAX_VALUE ? crashAt : before + crashAt);
      files.change();
      files.change();
      try (var repository = SmallPacks.open(made)) {
        snapshot(repository, List.of(first));
      } catch (SimulatedCrash crash) {
        assertThat(crash).isNotNull();
      }
      return store.written() - before;
    }

    void verify() {
      store.restart();
      try (var repository = SmallPacks.open(made)) {
        store.torn().ifPresent(torn -> assertNoticed(repository, torn));
        assertExact(repository);
        next(repository);
      }
    }

    private void assertNoticed(Repository repository, ObjectKey torn) {
      kinds.add(torn.name().substring(0, torn.name().indexOf('/')));
      var findings = repository.check(CheckDepth.READ_DATA, Progress.SILENT);
      assertThat(findings).as("torn: %s, seed %d", torn, seed).anySatisfy(finding -> {
        assertThat(finding.subject() + " " + finding.what()).contains(torn.name());
        assertThat(finding.repair()).isNotBlank();
      });
    }

    private void assertExact(Repository repository) {
      var there =
          repository.snapshots(DATABASE).stream().map(SnapshotSummary::id).toList();
      assertThat(there).contains(first);
      assertThat(taken).containsKeys(there.toArray(SnapshotId[]::new));
      there.forEach(id -> files.verify(repository, id, Objects.requireNonNull(taken.get(id))));
    }

    private void next(Repository repository) {
      var bases = new ArrayList<SnapshotId>();
      repository.unfinished(DATABASE).ifPresent(bases::add);
      bases.add(repository.snapshots(DATABASE).getLast().id());
      var id = snapshot(repository, bases);
      files.verify(repository, id, files.contents());
      assertNoLoss(repository);
      assertExact(repository);
    }

    private void assertNoLoss(Repository repository) {
      var torn = store.torn().map(ObjectKey::name).orElse("nothing");
      assertThat(repository.check(CheckDepth.READ_DATA, Progress.SILENT))
          .filteredOn(finding -> finding.severity() == Severity.LOSS)
          .extracting(Finding::subject)
          .as("torn: %s, seed %d", torn, seed)
          .isSubsetOf(torn);
    }
  }
}
