package io.aegis.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class TerminalTest {

  @Test
  void a_table_is_as_wide_as_its_content_and_figures_lean_to_the_right() {
    var table = new Table("NAME", ">SIZE", "")
        .row("shop-db", "8.0 KiB", "ok")
        .row("x", "", Paint.COLOURED.red("MISS"));

    assertThat(table.lines())
        .containsExactly(
            "NAME        SIZE", "shop-db  8.0 KiB  ok", "x              –  \033[31mMISS\033[0m");
  }

  @Test
  void yaml_says_what_the_json_says() {
    var document = Json.object()
        .with("kind", "Test")
        .with("truth", true)
        .with("looksTrue", "yes")
        .with("looksLikeANumber", "0123")
        .with("empty", "")
        .with("time", "2026-11-23T13:58:00Z")
        .with("quoted", "a: b # c\n\"d\"")
        .with("nothing", new Json.Null())
        .with("none", Json.array(List.of()))
        .with(
            "list",
            Json.array(List.of(
                Json.object().with("a", 1).with("b", Json.texts(List.of("x", "- y"))),
                Json.number(2))));

    var loaded = new Load(LoadSettings.builder().build()).loadFromString(YamlText.of(document));
    var expected = new Load(LoadSettings.builder().build()).loadFromString(document.compact());

    assertThat(loaded).isEqualTo(expected);
  }

  @Test
  void the_status_line_says_share_rate_and_time_left() {
    String line = StatusLine.line("restoring", 58L << 20, 100L << 20, Duration.ofSeconds(29));

    assertThat(line)
        .isEqualTo("restoring  ━━━━━━━━━━━━━───────────   58%  58.0 MiB of 100 MiB  2.0 MiB/s"
            + "  ETA 21s");
    assertThat(StatusLine.line("checking", 10, 0, Duration.ofSeconds(1))).contains("10 B");
  }

  @Test
  void times_are_local_with_their_zone_for_people() {
    var time = new LocalTime(ZoneId.of("Europe/Berlin"), Instant.parse("2026-11-23T13:05:05Z"));

    assertThat(time.full(Instant.parse("2026-11-23T12:58:00Z")))
        .isEqualTo("2026-11-23 13:58:00 CET");
    // Red when: the begin of what is recoverable is shown as an earlier second, which is not.
    assertThat(time.fullSince(Instant.parse("2026-11-23T12:57:59.001Z")))
        .isEqualTo(time.fullSince(Instant.parse("2026-11-23T12:58:00Z")))
        .isEqualTo("2026-11-23 13:58:00 CET");
    assertThat(time.brief(Instant.parse("2026-11-23T13:04:51Z"))).isEqualTo("14:04:51");
    assertThat(time.ago(Instant.parse("2026-11-23T13:04:51Z"))).isEqualTo("14s ago");
    assertThat(time.ago(Instant.parse("2026-11-23T13:08:14Z"))).isEqualTo("in 3m09s");
    assertThat(LocalTime.utc(Instant.parse("2026-11-23T12:58:00Z")))
        .isEqualTo("2026-11-23 12:58:00Z");
  }
}
