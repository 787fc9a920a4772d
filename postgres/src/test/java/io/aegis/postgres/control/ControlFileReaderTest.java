package io.aegis.postgres.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.PostgresCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

final class ControlFileReaderTest {
  private final byte[] sound = example(7);
  private final byte[] newer = example(8);

  // Red when: ControlFileReader.read gives up at the first checksum that does not match.
  @Test
  void t15_a_control_file_caught_half_written_is_read_again() throws Exception {
    var torn = sound.clone();
    System.arraycopy(newer, 0, torn, 0, 16);
    assertThat(read(torn, newer).content().system().value()).isEqualTo(8);
  }

  // Red when: ControlFileReader.read goes on until its attempts are used up.
  @Test
  void t15_the_same_wrong_bytes_twice_are_damage() {
    var wrong = sound.clone();
    wrong[0] ^= 1;
    assertThatThrownBy(() -> read(wrong, wrong, sound))
        .isInstanceOfSatisfying(
            Failure.Damaged.class,
            f -> assertThat(f.code()).isEqualTo(PostgresCode.CONTROL_FILE_DAMAGED));
  }

  @Test
  void a_control_file_that_is_too_short_for_now_is_read_again() throws Exception {
    assertThat(read(Arrays.copyOf(sound, 100), sound).bytes()).isEqualTo(sound);
  }

  @Test
  void a_file_that_cannot_be_opened_is_refused_with_the_account_to_use() {
    assertThatThrownBy(() -> new ControlFileReader(new NoTime())
            .read(
                () -> {
                  throw new IOException("denied");
                },
                "global/pg_control"))
        .isInstanceOf(Failure.Refused.class);
  }

  @Test
  void a_version_that_is_not_known_is_never_guessed_at() {
    var future = sound.clone();
    fields(future).putInt(8, 1900);
    assertThatThrownBy(() -> ControlFileReader.parse(future))
        .isInstanceOf(Failure.Damaged.class)
        .hasMessageContaining("1900");
  }

  // Red when: SpoiledControlFile.of leaves the checkpoint, or does not renew the checksum.
  @Test
  void t17_a_spoiled_control_file_points_nowhere_and_its_checksum_is_right() {
    var spoiled = ControlFileReader.parse(SpoiledControlFile.of(sound));
    assertThat(SpoiledControlFile.isSpoiled(spoiled)).isTrue();
    assertThat(spoiled.system()).isEqualTo(ControlFileReader.parse(sound).system());
    assertThat(SpoiledControlFile.isSpoiled(ControlFileReader.parse(sound))).isFalse();
  }

  private static ControlFileReader.Sound read(byte[]... views) throws InterruptedException {
    Deque<byte[]> left = new ArrayDeque<>(List.of(views));
    return new ControlFileReader(new NoTime()).read(left::pop, "global/pg_control");
  }

  /** As PostgreSQL 17 would write it for a cluster of that number. */
  static byte[] example(long system) {
    var bytes = new byte[8192];
    var fields = fields(bytes);
    fields.putLong(0, system).putInt(8, 1300).putInt(12, 202406281).putInt(16, 6);
    fields.putLong(32, 0x2000060).putLong(40, 0x2000028).putInt(48, 1);
    fields.putInt(172, 1).putInt(180, 100);
    fields.putInt(216, 8192).putInt(220, 131072).putInt(224, 8192).putInt(228, 16 << 20);
    fields.putInt(252, 1);
    var crc = new CRC32C();
    crc.update(bytes, 0, 288);
    fields.putInt(288, (int) crc.getValue());
    return bytes;
  }

  private static ByteBuffer fields(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static final class NoTime implements TimeSource {
    @Override
    public Instant now() {
      return Instant.EPOCH;
    }

    @Override
    public long nanos() {
      return 0;
    }

    @Override
    public void sleep(Duration pause) {}
  }
}
