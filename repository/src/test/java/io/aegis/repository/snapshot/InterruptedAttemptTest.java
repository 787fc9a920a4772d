package io.aegis.repository.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.Progress;
import io.aegis.kernel.Report;
import io.aegis.repository.Changes;
import io.aegis.repository.CheckDepth;
import io.aegis.repository.ComponentName;
import io.aegis.repository.FileSource;
import io.aegis.repository.FileSpec;
import io.aegis.repository.FileSpec.Kind;
import io.aegis.repository.Repository;
import io.aegis.repository.SmallPacks;
import io.aegis.repository.SnapshotDraft;
import io.aegis.repository.SnapshotId;
import io.aegis.repository.SnapshotWorker;
import io.aegis.repository.testing.TestRepository;
import io.aegis.storage.ForwardingStore;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStat;
import io.aegis.storage.StorageCode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the next attempt has to store again of what an interrupted one had finished. */
class InterruptedAttemptTest {
  private static final ComponentName DATABASE = new ComponentName("database");
  private static final int LARGE = 300 << 10;
  private static final int SMALL = 100 << 10;

  private final TestRepository made = TestRepository.inMemory();

  // Red when: Gathering counts what was stored since the last checkpoint, in which the packs of a
  // large file came before the file's own end.
  @Test
  void a_large_file_that_one_worker_finished_is_in_a_checkpoint_whatever_another_stored_between() {
    try (var repository = SmallPacks.open(made)) {
      try (var writer = repository.begin(new SnapshotDraft(DATABASE, List.of()));
          var large = writer.worker()) {
        capture(large, "large", LARGE);
        try (var small = writer.worker()) {
          capture(small, "small", SMALL);
        }
      }
      assertThat(storedAgain(repository)).isLessThan(SMALL);
    }
  }

  // Red when: SnapshotRun.close leaves the session, or removes that of an attempt that stored.
  @Test
  void an_attempt_that_stored_nothing_leaves_no_trace_and_another_one_does() {
    try (var repository = SmallPacks.open(made)) {
      var draft = new SnapshotDraft(DATABASE, List.of());
      repository.begin(draft).close();
      assertThat(repository.check(CheckDepth.READ_DATA, Progress.SILENT)).isEmpty();
      try (var writer = repository.begin(draft);
          var worker = writer.worker()) {
        capture(worker, "large", LARGE);
      }
      assertThat(repository.unfinished(DATABASE)).isPresent();
    }
  }

  // Red when: the constructor of SnapshotRun lets the failure through without removing the session.
  @Test
  void an_attempt_whose_base_cannot_be_reached_leaves_no_trace() {
    var taken = new SnapshotId("20261123T120000Z-00000000");
    var away = new ForwardingStore(made.store()) {
      @Override
      public Optional<ObjectStat> stat(ObjectKey key) {
        throw new Unavailable(
            Report.of(StorageCode.STORE_UNREACHABLE, "no answer").next("wait"));
      }
    };
    try (var repository = SmallPacks.open(new TestRepository(away, made.key(), made.ports()))) {
      var draft = new SnapshotDraft(DATABASE, List.of(taken));
      assertThatThrownBy(() -> repository.begin(draft)).isInstanceOf(Unavailable.class);
    }
    made.store().list("sessions/", stat -> fail("left behind: " + stat.key()));
  }

  private long storedAgain(Repository repository) {
    var bases = List.<SnapshotId>of(repository.unfinished(DATABASE).orElseThrow());
    try (var writer = repository.begin(new SnapshotDraft(DATABASE, bases));
        var worker = writer.worker()) {
      return capture(worker, "large", LARGE);
    }
  }

  /** Captures bytes that cannot be compressed, and returns how many were stored. */
  private static long capture(SnapshotWorker worker, String path, int size) {
    var content = new byte[size];
    new Random(size).nextBytes(content);
    FileSource source = (offset, target, at, length) -> {
      int count = (int) Math.min(length, size - offset);
      System.arraycopy(content, (int) offset, target, at, count);
      return count;
    };
    var file = new FileSpec(path, new Kind.File(size), 0600, Instant.EPOCH);
    return worker.capture(file, source, new Changes.Unknown()).stored();
  }
}
