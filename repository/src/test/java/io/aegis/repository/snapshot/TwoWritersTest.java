package io.aegis.repository.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Progress;
import io.aegis.kernel.TaskScope;
import io.aegis.repository.CheckDepth;
import io.aegis.repository.ComponentName;
import io.aegis.repository.Register;
import io.aegis.repository.SmallPacks;
import io.aegis.repository.SnapshotDraft;
import io.aegis.repository.SnapshotId;
import io.aegis.repository.SnapshotSummary;
import io.aegis.repository.testing.TestRepository;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** Two machines that take snapshots into one repository at once, as after an unnoticed failover. */
class TwoWritersTest {
  private static final ComponentName DATABASE = new ComponentName("database");
  private static final int SNAPSHOTS = 5;

  private final TestRepository made = TestRepository.inMemory();
  private final Map<SnapshotId, Map<String, byte[]>> taken = new ConcurrentHashMap<>();
  private final ModelFiles reader = new ModelFiles(0);

  // Red when: a pack, a manifest or a root has a name that two writers can both choose, or a
  // writer's end removes another one's session.
  @Test
  void two_writers_at_once_leave_two_rows_of_snapshots_that_read_and_check()
      throws InterruptedException {
    try (var scope = TaskScope.computing("writer", 2)) {
      for (long seed = 1; seed <= 2; seed++) {
        var files = new ModelFiles(seed);
        scope.fork(() -> write(files));
      }
      scope.join();
    }
    try (var repository = SmallPacks.open(made)) {
      assertThat(repository.snapshots(DATABASE))
          .extracting(SnapshotSummary::id)
          .hasSize(2 * SNAPSHOTS)
          .containsExactlyInAnyOrderElementsOf(taken.keySet());
      taken.forEach((id, content) -> reader.verify(repository, id, content));
      assertThat(repository.register().entries())
          .filteredOn(entry -> entry.kind() == Register.Kind.SNAPSHOT_TAKEN)
          .hasSize(2 * SNAPSHOTS);
      assertThat(repository.check(CheckDepth.READ_DATA, Progress.SILENT)).isEmpty();
    }
  }

  /** Builds on the newest snapshot there is, whoever took it. */
  private int write(ModelFiles files) {
    for (int i = 0; i < SNAPSHOTS; i++) {
      files.change();
      try (var repository = SmallPacks.open(made)) {
        var there = new ArrayList<SnapshotSummary>(repository.snapshots(DATABASE));
        var bases =
            there.isEmpty() ? List.<SnapshotId>of() : List.of(there.getLast().id());
        try (var writer = repository.begin(new SnapshotDraft(DATABASE, bases))) {
          files.capture(writer, Map.of(), false);
          taken.put(writer.commit(new byte[0]).id(), files.contents());
        }
      }
    }
    return SNAPSHOTS;
  }

  // Red when: unfinished() is asked of the first writer's attempt while it still lasts, and the
  // second one's end removes what the first still needs.
  @Test
  void an_attempt_goes_on_while_another_one_takes_it_for_its_base() {
    var slow = new ModelFiles(3);
    var fast = new ModelFiles(4);
    for (int i = 0; i < 8; i++) {
      slow.change();
      fast.change();
    }
    try (var one = SmallPacks.open(made);
        var two = SmallPacks.open(made);
        var lasting = one.begin(new SnapshotDraft(DATABASE, List.of()))) {
      slow.capture(lasting, Map.of(), false);
      var bases = two.unfinished(DATABASE).map(List::of).orElseThrow();
      try (var quick = two.begin(new SnapshotDraft(DATABASE, bases))) {
        fast.capture(quick, Map.of(), false);
        reader.verify(two, quick.commit(new byte[0]).id(), fast.contents());
      }
      reader.verify(one, lasting.commit(new byte[0]).id(), slow.contents());
      assertThat(one.check(CheckDepth.READ_DATA, Progress.SILENT)).isEmpty();
    }
  }
}
