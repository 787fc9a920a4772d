package io.aegis.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who acts is what the kernel says. */
class AccountTest {

  @Test
  void nobody_becomes_somebody_else_by_a_variable_or_an_option_of_java() throws Exception {
    // Red when: Surroundings takes the property user.name, which JAVA_TOOL_OPTIONS sets.
    var process = new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Duser.name=mallory",
        "-cp",
        System.getProperty("java.class.path"),
        Whoami.class.getName());
    process.environment().put("USER", "mallory");
    process.environment().put("LOGNAME", "mallory");
    process.environment().put("SUDO_USER", "mallory");
    process.environment().put("JAVA_TOOL_OPTIONS", "-Duser.name=mallory");
    var started = process.redirectError(ProcessBuilder.Redirect.DISCARD).start();

    String said = new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(started.waitFor(60, TimeUnit.SECONDS)).isTrue();
    String owner = Files.getOwner(Path.of("/proc/self")).getName();
    assertThat(said.strip()).isEqualTo(owner).isNotEqualTo("mallory");
  }

  /** Prints whom this process acts for. */
  static final class Whoami {
    private Whoami() {}

    public static void main(String[] arguments) {
      System.out.println(Surroundings.ofProcess().account().user());
    }
  }
}
