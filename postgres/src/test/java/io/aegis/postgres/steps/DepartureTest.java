package io.aegis.postgres.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Timeline;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DepartureTest {
  private static final Timeline FOUR = new Timeline(4);

  @TempDir
  Path data;

  private Departure departure() {
    return new Departure(data, new Timeline(3), Lsn.parse("2/8E90F8"));
  }

  private void history(String content) throws Exception {
    Files.createDirectories(data.resolve("pg_wal"));
    Files.writeString(data.resolve("pg_wal/00000004.history"), content);
  }

  @Test
  void a_server_that_left_at_the_target_is_what_was_verified() throws Exception {
    history("1\t0/5000000\tno recovery target specified\n\n3\t2/8E90F8\tbefore LSN 2/8E90F8\n");
    assertThat(departure().fault(FOUR)).isEmpty();
    departure().require(FOUR);
  }

  // Red when: Departure.fault compares timelines only.
  @Test
  void a_server_that_left_behind_the_target_is_refused() throws Exception {
    history("1\t0/5000000\t\n3\t2/8EA000\tno recovery target specified\n");
    assertThatThrownBy(() -> departure().require(FOUR))
        .isInstanceOfSatisfying(Failure.Damaged.class, failure -> {
          assertThat(failure.code()).isEqualTo(PostgresCode.RECOVERY_STANDS_ELSEWHERE);
          assertThat(failure.report().why()).contains("began at 2/8EA000").contains("2/8E90F8");
        });
  }

  @Test
  void a_server_that_left_another_timeline_is_refused() throws Exception {
    history("2\t2/8E90F8\t\n");
    assertThat(departure().fault(FOUR)).isPresent();
  }

  // Red when: Departure.fault takes the absence of a history for a first timeline.
  @Test
  void a_server_that_began_no_timeline_or_tells_nothing_of_it_is_refused() throws Exception {
    assertThat(departure().fault(new Timeline(3))).get().asString().contains("none of its own");
    assertThat(departure().fault(FOUR)).get().asString().contains("no history");
    history("nonsense");
    assertThat(departure().fault(FOUR)).get().asString().contains("cannot be read");
  }
}
