package io.aegis.repository.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.testing.Seeds;
import io.aegis.repository.ComponentName;
import io.aegis.repository.SmallPacks;
import io.aegis.repository.SnapshotDraft;
import io.aegis.repository.SnapshotId;
import io.aegis.repository.SnapshotSummary;
import io.aegis.repository.testing.TestRepository;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random files, random changes, every way of telling what changed. */
class SnapshotSim {
  private static final ComponentName DATABASE = new ComponentName("database");
  private static final int SNAPSHOTS = 25;

  @Test
  void t23_every_snapshot_of_a_changing_directory_reads_back_exactly() {
    long seed = Seeds.next();
    var random = new Random(seed);
    var files = new ModelFiles(seed);
    var made = TestRepository.inMemory();
    var taken = new LinkedHashMap<SnapshotId, Map<String, byte[]>>();
    for (int i = 0; i < SNAPSHOTS; i++) {
      files.change();
      try (var repository = i % 2 == 0 ? made.open() : SmallPacks.open(made)) {
        var last = taken.isEmpty() ? null : taken.lastEntry();
        var draft = new SnapshotDraft(DATABASE, last == null ? List.of() : List.of(last.getKey()));
        try (var writer = repository.begin(draft)) {
          files.capture(writer, last == null ? Map.of() : last.getValue(), random.nextBoolean());
          taken.put(writer.commit(new byte[] {(byte) i}).id(), files.contents());
        }
        assertThat(repository.snapshots(DATABASE))
            .extracting(SnapshotSummary::id)
            .hasSize(taken.size());
        assertThat(repository.unfinished(DATABASE)).isEmpty();
        taken.forEach((id, content) -> files.verify(repository, id, content));
      }
    }
  }

  // Red when: ContentWriter.changedPages leaves out pages whose length is not what it was.
  @Test
  void t23_a_file_that_was_empty_or_cut_or_bundled_differently_reads_back_exactly() {
    var files = new ModelFiles(Seeds.next());
    var made = TestRepository.inMemory();
    var base = List.<SnapshotId>of();
    var before = Map.<String, byte[]>of();
    int[] sizes = {200_000, 0, 200_000, 70_000, 65_536, 65_535, 8192, 1, 0, 0, 150_000, 300_000};
    for (int i = 0; i < sizes.length; i++) {
      files.put("base/changing", files.pages(sizes[i]));
      files.put("base/turning", files.pages(sizes[sizes.length - 1 - i]));
      try (var repository = i % 2 == 0 ? made.open() : SmallPacks.open(made);
          var writer = repository.begin(new SnapshotDraft(DATABASE, base))) {
        files.capture(writer, before, i % 3 != 0);
        base = List.of(writer.commit(new byte[0]).id());
        before = files.contents();
        files.verify(repository, base.getFirst(), before);
      }
    }
  }
}
