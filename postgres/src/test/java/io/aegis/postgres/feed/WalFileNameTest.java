package io.aegis.postgres.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.postgres.Lsn;
import io.aegis.postgres.Timeline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WalFileNameTest {
  private static final int MIB = 1024 * 1024;

  @ParameterizedTest
  @CsvSource({
    "1, 0/1000028, 16, 000000010000000000000001",
    "10, 2/FF000000, 16, 0000000A00000002000000FF",
    "1, 1/0, 1, 000000010000000100000000",
    "1, 1/FFF00000, 1, 000000010000000100000FFF",
    "1, 1/80000000, 1024, 000000010000000100000002",
  })
  void t31_a_segment_is_named_by_its_timeline_in_hex_and_by_its_size(
      long timeline, String lsn, int sizeMib, String name) {
    // Red when: segments per log are taken as 256 whatever the segment size.
    assertThat(WalFileName.segment(new Timeline(timeline), Lsn.parse(lsn), sizeMib * MIB))
        .isEqualTo(new WalFileName(name));
    assertThat(new WalFileName(name).timeline()).isEqualTo(new Timeline(timeline));
  }

  @ParameterizedTest
  @CsvSource({
    "16, 0000000100000002000000FE, 0000000100000002000000FF",
    "16, 0000000100000002000000FF, 000000010000000300000000",
    "1, 000000010000000200000FFF, 000000010000000300000000",
    "1024, 000000010000000200000003, 000000010000000300000000",
  })
  void t31_the_next_segment_rolls_over_where_its_size_says(int sizeMib, String name, String next) {
    // Red when: the roll-over is fixed at FF.
    assertThat(new WalFileName(name).next(sizeMib * MIB)).isEqualTo(new WalFileName(next));
  }

  @Test
  void what_is_no_file_of_the_log_is_not_accepted() {
    assertThatThrownBy(() -> new WalFileName("../../etc/passwd"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(WalFileName.parse("00000001000000000000000a")).isEmpty();
    assertThat(WalFileName.parse("00000002.history")).isPresent();
  }
}
