package io.aegis.postgres.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RereadingTest {
  private static final Instant NOW = Instant.parse("2026-11-23T03:00:00Z");

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 24, 7 * 24, 40 * 24})
  void each_file_is_read_again_within_thirty_days_however_often_snapshots_are(int hours) {
    int days = Math.max(Rereading.DAYS, hours / 24);
    var due = new ArrayList<Rereading>();
    for (int hour = 0; hour < (days + 1) * 24; hour += hours) {
      var at = NOW.plus(Duration.ofHours(hour));
      due.add(Rereading.between(at, at.plus(Duration.ofHours(hours))));
    }
    for (int i = 0; i < 500; i++) {
      String path = "base/5/" + i;
      assertThat(due).anyMatch(each -> each.isDue(path));
    }
  }

  @Test
  void a_second_snapshot_of_one_day_reads_nothing_again() {
    assertThat(due(NOW, NOW.plusSeconds(3600))).isZero();
  }

  @Test
  void a_daily_snapshot_reads_about_a_thirtieth_again() {
    assertThat(due(NOW, NOW.plus(Duration.ofDays(1)))).isBetween(200L, 500L);
  }

  private static long due(Instant before, Instant now) {
    var rereading = Rereading.between(before, now);
    return IntStream.range(0, 10_000)
        .filter(i -> rereading.isDue("base/5/" + i))
        .count();
  }
}
