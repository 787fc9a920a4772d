package io.aegis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrameTest {
  @TempDir
  Path directory;

  @Test
  void a_mistyped_command_is_answered_with_the_one_that_was_meant() {
    var shown = new Cli(directory).run("verison");

    assertThat(shown.exit()).isEqualTo(2);
    assertThat(shown.out()).isEmpty();
    Golden.assertMatches("errors/mistyped-command.txt", shown.err());
  }

  // Red when: Failures takes any other letter for a slip: each then leads to another error.
  @Test
  void an_unknown_letter_is_not_answered_with_every_other_one() {
    assertThat(new Cli(directory).run("recover", "-z", "x").err())
        .contains("--help")
        .doesNotContain("-c x");
  }

  @Test
  void a_mistyped_option_is_answered_with_the_one_that_was_meant() {
    var shown = new Cli(directory).run("version", "--jsno");

    assertThat(shown.exit()).isEqualTo(2);
    Golden.assertMatches("errors/mistyped-option.txt", shown.err());
  }

  @Test
  void a_failure_is_json_on_stderr_for_programs() {
    var shown = new Cli(directory).run("version", "--json", "--timeout", "soon");

    assertThat(shown.exit()).isEqualTo(2);
    assertThat(shown.out()).isEmpty();
    var error = Json.parseObject(shown.err().strip());
    assertThat(error.text("kind")).isEqualTo("Error");
    assertThat(error.text("code")).isEqualTo("AEG-1501");
    assertThat(error.number("exitCode")).isEqualTo(2);
    assertThat(error.array("next")).isNotEmpty();
  }

  // Red when: the converter of durations lets IllegalArgumentException through.
  @Test
  void what_is_no_duration_is_answered_without_a_word_of_java() {
    for (String typed : List.of("abc", "0")) {
      assertThat(new Cli(directory).run("version", "--timeout", typed).err())
          .contains("not a duration like 30s, 15m or 1h30m: " + typed)
          .doesNotContain("java.", "Exception");
    }
    assertThat(new Cli(directory).run("wal", "around", "soon").err())
        .contains("a date, a time and a zone")
        .doesNotContain("index");
  }

  @Test
  void the_version_is_told_as_other_programs_tell_it() {
    var cli = new Cli(directory);
    assertThat(cli.run("--version").out()).isEqualTo(cli.run("version").out());
    // Red when: Aegis.asCommand knows --version alone.
    assertThat(cli.run("-V").out()).isEqualTo(cli.run("version").out());
  }

  // Red when: Aegis.asCommand hands it on as it was typed.
  @Test
  void help_is_told_as_other_programs_tell_it() {
    var cli = new Cli(directory);
    assertThat(cli.run("help", "wal", "stream").out())
        .isEqualTo(cli.run("wal", "stream", "--help").out())
        .contains("aegis wal stream");
    assertThat(cli.run("help").out()).isEqualTo(cli.run("--help").out());
  }

  // Red when: WalAroundCommand does not see that the zone alone is missing.
  @Test
  void a_search_around_a_time_without_zone_is_answered_with_the_time_that_may_be_meant() {
    assertThat(new Cli(directory).run("wal", "around", "2026-11-27 05:30:00").err())
        .contains("AEG-1504", "aegis wal around 2026-11-27T05:30");
  }

  // Red when: Failures.suggestions names the option and forgets the command behind it.
  @Test
  void a_mistyped_option_before_its_command_is_answered_with_the_whole_line() {
    assertThat(new Cli(directory).run("--jsn", "status").err()).contains("aegis --json status ");
  }

  // Red when: Failures does not ask whether --timeout has passed: a read was "interrupted".
  @Test
  void a_timeout_that_has_passed_is_told_as_such() throws IOException {
    Files.writeString(directory.resolve("aegis.yaml"), """
        repository:
          location: store
          key: "cmd:sleep 5"
        """);
    var shown = new Cli(directory).run("--timeout", "200ms", "key", "list");
    assertThat(shown.exit()).as(shown.err()).isEqualTo(130);
    assertThat(shown.err()).contains("took longer than --timeout allows", "a longer --timeout");
  }

  // Red when: Failures.fact leaves the words of picocli, and the names of constants, as they are.
  @Test
  void what_picocli_refuses_is_said_in_the_words_of_everything_else() {
    assertThat(new Cli(directory).run("key", "test").err())
        .contains("'aegis key test': one of these is needed: (--file=<file> | --words")
        .doesNotContain(": error:");
    assertThat(new Cli(directory).run("status", "-o", "xml").err())
        .contains("[table, wide, json, yaml, ndjson] but was 'xml'");
  }

  // Red when: OutputFormat, Shell or Paint.Choice are completed as their constants are called.
  @Test
  void completion_offers_what_the_help_writes() {
    var script = new Cli(directory).run("completion", "bash").out();
    // Red when: FishScript takes the first line of a description alone.
    assertThat(new Cli(directory).run("completion", "fish").out())
        .contains("/etc/aegis/aegis.yaml");
    assertThat(script)
        .contains("ndjson", "zsh", "always")
        .doesNotContain("NDJSON", "\"ZSH\"", "ALWAYS");
  }

  // Red when: Failures takes every failure after that for the timeout's.
  @Test
  void a_passed_timeout_hides_no_refusal() {
    assertThat(new Cli(directory).run("--timeout", "1ms", "repo", "check").err())
        .contains("AEG-1401");
  }

  // Red when: Failures.suggestions does not look for --to.
  @Test
  void a_moment_without_its_option_is_answered_with_the_option() {
    assertThat(new Cli(directory).run("plan", "latest").err()).contains("aegis plan --to latest");
  }

  @Test
  void the_same_answer_comes_as_text_json_yaml_and_lines() {
    var cli = new Cli(directory);
    String version = Json.parseObject(cli.run("version", "--json").out()).text("version");

    assertThat(cli.run("version").out()).startsWith("aegis " + version);
    assertThat(cli.run("version", "-o", "yaml").out()).contains("kind: Version\n");
    assertThat(cli.run("-o", "ndjson", "version").out())
        .hasLineCount(1)
        .startsWith("{\"apiVersion\":\"aegis/v1\",\"kind\":\"Version\",")
        .contains("\"version\":\"" + version + "\"");
    assertThat(cli.run("version", "--json").out()).contains("\"apiVersion\": \"aegis/v1\"");
  }

  @Test
  void colours_are_for_terminals_and_respect_no_color() {
    assertThat(new Cli(directory).run("nope").err()).doesNotContain("\033[");
    assertThat(new Cli(directory).person().run("nope").err()).contains("\033[31m");
    assertThat(new Cli(directory).person().with("NO_COLOR", "1").run("nope").err())
        .doesNotContain("\033[");
    assertThat(new Cli(directory).run("--color", "always", "nope").err()).contains("\033[");
  }

  @Test
  void completion_knows_every_command_in_each_shell() {
    for (String shell : new String[] {"bash", "zsh", "fish"}) {
      var shown = new Cli(directory).run("completion", shell);
      assertThat(shown.exit()).isZero();
      assertThat(shown.out()).contains("version", "completion", "timeout");
    }
  }
}
