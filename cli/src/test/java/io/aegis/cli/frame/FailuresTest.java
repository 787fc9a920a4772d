package io.aegis.cli.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.cli.Cli;
import io.aegis.cli.CliCode;
import io.aegis.kernel.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailuresTest {
  private final Cli cli = new Cli(Path.of("/nowhere"));

  @Test
  void a_bug_is_reported_as_one_with_everything_a_developer_needs() {
    var shown = cli.capture(session ->
        new Failures(session, Map.of()).show(new IllegalStateException("impossible"), "aegis x"));

    assertThat(shown.exit()).isEqualTo(1);
    assertThat(shown.err())
        .contains("error AEG-1599", "impossible", "safe:", "next:", "---- bug report ----")
        .contains("command: aegis x", "FailuresTest", "Java 25");
  }

  @Test
  void an_interruption_names_the_command_to_type_again() {
    var shown = cli.capture(
        session -> new Failures(session, Map.of(CliCode.INTERRUPTED, ExitCode.INTERRUPTED))
            .show(new InterruptedException(), "aegis backup"));

    assertThat(shown.exit()).isEqualTo(130);
    assertThat(shown.err()).contains("AEG-1506", "next: aegis backup");
  }

  @Test
  void a_timeout_interrupts_as_ctrl_c_does() throws InterruptedException {
    var interrupted = new CountDownLatch(1);
    Thread worker = Thread.ofPlatform().start(() -> {
      var interrupts = new Interrupts(Thread.currentThread());
      try (var _ = interrupts.after(Duration.ofMillis(1))) {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        interrupted.countDown();
      }
    });

    interrupted.await();
    worker.join();
    assertThat(interrupted.getCount()).isZero();
  }

  // Red when: Failures.meant asks Spelling alone.
  @Test
  void a_command_by_the_name_that_other_tools_give_it_is_answered_with_ours() {
    assertThat(cli.run("restore", "latest").err()).contains("next: aegis recover ");
    assertThat(cli.run("verify").err()).contains("next: aegis repo check --read-data ");
    assertThat(cli.run("statsu").err()).contains("next: aegis status ");
  }

  @Test
  void errors_for_programs_hold_the_same_four_parts() {
    var shown = cli.run("explain", "nothing of the kind", "-o", "ndjson");

    var error = Json.parseObject(shown.err().strip());
    assertThat(error.text("what")).contains("nothing of the kind");
    assertThat(error.text("safe")).isEqualTo("nothing was started");
  }

  // Red when: Failures.show asks the options alone, which are not read behind a wrong one.
  @ParameterizedTest
  @ValueSource(strings = {"--json", "-o json", "-o=NDJSON", "--output json", "-ojson"})
  void a_wrong_option_is_told_to_programs_whatever_stands_behind_it(String form) {
    var words = new ArrayList<>(List.of("status", "--no-such-option"));
    words.addAll(List.of(form.split(" ")));

    var error = Json.parseObject(cli.run(words.toArray(String[]::new)).err().strip());
    assertThat(error.text("what")).contains("--no-such-option");
  }
}
