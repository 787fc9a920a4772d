package io.aegis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainTest {
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
    assertThat(cli.run("explain", "restorable", "window").out()).contains("union of intervals");
    assertThat(cli.run("explain", "objectives.rto").out())
        .contains("recovery time objective", "Default: 15m", "AEGIS_OBJECTIVES_RTO");
  }

  @Test
  void a_slip_is_answered_with_what_was_meant() {
    var shown = new Cli(directory).run("explain", "restorable windw");

    assertThat(shown.exit()).isEqualTo(2);
    assertThat(shown.err()).contains("aegis explain restorable window");
  }
}
