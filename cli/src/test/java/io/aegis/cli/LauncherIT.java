package io.aegis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code aegis}, in a checkout where nothing is built yet. */
class LauncherIT {
  @TempDir
  Path directory;

  // Red when: build_once waits for the lock without a word.
  @Test
  void a_command_that_waits_for_anothers_build_says_so() throws Exception {
    Files.copy(Path.of("../aegis"), directory.resolve("aegis"));
    Files.createDirectories(directory.resolve("scripts"));
    Files.copy(Path.of("../scripts/toolchain"), directory.resolve("scripts/toolchain"));
    var target = Files.createDirectories(directory.resolve("target"));

    var holder = new ProcessBuilder("flock", target.resolve("build.lock").toString(), "cat")
        .redirectErrorStream(true)
        .start();
    try {
      holder.outputWriter().append("held\n").flush();
      assertThat(holder.inputReader().readLine()).isEqualTo("held"); // cat runs below the lock
      var waiting = new ProcessBuilder("bash", directory.resolve("aegis").toString(), "version")
          .redirectErrorStream(true)
          .start();
      try (var said = waiting.inputReader()) {
        assertThat(said.readLine()).contains("another aegis builds from source here");
      } finally {
        waiting.descendants().forEach(ProcessHandle::destroyForcibly);
        waiting.destroyForcibly().waitFor();
      }
    } finally {
      holder.descendants().forEach(ProcessHandle::destroyForcibly);
      holder.destroyForcibly().waitFor();
    }
  }
}
