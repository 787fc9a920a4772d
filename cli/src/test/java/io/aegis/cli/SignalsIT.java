package io.aegis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.postgres.testing.TestPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signals, which only a process of its own can be sent. */
class SignalsIT {
  @TempDir
  Path directory;

  private final TestPostgres server = TestPostgres.of(17).create();

  @BeforeEach
  void protect() {
    server.start();
    String port = Integer.toString(server.connection().port());
    var made = new Cli(directory).run("init", "--discover", "--port", port);
    assertThat(made.exit()).as(made.err()).isZero();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void a_stream_that_is_told_to_end_ends_well() throws Exception {
    var stream = start("wal", "stream", "--json");
    try (var err = stream.errorReader()) {
      assertThat(err.readLine()).contains("\"kind\"");

      stream.destroy(); // SIGTERM

      assertThat(exit(stream)).isZero();
    }
  }

  @Test
  void a_backup_that_waits_for_its_key_and_is_interrupted_says_so_to_scripts() throws Exception {
    // Red when: ExitCodes does not know SECRET_INTERRUPTED.
    var asked = directory.resolve("asked");
    var backup = start("AEGIS_REPOSITORY_KEY=cmd:touch " + asked + "; sleep 300", "backup");
    while (!Files.exists(asked)) {
      assertThat(backup.waitFor(20, TimeUnit.MILLISECONDS)).isFalse();
    }

    interrupt(backup);

    assertThat(exit(backup)).isEqualTo(130);
  }

  @Test
  void a_backup_that_is_interrupted_while_it_stores_says_so_to_scripts() throws Exception {
    // Red when: ExitCodes does not know the failure that an interrupt becomes down there.
    server.psql("create table big as select md5(n::text) || md5((-n)::text) as noise"
        + " from generate_series(1, 4000000) n");
    var backup = start("backup");
    var packs = directory.resolve("repository/packs");
    while (!Files.exists(packs)) {
      assertThat(backup.waitFor(1, TimeUnit.MILLISECONDS)).isFalse();
    }

    interrupt(backup);

    assertThat(exit(backup)).isEqualTo(130);
    var again = new Cli(directory).run("repo", "check", "--json");
    assertThat(again.exit()).as(again.out() + again.err()).isZero();
  }

  @Test
  void a_recovery_that_is_interrupted_pauses_and_says_so_to_scripts() throws Exception {
    var taken = new Cli(directory).run("backup", "--json");
    assertThat(taken.exit()).as(taken.err()).isZero();
    var recovery = start("AEGIS_RECOVERY_FENCE=attested", "recover", "--yes", "--wait", "--json");
    try (var err = recovery.errorReader()) {
      awaitLine(err, "PENDING_MANUAL");

      interrupt(recovery);

      assertThat(exit(recovery)).isEqualTo(130);
    }
  }

  private static void awaitLine(BufferedReader lines, String part) throws IOException {
    var said = new ArrayList<String>();
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      said.add(line);
      if (line.contains(part)) {
        return;
      }
    }
    throw new AssertionError("it ended without " + part + ":\n" + String.join("\n", said));
  }

  private static void interrupt(Process process) throws IOException {
    new ProcessBuilder("kill", "-s", "INT", Long.toString(process.pid())).start();
  }

  private static int exit(Process process) throws InterruptedException {
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  // A test that runs in the background of a script has SIGINT ignored, and so would its children.
  private Process start(String... arguments) throws IOException {
    var command = new ArrayList<>(List.of("env", "--default-signal=INT"));
    var words = new ArrayList<>(List.of(arguments));
    if (words.getFirst().contains("=")) {
      command.add(words.removeFirst());
    }
    command.addAll(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        "io.aegis.cli.Aegis"));
    command.addAll(words);
    var builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().put("XDG_STATE_HOME", directory.resolve("state").toString());
    return builder.start();
  }
}
