package io.aegis.repository.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Failure;
import io.aegis.kernel.Progress;
import io.aegis.repository.CheckDepth;
import io.aegis.repository.ComponentName;
import io.aegis.repository.Finding;
import io.aegis.repository.Finding.Severity;
import io.aegis.repository.Repository;
import io.aegis.repository.SnapshotDraft;
import io.aegis.repository.SnapshotId;
import io.aegis.repository.snapshot.ModelFiles;
import io.aegis.repository.testing.TestRepository;
import io.aegis.storage.Body;
import io.aegis.storage.ObjectKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every object of a repository with everything in it, damaged in every way. */
class DamageSweepTest {
  private static final ComponentName DATABASE = new ComponentName("database");
  private static final ObjectKey RECORD = new ObjectKey("wal/root/1/000000010000000000000001");
  private static final int FLIPS = 24;

  private final TestRepository made = TestRepository.inMemory();
  private final ModelFiles files = new ModelFiles(1);
  private final Map<SnapshotId, Map<String, byte[]>> taken = new LinkedHashMap<>();

  @BeforeEach
  void fill() {
    try (var repository = made.open()) {
      var draft = new SnapshotDraft(DATABASE, List.of());
      for (int i = 0; i < 3; i++) {
        files.change();
        files.change();
        try (var writer = repository.begin(draft)) {
          files.capture(writer, Map.of(), false);
          var id = writer.commit(new byte[0]).id();
          taken.put(id, files.contents());
          draft = new SnapshotDraft(DATABASE, List.of(id));
        }
      }
      repository.records().putIfAbsent(RECORD, new byte[100]);
      repository.records().putIfAbsent(new ObjectKey(RECORD + ".next"), new byte[101]);
    }
  }

  // Red when: Layout does not know the names of a probe: the object is read as a sealed record.
  @Test
  void what_a_killed_probe_of_the_store_left_is_harmless() {
    made.store().putIfAbsent(new ObjectKey("probe/0011223344556677/6"), Body.of(new byte[0]));
    try (var repository = made.open()) {
      assertThat(check(repository))
          .singleElement()
          .satisfies(finding -> assertThat(serious(finding)).isFalse());
    }
  }

  @Test
  void a_whole_repository_has_nothing_to_find() {
    try (var repository = made.open()) {
      assertThat(repository.check(CheckDepth.READ_DATA, Progress.SILENT)).isEmpty();
      assertThat(repository.stats().snapshots()).isEqualTo(3);
    }
  }

  // Red when: any part of an object is not bound by its seal.
  @Test
  void one_flipped_bit_anywhere_is_found_and_never_read() {
    var random = new Random(7);
    for (var key : objects()) {
      var content = made.store().find(key).orElseThrow();
      for (int i = 0; i < FLIPS; i++) {
        int bit = random.nextInt(content.length * 8);
        var flipped = content.clone();
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        sweep(key, content, flipped, "bit " + bit);
      }
    }
  }

  @Test
  void a_truncated_object_is_found_and_never_read() {
    var random = new Random(8);
    for (var key : objects()) {
      var content = made.store().find(key).orElseThrow();
      for (int length : new int[] {0, random.nextInt(content.length), content.length - 1}) {
        sweep(key, content, Arrays.copyOf(content, length), "cut to " + length);
      }
    }
  }

  @Test
  void an_object_replaced_by_another_of_its_kind_is_found_and_never_read() {
    for (var key : objects()) {
      var content = made.store().find(key).orElseThrow();
      for (var other : objects()) {
        boolean sameKind = other.name().substring(0, 4).equals(key.name().substring(0, 4));
        if (sameKind && !other.equals(key)) {
          sweep(key, content, made.store().find(other).orElseThrow(), "replaced by " + other);
        }
      }
    }
  }

  // Red when: R3 is dropped, or the register is not compared with the snapshots.
  @Test
  void a_missing_object_is_found() {
    for (var key : objects()) {
      // A record that nobody registered may have been removed by its owner; only he can tell.
      if (!key.name().startsWith("wal/") && !isTail(key)) {
        var content = made.store().find(key).orElseThrow();
        try (var repository = made.open()) {
          made.store().delete(key);
          assertThat(check(repository)).as("%s deleted", key).anyMatch(DamageSweepTest::serious);
        }
        made.store().putIfAbsent(key, Body.of(content));
      }
    }
  }

  /** The last entry of the register itself: anchored outside the repository, not in it. */
  private static boolean isTail(ObjectKey key) {
    return key.name().equals("register/000000000003");
  }

  @Test
  void a_check_names_the_snapshots_that_a_damaged_pack_takes_along() {
    var pack = objects().stream().filter(key -> key.name().startsWith("packs/")).findFirst();
    made.store().delete(pack.orElseThrow());
    try (var repository = made.open()) {
      assertThat(check(repository))
          .filteredOn(DamageSweepTest::serious)
          .isNotEmpty()
          .allSatisfy(finding -> assertThat(finding.consequence()).contains("database 2"));
    }
  }

  private void sweep(ObjectKey key, byte[] whole, byte[] damaged, String how) {
    try (var repository = made.open()) {
      replace(key, damaged);
      assertThat(check(repository))
          .as("%s: %s", key, how)
          .anyMatch(finding -> serious(finding) && concerns(finding, key));
      readAll(repository);
    } finally {
      replace(key, whole);
    }
  }

  private static boolean concerns(Finding finding, ObjectKey key) {
    return finding.subject().equals(key.name())
        || finding.what().contains(key.name())
        || key.name().startsWith(finding.subject());
  }

  /** Whatever can still be read is what was written; the rest is refused. */
  private void readAll(Repository repository) {
    taken.forEach((id, expected) -> {
      try {
        files.verifyContents(repository, id, expected);
      } catch (Failure refused) {
        assertThat(refused).isInstanceOf(Failure.Damaged.class);
      }
    });
  }

  private static List<Finding> check(Repository repository) {
    return repository.check(CheckDepth.READ_DATA, Progress.SILENT);
  }

  private static boolean serious(Finding finding) {
    return finding.severity() != Severity.HARMLESS;
  }

  private List<ObjectKey> objects() {
    var keys = new ArrayList<ObjectKey>();
    made.store().list("", stat -> keys.add(stat.key()));
    return keys;
  }

  private void replace(ObjectKey key, byte[] content) {
    made.store().delete(key);
    made.store().putIfAbsent(key, Body.of(content));
  }
}
