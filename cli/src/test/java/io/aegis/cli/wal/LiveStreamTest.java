package io.aegis.cli.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.cli.Cli;
import io.aegis.kernel.Report;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.WalStream.Ending;
import io.aegis.postgres.WalStream.Event;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LiveStreamTest {
  private static final Report USED_UP = Report.of(
          PostgresCode.REPLICATION_REFUSED, "db-1 has no replication connection left")
      .next("aegis doctor    (prints what grants it)");

  private final Cli cli = new Cli(Path.of("/nowhere"));

  // Red when: LiveStream.waiting tells the headline alone, or everything each time.
  @Test
  void what_can_be_done_is_told_with_the_first_of_many_tries_that_fail_alike() {
    var err = cli.capture(session -> {
          try (var live = new LiveStream(session)) {
            live.on(new Event.Waiting(USED_UP, Duration.ofSeconds(5)));
            live.on(new Event.Waiting(USED_UP, Duration.ofSeconds(5)));
          }
          return 0;
        })
        .err();

    assertThat(err).containsOnlyOnce("aegis doctor").contains("AEG-2209", "trying again in 5");
    assertThat(err.split("AEG-2209", -1)).hasSize(3);
  }

  // Red when: LiveStream.line shows the lag of what was stored last, whatever waits since.
  @Test
  void log_that_the_store_does_not_take_is_told_while_it_waits() {
    cli.capture(session -> {
      try (var live = new LiveStream(session)) {
        var to = new Lsn(0x5000000);
        live.on(new Event.Storing(to, Duration.ofSeconds(1)));
        assertThat(live.line()).doesNotContain("waits");
        live.on(new Event.Storing(to, Duration.ofSeconds(40)));
        assertThat(live.line()).contains("what came since waits for the store for 4");
        live.on(new Event.Durable(new Timeline(1), to, 100, Duration.ofSeconds(41), 2));
        assertThat(live.line()).doesNotContain("waits").contains("lag 41");
      }
      return 0;
    });
  }

  // Red when: LiveStream.ended speaks of a slot and of more, where nothing was ever streamed.
  @Test
  void a_stream_that_never_began_says_so() {
    var err = cli.capture(session -> {
          try (var live = new LiveStream(session)) {
            live.ended(new Ending.CutShort(Optional.empty(), USED_UP));
          }
          return 0;
        })
        .err();

    assertThat(err).contains("nothing was streamed: AEG-2209").doesNotContain("slot", "not more");
  }
}
