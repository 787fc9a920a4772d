package io.aegis.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.testing.Seeds;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BytesTest {
  @Test
  void integers_are_big_endian_and_of_fixed_width() {
    var written = new ByteWriter().u8(0x01).u16(0x0203).i32(0x04050607).i64(0x08090A0B0C0D0E0FL);
    assertThat(Hex.of(written.toByteArray())).isEqualTo("0102030405060708090a0b0c0d0e0f");
  }

  @Test
  void varints_take_seven_bits_a_byte_low_group_first() {
    assertThat(Hex.of(new ByteWriter().varint(300).toByteArray())).isEqualTo("ac02");
    assertThat(Hex.of(new ByteWriter().varint(-1).toByteArray())).isEqualTo("ffffffffffffffffff01");
    assertThat(Hex.of(new ByteWriter().signedVarint(-2).toByteArray())).isEqualTo("03");
  }

  @ParameterizedTest
  @ValueSource(
      longs = {0, 1, -1, 127, 128, -128, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE})
  void every_integer_comes_back_as_it_was(long value) {
    var bytes = new ByteWriter().i64(value).varint(value).signedVarint(value).toByteArray();
    var reader = new ByteReader(bytes);
    assertThat(reader.i64()).isEqualTo(value);
    assertThat(reader.varint()).isEqualTo(value);
    assertThat(reader.signedVarint()).isEqualTo(value);
    reader.end();
  }

  @Test
  void text_bytes_and_truth_come_back_as_they_were() {
    var longText = "héllo €".repeat(100);
    var written =
        new ByteWriter(1).text(longText).bytes(new byte[] {1, 2}).bool(true).bool(false);
    var reader = new ByteReader(written.toByteArray());
    assertThat(reader.text()).isEqualTo(longText);
    assertThat(reader.bytes()).containsExactly(1, 2);
    assertThat(reader.bool()).isTrue();
    assertThat(reader.bool()).isFalse();
    assertThat(reader.remaining()).isZero();
  }

  @Test
  void a_reader_sees_only_its_part_of_an_array() {
    var reader = new ByteReader(new byte[] {9, 1, 2, 9}, 1, 2);
    assertThat(reader.u8()).isEqualTo(1);
    assertThat(reader.u8()).isEqualTo(2);
    assertThatThrownBy(reader::u8).isInstanceOf(Malformed.class);
  }

  @Test
  void a_byte_too_many_is_as_wrong_as_one_too_few() {
    assertThatThrownBy(new ByteReader(new byte[1])::end).isInstanceOf(Malformed.class);
    assertThatThrownBy(new ByteReader(new byte[3])::i32).isInstanceOf(Malformed.class);
  }

  // Red when: ByteReader.bytes takes its length without asking what remains.
  @Test
  void a_length_that_nothing_backs_is_malformed_and_costs_no_memory() {
    var huge = new ByteWriter().varint(Integer.MAX_VALUE).toByteArray();
    assertThatThrownBy(new ByteReader(huge)::bytes)
        .isInstanceOf(Malformed.class)
        .hasMessageContaining("limit");
    var negative = new ByteWriter().varint(-1).toByteArray();
    assertThatThrownBy(new ByteReader(negative)::text).isInstanceOf(Malformed.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ffffffffffffffffff02", "ffffffffffffffffffff01", "80"})
  void a_varint_longer_than_64_bits_or_without_an_end_is_malformed(String hex) {
    assertThatThrownBy(new ByteReader(Hex.parse(hex))::varint).isInstanceOf(Malformed.class);
  }

  @Test
  void a_truth_value_other_than_0_and_1_is_malformed() {
    assertThatThrownBy(new ByteReader(new byte[] {2})::bool).isInstanceOf(Malformed.class);
  }

  @Test
  void whatever_is_read_from_random_bytes_ends_in_a_value_or_malformed() {
    var random = new Random(Seeds.next());
    for (int run = 0; run < 2_000; run++) {
      var bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      readUntilTheEnd(new ByteReader(bytes), random);
    }
  }

  private static void readUntilTheEnd(ByteReader reader, Random random) {
    try {
      while (reader.remaining() > 0) {
        int before = reader.remaining();
        switch (random.nextInt(4)) {
          case 0 -> assertThat(reader.text()).isNotNull();
          case 1 -> assertThat(reader.count(100)).isBetween(0, 100);
          case 2 -> assertThat(reader.bytes()).hasSizeLessThan(before);
          default -> reader.signedVarint();
        }
        assertThat(reader.remaining()).isLessThan(before);
      }
    } catch (Malformed expected) {
      assertThat(expected).hasMessageMatching(".+");
    }
  }
}
