package io.aegis.repository.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.repository.Changes;
import io.aegis.repository.ComponentName;
import io.aegis.repository.Repository;
import io.aegis.repository.SnapshotDraft;
import io.aegis.repository.SnapshotId;
import io.aegis.repository.testing.TestRepository;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables are cut by VACUUM and extended by zero pages, into frames whose content was known. */
class ShrunkFileTest {
  private static final ComponentName DATABASE = new ComponentName("database");
  private static final String PATH = "base/5/16384";
  private static final int PAGE = Changes.PAGE;

  private final Repository repository = TestRepository.inMemory().open();
  private Optional<SnapshotId> last = Optional.empty();

  // Red when: DeltaPage.trimmed keeps the fingerprint of a frame that it cuts.
  @Test
  void zero_pages_after_a_cut_are_not_taken_for_those_before_it() {
    var rows = new byte[16 * PAGE];
    Arrays.fill(rows, (byte) 'r');
    takeAndVerify(rows, new Changes.Unknown());
    var emptied = rows.clone();
    Arrays.fill(emptied, 12 * PAGE, 16 * PAGE, (byte) 0);
    takeAndVerify(emptied, new Changes.Unknown());
    var cut = Arrays.copyOf(rows, 12 * PAGE);
    cut[7] = 'x';
    takeAndVerify(cut, new Changes.Pages(List.of(new Changes.Run(0, 1)), cut.length));
    takeAndVerify(Arrays.copyOf(cut, 16 * PAGE), new Changes.Unknown());
  }

  // Red when: as above; then it is seed 8 that meets it.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void a_file_that_shrinks_and_grows_by_zeros_at_random_reads_back_exactly(long seed) {
    var random = new Random(seed);
    var content = new byte[24 * PAGE];
    Arrays.fill(content, (byte) 'r');
    takeAndVerify(content, new Changes.Unknown());
    for (int i = 0; i < 60; i++) {
      var before = content;
      content = changed(content, random);
      takeAndVerify(
          content, random.nextBoolean() ? new Changes.Unknown() : difference(before, content));
    }
  }

  private static byte[] changed(byte[] content, Random random) {
    int pages = content.length / PAGE;
    var now = content.clone();
    int page = random.nextInt(pages);
    switch (random.nextInt(4)) {
      case 0 -> now = Arrays.copyOf(content, 24 * PAGE);
      case 1 -> now = Arrays.copyOf(content, (10 + random.nextInt(15)) * PAGE);
      case 2 -> Arrays.fill(now, page * PAGE, now.length, (byte) 0);
      default -> Arrays.fill(now, page * PAGE, (page + 1) * PAGE, (byte) random.nextInt());
    }
    now[random.nextInt(8) * PAGE] = (byte) random.nextInt();
    return now;
  }

  private static Changes difference(byte[] before, byte[] now) {
    var runs = new ArrayList<Changes.Run>();
    for (int page = 0; page * PAGE < now.length; page++) {
      int from = page * PAGE;
      if (from >= before.length
          || !Arrays.equals(before, from, from + PAGE, now, from, from + PAGE)) {
        add(runs, page);
      }
    }
    return new Changes.Pages(runs, now.length);
  }

  private static void add(List<Changes.Run> runs, int page) {
    boolean touches = !runs.isEmpty() && runs.getLast().first() + runs.getLast().count() == page;
    var run = touches ? runs.removeLast() : new Changes.Run(page, 0);
    runs.add(new Changes.Run(run.first(), run.count() + 1));
  }

  private void takeAndVerify(byte[] content, Changes changes) {
    var bases = last.map(List::of).orElse(Collections.emptyList());
    try (var writer = repository.begin(new SnapshotDraft(DATABASE, bases))) {
      try (var worker = writer.worker()) {
        worker.capture(ModelFiles.spec(PATH, content.length), ModelFiles.source(content), changes);
      }
      last = Optional.of(writer.commit(new byte[0]).id());
    }
    assertThat(readBack(content.length)).isEqualTo(content);
  }

  private byte[] readBack(int length) {
    var all = new byte[length];
    try (var reader = repository.open(last.orElseThrow());
        var stored = reader.open(reader.file(PATH).orElseThrow())) {
      stored.transferTo((offset, bytes, at, count) ->
          System.arraycopy(bytes, at, all, Math.toIntExact(offset), count));
    }
    return all;
  }
}
