package io.aegis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainTest {
  private static final List<String> WORDS_OF_PAGES = List.of(
      "life",
      "branch",
      "claim",
      "hole",
      "restore point",
      "invariant",
      "smoke test",
      "recovery words");

  @TempDir
  Path directory;

  @Test
  void a_code_a_word_and_a_setting_are_explained_offline() {
    var cli = new Cli(directory);

    assertThat(cli.run("explain", "aeg-2104").out()).contains("AEG-2104", "restorable window");
    // Red when: a bare number is looked up as a word.
    assertThat(cli.run("explain", "2104").out()).contains("AEG-2104");
    assertThat(cli.run("explain", "RPO").out()).contains("RPO objective");
    assertThat(cli.run("explain", "pitr").out()).contains("Point-in-time recovery");
    // Red when: a word that pages and help use is missing in the glossary.
    for (String word : WORDS_OF_PAGES) {
      assertThat(cli.run("explain", word).exit()).as(word).isZero();
    }
    assertThat(cli.run("explain", "restorable", "window").out()).contains("union of intervals");
    assertThat(cli.run("explain", "objectives.rto").out())
        .contains("recovery time objective", "Default: 15m", "AEGIS_OBJECTIVES_RTO");
  }

  @Test
  void a_slip_is_answered_with_what_was_meant() {
    var shown = new Cli(directory).run("explain", "restorable windw");

    assertThat(shown.exit()).isEqualTo(2);
    assertThat(shown.err()).contains("aegis explain restorable window     (did you mean this?)");
    // Red when: ExplainCommand offers a word as if it had been asked for.
    assertThat(new Cli(directory).run("explain", "qqqqqqqqqqqq").err()).contains("such as this)");
  }
}
