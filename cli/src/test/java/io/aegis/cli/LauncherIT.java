package io.aegis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code aegis}, in a checkout where nothing is built yet. */
class LauncherIT {
  @TempDir
  Path directory;

  /** A program that needs more memory than it is given. */
  static final class Hungry {
    private Hungry() {}

    public static void main(String[] arguments) {
      var kept = new ArrayList<byte[]>();
      while (kept.size() < Integer.MAX_VALUE) {
        kept.add(new byte[1 << 20]);
      }
    }
  }

  // Red when: the words of the option out_of_memory hold a semicolon, which begins another command.
  @Test
  void who_runs_out_of_memory_is_told_so_and_how_to_go_on() throws Exception {
    var script = """
        eval "$(sed -n "/^out_of_memory=/,/%p')$/p" ../aegis)"
        exec "$0" -Xmx8m "${out_of_memory[@]}" -cp "$1" "$2"
        """;
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var classes =
        Path.of(Hungry.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    var process = new ProcessBuilder(
            "bash", "-c", script, java, classes.toString(), Hungry.class.getName())
        .redirectOutput(Redirect.DISCARD)
        .start();
    try (var said = process.errorReader()) {
      assertThat(said.readAllLines())
          .anySatisfy(line -> assertThat(line)
              .startsWith("aegis: out of memory (AEGIS_JAVA_OPTIONS=")
              .endsWith("aegis resume"));
    }
    assertThat(process.waitFor()).isEqualTo(128 + 9);
  }

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
