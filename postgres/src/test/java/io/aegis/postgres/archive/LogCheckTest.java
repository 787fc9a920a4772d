package io.aegis.postgres.archive;

import static io.aegis.postgres.archive.ArchiveFixture.BEGIN;
import static io.aegis.postgres.archive.ArchiveFixture.SIZE;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Progress;
import io.aegis.kernel.testing.Seeds;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.RestorableWindow.Cause;
import io.aegis.postgres.WalProtection;
import io.aegis.repository.CheckDepth;
import io.aegis.repository.Finding;
import io.aegis.repository.Finding.Severity;
import io.aegis.storage.Body;
import io.aegis.storage.ObjectKey;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogCheckTest {
  private final ArchiveFixture fixture = new ArchiveFixture();
  private final Lsn tip = BEGIN.plus(2L * SIZE.bytes() + 300_000);

  @BeforeEach
  void store_two_slices_and_a_part() {
    fixture.store(ArchiveFixture.log(), tip);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private List<Finding> check(CheckDepth depth) {
    return new WalProtection(fixture.repository, List.of()).check(depth, Progress.SILENT);
  }

  private void replace(ObjectKey key, UnaryOperator<byte[]> change) {
    var bytes = fixture.store().find(key).orElseThrow();
    fixture.store().delete(key);
    fixture.store().putIfAbsent(key, Body.of(change.apply(bytes)));
  }

  @Test
  void what_is_whole_has_no_findings() {
    assertThat(fixture.keys("wal/")).hasSize(5);
    assertThat(check(CheckDepth.READ_DATA)).isEmpty();
  }

  @Test
  void a_flipped_bit_in_any_object_is_found() {
    var random = new Random(Seeds.next());
    for (var prefix : List.of("wal/", "durable/")) {
      for (var key : fixture.keys(prefix)) {
        var whole = fixture.store().find(key).orElseThrow();
        replace(key, bytes -> {
          int bit = random.nextInt(bytes.length * 8);
          bytes[bit >> 3] ^= (byte) (1 << (bit & 7));
          return bytes;
        });
        assertThat(check(CheckDepth.READ_DATA)).as(key.name()).isNotEmpty();
        replace(key, _ -> whole);
      }
    }
    assertThat(check(CheckDepth.READ_DATA)).isEmpty();
  }

  @Test
  void a_missing_newest_part_is_found_by_its_mark_without_reading_anything() {
    var newest = fixture.timeline().pieces().getLast();
    fixture.store().delete(newest.key());
    assertThat(check(CheckDepth.STRUCTURE))
        .singleElement()
        .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.LOSS));
    assertThat(new WalProtection(fixture.repository, List.of()).holes())
        .singleElement()
        .satisfies(hole -> {
          assertThat(hole.cause()).isEqualTo(Cause.MISSING_TAIL);
          assertThat(hole.from()).isEqualTo(newest.span().from());
          assertThat(hole.to()).isEqualTo(tip);
        });
  }

  @Test
  void a_missing_slice_in_the_middle_is_found() {
    fixture.store().delete(fixture.timeline().pieces().get(1).key());
    assertThat(new WalProtection(fixture.repository, List.of()).holes())
        .singleElement()
        .satisfies(hole -> assertThat(hole.cause()).isEqualTo(Cause.MISSING));
    assertThat(check(CheckDepth.STRUCTURE)).hasSize(1);
  }

  @Test
  void a_part_that_stands_under_another_name_is_found() {
    var pieces = fixture.timeline().pieces();
    var first = fixture.store().find(pieces.get(0).key()).orElseThrow();
    replace(pieces.get(1).key(), _ -> first);
    assertThat(check(CheckDepth.READ_DATA)).isNotEmpty();
  }

  @Test
  void an_incarnation_that_vanished_is_found() {
    fixture.store().delete(WalNames.incarnation(fixture.claim.id()));
    assertThat(check(CheckDepth.STRUCTURE)).isNotEmpty();
  }
}
