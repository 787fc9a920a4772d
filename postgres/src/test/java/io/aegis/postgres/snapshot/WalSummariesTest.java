package io.aegis.postgres.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.postgres.Lsn;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.snapshot.WalSummaries.Stretch;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WalSummariesTest {
  private static final Stretch SPAN = stretch(100, 400);

  // Red when: WalSummaries.chain goes on after a gap.
  @Test
  void t24_a_gap_in_the_middle_is_no_cover_and_not_worth_waiting_for() {
    var chain = WalSummaries.chain(List.of(stretch(250, 400), stretch(90, 200)), SPAN);
    assertThat(chain.covers(SPAN)).isFalse();
    assertThat(chain.beyond()).isTrue();
  }

  @Test
  void summaries_that_overlap_and_exceed_the_span_cover_it() {
    var links = List.of(stretch(50, 200), stretch(90, 110), stretch(200, 500));
    var chain = WalSummaries.chain(links, SPAN);
    assertThat(chain.covers(SPAN)).isTrue();
    assertThat(chain.links()).containsExactly(stretch(50, 200), stretch(200, 500));
  }

  @Test
  void summaries_that_have_not_come_to_the_end_are_worth_waiting_for() {
    var chain = WalSummaries.chain(List.of(stretch(50, 200)), SPAN);
    assertThat(chain.covers(SPAN)).isFalse();
    assertThat(chain.beyond()).isFalse();
  }

  private static Stretch stretch(long begin, long end) {
    return new Stretch(new Timeline(1), new Lsn(begin), new Lsn(end));
  }
}
