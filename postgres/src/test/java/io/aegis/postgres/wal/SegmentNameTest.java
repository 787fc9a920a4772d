package io.aegis.postgres.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.postgres.Lsn;
import io.aegis.postgres.Timeline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SegmentNameTest {

  /** The expected names are what {@code pg_walfile_name} says. */
  // Red when: the timeline of a name is printed or parsed as a decimal number.
  @ParameterizedTest
  @CsvSource({
    "1, 1, 0/1500028, 000000010000000000000015",
    "16, 1, 0/1500028, 000000010000000000000001",
    "16, 10, 1/FF000000, 0000000A00000001000000FF",
    "64, 26, 2/40000000, 0000001A0000000200000010",
    "1024, 255, A/C0000000, 000000FF0000000A00000003"
  })
  void t31_a_segment_is_named_by_its_size_and_in_hexadecimal(
      int mib, long timeline, String lsn, String name) {
    var size = new SegmentSize(mib << 20);
    var segment = SegmentName.at(new Timeline(timeline), Lsn.parse(lsn), size);
    assertThat(segment).hasToString(name);
    assertThat(SegmentName.parse(name, size)).isEqualTo(segment);
    assertThat(segment.start()).isLessThanOrEqualTo(Lsn.parse(lsn));
    assertThat(segment.end()).isGreaterThan(Lsn.parse(lsn));
  }

  @Test
  void a_name_that_its_size_does_not_allow_is_refused() {
    assertThatThrownBy(
            () -> SegmentName.parse("0000000100000000000000FF", new SegmentSize(64 << 20)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> SegmentName.parse("000000010000000000000001.partial", SegmentSize.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_boundary_is_its_own_floor_and_ceiling() {
    var size = SegmentSize.DEFAULT;
    var boundary = Lsn.parse("0/3000000");
    assertThat(size.floor(boundary)).isEqualTo(boundary);
    assertThat(size.ceiling(boundary)).isEqualTo(boundary);
    assertThat(size.ceiling(boundary.plus(1))).isEqualTo(Lsn.parse("0/4000000"));
    assertThat(size.floor(boundary.plus(-1))).isEqualTo(Lsn.parse("0/2000000"));
  }
}
