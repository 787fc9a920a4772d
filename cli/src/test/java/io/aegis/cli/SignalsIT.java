package io.aegis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.postgres.testing.TestPostgres;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signals, which only a process of its own can be sent. */
class SignalsIT {
  @TempDir
  Path directory;

  @Test
  void a_stream_that_is_told_to_end_ends_well() throws Exception {
    try (var server = TestPostgres.of(17).start()) {
      String port = Integer.toString(server.connection().port());
      assertThat(new Cli(directory).run("init", "--discover", "--port", port).exit())
          .isZero();
      var stream = start("wal", "stream", "--json");
      try (var err = stream.errorReader()) {
        assertThat(err.readLine()).contains("\"kind\"");

        stream.destroy(); // SIGTERM
        boolean ended = stream.waitFor(60, TimeUnit.SECONDS);

        assertThat(ended).isTrue();
        assertThat(stream.exitValue()).isZero();
      } finally {
        stream.destroyForcibly();
      }
    }
  }

  private Process start(String... arguments) throws Exception {
    var command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        "io.aegis.cli.Aegis"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).directory(directory.toFile()).start();
  }
}
