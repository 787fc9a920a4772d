package io.aegis.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.cli.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StageTest {
  @TempDir
  Path directory;

  private final Process bystander;

  StageTest() throws IOException {
    bystander = new ProcessBuilder("sleep", "300").start();
  }

  @AfterEach
  void end() {
    bystander.destroyForcibly();
  }

  /** What the data directory of a server looks like whose process id is {@code bystander}'s. */
  private void claim(Path data) throws IOException {
    Files.createDirectories(data);
    Files.writeString(
        data.resolve("postmaster.pid"),
        bystander.pid() + "\n" + data + "\n1795424018\n5432\n\n\n\nready\n");
  }

  @Test
  void a_directory_that_holds_something_is_refused_and_nothing_in_it_is_touched()
      throws IOException {
    // Red when: Stage.place takes any directory.
    claim(directory.resolve("pg"));
    Files.writeString(directory.resolve("aegis.yaml"), "mine");
    var result = new Cli(directory).run("demo", "--directory", directory.toString());
    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err())
        .contains("AEG-1505", "is not empty", "nothing in it was touched", "aegis demo");
    assertThat(directory.resolve("aegis.yaml")).hasContent("mine");
    assertThat(bystander.isAlive()).isTrue();
    try (var content = Files.list(directory)) {
      assertThat(content).hasSize(2);
    }
  }

  @Test
  void a_process_that_is_not_proved_to_be_the_demos_own_server_is_left_alone() throws IOException {
    // Red when: the process id in postmaster.pid is believed.
    claim(directory.resolve("shop"));
    claim(directory.resolve("recovered/demo-shop-20261123-120000"));
    claim(directory.resolve("elsewhere/pg"));
    new Stage(directory, directory).leaveNothingRunning();
    assertThat(bystander.isAlive()).isTrue();
  }
}
