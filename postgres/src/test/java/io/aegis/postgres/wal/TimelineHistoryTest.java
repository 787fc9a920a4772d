package io.aegis.postgres.wal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Timeline;
import org.junit.jupiter.api.Test;

class TimelineHistoryTest {

  @Test
  void a_history_tells_where_each_ancestor_was_left() {
    var history = TimelineHistory.parse(new Timeline(3), """
        1\t0/3000158\tno recovery target specified

        # a comment
        2\t0/5000000\tbefore 0/5000000
        """.getBytes(UTF_8));
    assertThat(history.leaves(new Timeline(1))).contains(Lsn.parse("0/3000158"));
    assertThat(history.begin()).isEqualTo(Lsn.parse("0/5000000"));
    assertThat(history.contains(new Timeline(2))).isTrue();
    assertThat(history.contains(new Timeline(4))).isFalse();
  }

  @Test
  void what_is_no_history_is_malformed() {
    for (String text : new String[] {"1", "x\t0/1\t", "2\t0/1\tr\n1\t0/2\tr", "3\t0/1\tits own"}) {
      assertThatThrownBy(() -> TimelineHistory.parse(new Timeline(3), text.getBytes(UTF_8)))
          .as(text)
          .isInstanceOf(Malformed.class);
    }
  }
}
