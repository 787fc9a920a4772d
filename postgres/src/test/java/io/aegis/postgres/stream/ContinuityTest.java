package io.aegis.postgres.stream;

import static io.aegis.postgres.PostgresCode.HISTORY_DIVERGES;
import static io.aegis.postgres.PostgresCode.LOG_WENT_BACK;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Failure.Unavailable;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.SystemIdentifier;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.stream.Continuity.Stored;
import io.aegis.postgres.stream.Continuity.Way;
import io.aegis.postgres.stream.ReplicationLink.Identity;
import io.aegis.postgres.wal.TimelineHistory;
import org.junit.jupiter.api.Test;

class ContinuityTest {
  private static final Lsn A = Lsn.parse("0/5000000");
  private static final Lsn B = Lsn.parse("0/6000000");
  private static final Lsn C = Lsn.parse("0/7000000");

  private static Way judge(Stored stored, long timeline, Lsn flushed, String history) {
    var now = new Timeline(timeline);
    return Continuity.judge(
        stored,
        new Identity(new SystemIdentifier(1), now, flushed),
        TimelineHistory.parse(now, history.getBytes(UTF_8)),
        false);
  }

  private static Stored stored(long timeline, Lsn end) {
    return new Stored(new Timeline(timeline), end, end);
  }

  private static void refused(PostgresCode code, Stored stored, long timeline, String history) {
    assertThatThrownBy(() -> judge(stored, timeline, B, history))
        .isInstanceOfSatisfying(Refused.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void the_same_timeline_goes_on_where_it_ended() {
    assertThat(judge(stored(1, A), 1, B, "")).isEqualTo(new Way.Onward(new Timeline(1), A));
  }

  @Test
  void a_record_that_a_crash_tore_off_does_not_count_as_stored() {
    var torn = new Stored(new Timeline(1), C, B);
    assertThat(judge(torn, 1, B, "")).isEqualTo(new Way.Onward(new Timeline(1), C));
    assertThat(judge(torn, 2, C, "1\t0/6000000\tr"))
        .isEqualTo(new Way.ThroughFork(new Timeline(1), B, B, new Timeline(2)));
  }

  @Test
  void a_promotion_is_followed_through_its_fork() {
    assertThat(judge(stored(1, A), 2, C, "1\t0/6000000\tr"))
        .isEqualTo(new Way.ThroughFork(new Timeline(1), A, B, new Timeline(2)));
    assertThat(judge(stored(1, A), 5, C, "1\t0/6000000\tr\n3\t0/6800000\tr"))
        .isEqualTo(new Way.ThroughFork(new Timeline(1), A, B, new Timeline(3)));
  }

  // Red when: Continuity takes a standby for a primary: it ended the stream for good.
  @Test
  void a_standby_that_is_behind_the_stored_log_is_late_and_not_refused() {
    var one = new Timeline(1);
    assertThatThrownBy(() -> Continuity.judge(
            stored(1, C),
            new Identity(new SystemIdentifier(1), one, B),
            TimelineHistory.first(one),
            true))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("standby");
  }

  @Test
  void t27_what_does_not_continue_the_stored_log_is_refused() {
    refused(LOG_WENT_BACK, stored(1, C), 1, "");
    refused(HISTORY_DIVERGES, stored(2, A), 1, "");
    refused(HISTORY_DIVERGES, stored(2, A), 3, "1\t0/6000000\tr");
    refused(HISTORY_DIVERGES, stored(1, C), 2, "1\t0/6000000\tr");
  }
}
