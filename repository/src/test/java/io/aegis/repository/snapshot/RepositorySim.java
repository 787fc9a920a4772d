package io.aegis.repository.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Progress;
import io.aegis.kernel.TimeSource;
import io.aegis.kernel.testing.Seeds;
import io.aegis.repository.CheckDepth;
import io.aegis.repository.ComponentName;
import io.aegis.repository.Finding;
import io.aegis.repository.Finding.Severity;
import io.aegis.repository.Repository;
import io.aegis.repository.SmallPacks;
import io.aegis.repository.SnapshotDraft;
import io.aegis.repository.SnapshotId;
import io.aegis.repository.SnapshotSummary;
import io.aegis.repository.testing.TestRepository;
import io.aegis.storage.testing.SimulatedCrash;
import io.aegis.storage.testing.SimulatedStore;
import io.aegis.storage.testing.SimulatedStore.Writes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A directory changes, snapshots are taken of it, and the machine crashes at a random write of
 * every other one: that write is then absent or complete. Whatever happened: the repository opens,
 * a check finds no loss, every snapshot that was taken reads back exactly, and the next attempt
 * succeeds.
 */
class RepositorySim {
  private static final ComponentName DATABASE = new ComponentName("database");
  private static final int ROUNDS = 40;

  private final long seed = Seeds.next();
  private final Random random = new Random(seed);
  private final ModelFiles files = new ModelFiles(seed);
  private final SimulatedStore store = new SimulatedStore(Writes.ATOMIC, TimeSource.system(), seed);
  private final TestRepository made = TestRepository.in(store);
  private final Map<SnapshotId, Map<String, byte[]>> taken = new LinkedHashMap<>();
  private final Set<SnapshotId> acknowledged = new HashSet<>();
  private int resumed;

  @Test
  void a_writer_killed_at_any_write_leaves_a_repository_that_reads_and_checks() {
    for (int round = 0; round < ROUNDS; round++) {
      files.change();
      if (random.nextBoolean()) {
        store.crashAt(store.written() + 1 + random.nextInt(20));
      }
      attempt();
      store.restart();
      verify();
    }
    assertThat(taken).hasSizeGreaterThan(ROUNDS / 3);
    assertThat(resumed).as("attempts that continued an interrupted one").isPositive();
  }

  private void attempt() {
    var now = files.contents();
    try (var repository = SmallPacks.open(made)) {
      var draft = new SnapshotDraft(DATABASE, bases(repository));
      var before = taken.isEmpty() ? Map.<String, byte[]>of() : taken.get(newest());
      try (var writer = repository.begin(draft)) {
        files.capture(writer, before == null ? Map.of() : before, random.nextBoolean());
        // A crash from here on may leave the snapshot taken: its root decides, not this process.
        taken.put(writer.id(), now);
        acknowledged.add(writer.commit(new byte[0]).id());
      }
    } catch (SimulatedCrash crash) {
      assertThat(crash).isNotNull();
    }
  }

  /** An interrupted attempt first, as its files are the newest; then the newest snapshot. */
  private List<SnapshotId> bases(Repository repository) {
    var bases = new ArrayList<SnapshotId>();
    repository.unfinished(DATABASE).ifPresent(bases::add);
    resumed += bases.size();
    if (!taken.isEmpty()) {
      bases.add(newest());
    }
    return bases;
  }

  private SnapshotId newest() {
    return List.copyOf(taken.keySet()).getLast();
  }

  private void verify() {
    try (var repository = SmallPacks.open(made)) {
      var there =
          repository.snapshots(DATABASE).stream().map(SnapshotSummary::id).toList();
      assertThat(there).containsAll(acknowledged);
      taken.keySet().retainAll(there);
      assertThat(there).containsExactlyInAnyOrderElementsOf(taken.keySet());
      taken.forEach((id, content) -> files.verify(repository, id, content));
      assertThat(repository.check(CheckDepth.READ_DATA, Progress.SILENT))
          .extracting(Finding::severity)
          .allMatch(severity -> severity == Severity.HARMLESS);
    }
  }
}
