package io.aegis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Json;
import io.aegis.postgres.RunningServer;
import io.aegis.postgres.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Executions that no process leads any more, or that wait for people, decided from outside. */
class DeadExecutionIT extends FreshShop {

  /** A recovery in a process of its own, which dies at that point. */
  private String recoveryKilledAt(String point) throws Exception {
    var command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        "io.aegis.cli.Aegis"));
    command.addAll(List.of("recover", "--yes", "--into", "again"));
    var builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().put("AEGIS_CRASH_AT", point);
    builder.environment().put("XDG_STATE_HOME", directory.resolve("state").toString());
    var said = directory.resolve("said.txt").toFile();
    var process = builder.redirectErrorStream(true).redirectOutput(said).start();
    assertThat(process.waitFor(180, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(137);
    var listed = Json.parseObject(cli().run("execution", "list", "--json").out());
    return ((Json.Obj) listed.array("executions").getFirst()).text("execution");
  }

  @Test
  void a_recovery_whose_process_died_is_canceled_and_the_application_is_free_again()
      throws Exception {
    // Red when: OpenRepository.executions is given no catalog, which refuses the steps of the plan.
    String id = recoveryKilledAt("step.preflight.ended:1");
    var attested = cli().with("AEGIS_RECOVERY_FENCE", "attested");
    expect(11, attested.run("recover", "--yes"));

    expect(0, cli().run("execution", "cancel", id, "--yes", "--reason", "wrong moment"));

    assertThat(cli().run("execution", "list").out()).contains("canceled");
    assertThat(cli().run("status").out()).doesNotContain(id);
    expect(20, attested.run("recover", "--yes"));
  }

  @Test
  void a_recovery_whose_process_died_is_taken_back_together_with_the_files_it_restored()
      throws Exception {
    String id = recoveryKilledAt("step.restore.ended:1");
    assertThat(directory.resolve("again/PG_VERSION")).exists();
    // Red when: ExecutionShow or ExecutionList does not ask whether its process lives.
    assertThat(cli().run("execution", "show", id).err()).contains(id + " has died");
    assertThat(cli().run("execution", "list").err()).contains("next: aegis resume " + id);
    // Red when: Closing.unended does not read the starts of the application.
    assertThat(cli().run("status").out()).contains("recovery " + id + " has not ended");

    expect(0, cli().run("execution", "cancel", id, "--undo", "--yes", "--reason", "wrong moment"));

    assertThat(cli().run("execution", "list").out()).contains("canceled");
    assertThat(directory.resolve("again/PG_VERSION")).doesNotExist();
  }

  // Red when: Lead.warnIfLeftRunning does not look.
  @Test
  void a_recovery_that_is_canceled_says_which_server_it_leaves_running() throws Exception {
    String id = recoveryKilledAt("step.replay.ended:1");
    var again = directory.resolve("again");
    var server = RunningServer.on(again).orElseThrow();

    var canceled =
        expect(0, cli().run("execution", "cancel", id, "--yes", "--reason", "wrong moment"));
    assertThat(canceled.err()).contains("process " + server.pid(), "pg_ctl -D " + again);
    assertThat(canceled.out()).contains("stays as it is", again.toString());
    server.crash();
    assertThat(cli().run("execution", "show", id).err()).doesNotContain("pg_ctl");
  }

  // Red when: ExecutionIgnore asks as whoever started it may, or verify is graded all the same.
  @Test
  void damage_that_the_source_had_is_passed_over_by_somebody_else_and_never_counts_as_verified()
      throws IOException {
    Files.writeString(directory.resolve("aegis.yaml"), """

          invariants:
            - name: orders
              sql: select count(*) from orders
              expect: "7"
        """, StandardOpenOption.APPEND);
    server.kill();
    var failed = expect(1, cli().run("recover", "--yes", "--json"));
    String id = Json.parseObject(failed.out()).text("execution");
    assertThat(cli().run("execution", "show", id).out()).contains("aegis execution ignore");
    var ignore = new String[] {"execution", "ignore", id, "--step", "verify", "--reason", "known"};

    assertThat(expect(20, cli().run(ignore)).err()).contains("AEG-1307", "started this execution");
    expect(0, cli().as("bob").run(ignore));
    var end = Json.parseObject(expect(3, cli().run("resume", id, "--json")).out());

    assertThat(end.text("state")).isEqualTo("COMPLETED_WITH_EXCEPTIONS");
    assertThat(cli().run("points").out())
        .contains("restored by " + id, "not verified")
        .doesNotContain("restored and verified");
    var recovered = Path.of(end.text("dataDirectory"));
    try (var restored = TestPostgres.of(17).adopt(recovered)) {
      assertThat(restored.dataDirectory()).isEqualTo(recovered);
    }
  }

  @Test
  void saying_no_to_work_by_hand_never_says_that_it_was_done() {
    // Red when: ApproveCommand makes every decision about work by hand a confirmation.
    var attested = cli().with("AEGIS_RECOVERY_FENCE", "attested");
    var waiting = expect(20, attested.run("recover", "--yes", "--json", "--into", "again"));
    String id = Json.parseObject(waiting.out()).text("execution");

    var forced = expect(20, cli().run("approve", id, "--break-glass", "nobody can reach it"));
    assertThat(forced.err()).contains("AEG-1307", "work by hand", "--decline");
    expect(0, cli().run("approve", id, "--decline", "it still takes orders"));

    var paused = expect(1, attested.run("resume", id));
    assertThat(paused.out()).contains("declined", "it still takes orders");
    assertThat(directory.resolve("again")).doesNotExist();
    expect(20, attested.run("resume", id)); // asked again
    assertThat(cli().run("execution", "show", id, "--evidence").out())
        .contains("it still takes orders");
  }
}
