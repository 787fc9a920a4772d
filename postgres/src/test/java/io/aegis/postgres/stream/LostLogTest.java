package io.aegis.postgres.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.archive.LogSpan;
import org.junit.jupiter.api.Test;

class LostLogTest {
  private static final Lsn FORK = Lsn.parse("0/5000000");

  @Test
  void t34_what_lies_between_the_last_byte_and_the_new_slot_is_lost() {
    var kept = Lsn.parse("0/7000000");
    assertThat(LostLog.lost(FORK, kept)).isEqualTo(new LogSpan(FORK, kept));
  }

  // Red when: LostLog.lost makes a stretch of whatever two positions there are.
  @Test
  void t34_a_slot_that_begins_before_its_timeline_is_tried_again_and_no_crash() {
    assertThatThrownBy(() -> LostLog.lost(FORK, Lsn.parse("0/4000000")))
        .isInstanceOf(Failure.Unavailable.class);
  }
}
