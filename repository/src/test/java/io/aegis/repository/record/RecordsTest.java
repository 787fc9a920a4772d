package io.aegis.repository.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.repository.Records;
import io.aegis.repository.Repository;
import io.aegis.repository.testing.TestRepository;
import io.aegis.storage.Body;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.PutOutcome;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordsTest {
  private static final int FRAME = 1 << 20;
  private static final ObjectKey NAME = new ObjectKey("wal/root/1/000000010000000000000001");
  private static final ObjectKey OTHER = new ObjectKey("wal/root/1/000000010000000000000002");

  private final TestRepository made = TestRepository.inMemory();
  private final Repository repository = made.open();
  private final Records records = repository.records();

  @AfterEach
  void close() {
    repository.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1000, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME + 17})
  void what_is_put_is_what_is_got(int size) {
    var content = noise(size);
    assertThat(records.putIfAbsent(NAME, content)).isEqualTo(PutOutcome.CREATED);
    assertThat(records.get(NAME)).isEqualTo(content);
    try (var later = made.open()) {
      assertThat(later.records().find(NAME)).hasValue(content);
    }
  }

  @Test
  void the_first_record_of_a_name_stays() {
    records.putIfAbsent(NAME, new byte[] {1});
    assertThat(records.putIfAbsent(NAME, new byte[] {2})).isEqualTo(PutOutcome.ALREADY_PRESENT);
    assertThat(records.get(NAME)).containsExactly(1);
  }

  @Test
  void a_missing_record_is_empty_when_looked_for_and_damage_when_needed() {
    assertThat(records.find(NAME)).isEmpty();
    assertThatThrownBy(() -> records.get(NAME)).isInstanceOf(Damaged.class);
  }

  @Test
  void no_flipped_bit_is_ever_handed_out() {
    records.putIfAbsent(NAME, noise(40));
    var sealed = made.store().find(NAME).orElseThrow();
    for (int bit = 0; bit < sealed.length * 8; bit++) {
      var flipped = sealed.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      replace(NAME, flipped);
      assertThatThrownBy(() -> records.find(NAME)).as("bit %d", bit).isInstanceOf(Damaged.class);
    }
  }

  // Red when: the last flag is not part of what a frame is bound to.
  @Test
  void an_object_cut_between_two_frames_is_found() {
    records.putIfAbsent(NAME, noise(2 * FRAME));
    var sealed = made.store().find(NAME).orElseThrow();
    var cut = Arrays.copyOf(sealed, 42 + 4 + 1 + FRAME + 16);
    replace(NAME, cut);
    assertThatThrownBy(() -> records.find(NAME)).isInstanceOf(Damaged.class);
    cut[42] |= (byte) 0x80;
    replace(NAME, cut);
    assertThatThrownBy(() -> records.find(NAME)).isInstanceOf(Damaged.class);
  }

  @Test
  void every_truncation_and_every_longer_object_is_found() {
    records.putIfAbsent(NAME, noise(40));
    var sealed = made.store().find(NAME).orElseThrow();
    for (int length = 0; length <= sealed.length + 1; length++) {
      if (length != sealed.length) {
        replace(NAME, Arrays.copyOf(sealed, length));
        assertThatThrownBy(() -> records.find(NAME)).isInstanceOf(Damaged.class);
      }
    }
  }

  // Red when: the name is not part of what a frame is bound to.
  @Test
  void an_authentic_record_under_another_name_is_found() {
    records.putIfAbsent(NAME, new byte[] {1});
    made.store().putIfAbsent(OTHER, Body.of(made.store().find(NAME).orElseThrow()));
    assertThatThrownBy(() -> records.find(OTHER)).isInstanceOf(Damaged.class);
  }

  @Test
  void a_record_of_another_repository_is_found() {
    var stranger = TestRepository.inMemory();
    try (var theirs = stranger.open()) {
      theirs.records().putIfAbsent(NAME, new byte[] {1});
    }
    made.store().putIfAbsent(NAME, Body.of(stranger.store().find(NAME).orElseThrow()));
    assertThatThrownBy(() -> records.find(NAME)).isInstanceOf(Damaged.class);
  }

  private void replace(ObjectKey key, byte[] content) {
    made.store().delete(key);
    made.store().putIfAbsent(key, Body.of(content));
  }

  private static byte[] noise(int size) {
    var bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }
}
