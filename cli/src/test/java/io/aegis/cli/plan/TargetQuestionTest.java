package io.aegis.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.cli.Cli;
import io.aegis.kernel.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TargetQuestionTest {
  private static List<String> nextAfter(String typed) {
    var question = new TargetQuestion(new Cli(Path.of("/nowhere")).session(), "aegis plan");
    List<String> next = new ArrayList<>();
    assertThatThrownBy(() -> question.target(typed))
        .isInstanceOfSatisfying(
            Failure.Refused.class, refused -> next.addAll(refused.report().next()));
    return next;
  }

  // Red when: TargetQuestion names the option alone: typed, it is no command.
  @Test
  void what_is_no_moment_is_answered_with_whole_commands() {
    assertThat(nextAfter("yesterday")).contains("aegis plan --to latest");
    assertThat(nextAfter("2020-01-01 12:00"))
        .containsExactly(
            "aegis plan --to 2020-01-01T12:00+01:00", "aegis plan --to 2020-01-01T11:00:00Z");
    assertThat(nextAfter("2026-10-25 02:30"))
        .containsExactly(
            "aegis plan --to 2026-10-25T02:30+02:00", "aegis plan --to 2026-10-25T02:30+01:00");
  }
}
