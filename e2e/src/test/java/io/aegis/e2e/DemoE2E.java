package io.aegis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.e2e.stage.Installed;
import io.aegis.e2e.stage.Protected;
import io.aegis.kernel.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first thing that anybody types. */
class DemoE2E {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir
  Path directory;

  // Red when: a key of Verdict is missing; the demo leaves its servers running; both take one port.
  @Test
  void two_demos_at_once_lose_two_databases_each_and_bring_back_what_the_ledger_holds() {
    var aegis = Installed.in(directory)
        .with("AEGIS_REPOSITORY_LOCATION", directory.resolve("never").toString());
    Json.Obj first;
    try (var one = aegis.start("demo", "--json", "--directory", "one");
        var other = aegis.start("demo", "--json", "--directory", "other")) {
      first = one.await(PATIENCE).expect(0).document();
      assertTrueOf(first, "one");
      assertTrueOf(other.await(PATIENCE).expect(0).document(), "other");
    }
    assertThat(directory.resolve("never")).doesNotExist();
    assertThat(processes()).isEmpty();
    goOnIn(directory.resolve("one"), first.text("executionId"));
  }

  private void assertTrueOf(Json.Obj verdict, String place) {
    assertThat(verdict.text("state")).isIn("COMPLETED", "COMPLETED_WITH_EXCEPTIONS");
    assertThat(verdict.number("rowsAcknowledged")).isGreaterThan(100);
    assertThat(verdict.number("rowsRecovered") + verdict.number("rowsLost"))
        .isEqualTo(verdict.number("rowsAcknowledged"));
    assertThat(verdict.number("rowsAfterTarget")).isZero();
    assertThat(verdict.number("rpoActualMillis"))
        .isBetween(0L, verdict.number("rpoObjectiveMillis"));
    assertThat(verdict.number("rtoActualMillis"))
        .isBetween(1L, verdict.number("rtoObjectiveMillis"));
    assertThat(verdict.number("pointInTimeRowsExpected"))
        .isGreaterThanOrEqualTo(verdict.number("rowsRecovered"))
        .isEqualTo(verdict.number("pointInTimeRowsRecovered"));
    assertThat(verdict.text("recoveryPoint")).matches("[0-9A-F]+/[0-9A-F]+");
    assertThat(verdict.text("evidence")).contains(verdict.text("executionId"));
    assertThat(verdict.text("directory")).isEqualTo(directory.resolve(place).toString());
  }

  /** As its last lines say; soon status tells that nothing protects a database that is gone. */
  private static void goOnIn(Path place, String actOne) {
    var aegis = Installed.in(place);
    Protected.await(
        "the last commit to be older than the objective",
        () -> aegis.run("status", "-c", "aegis.yaml").exit() == 4);
    // Red when: ExecutionShow shows the page of the first recovery as if there were no second.
    var older = aegis.run("execution", "show", actOne, "-c", "aegis.yaml").expect(0);
    assertThat(older.err()).contains("recovered the same database again");
    aegis.run("points", "-c", "aegis.yaml").expect(0);
    aegis.run("plan", "--to", "latest", "-c", "aegis.yaml").expect(0);
  }

  // Red when: DemoCommand ends its servers only after both acts.
  @Test
  void a_demo_that_is_interrupted_leaves_no_process_behind() {
    var place = directory.resolve("demo");
    try (var demo = Installed.in(directory).start("demo", "--directory", place.toString())) {
      Protected.await(
          "the shop to take orders",
          () -> Files.exists(place.resolve("repository/aegis.repository")) || !demo.isAlive());
      assertThat(processes()).isNotEmpty();
      assertThat(demo.stop().exit()).isEqualTo(130);
    }
    assertThat(processes()).isEmpty();
  }

  /** Whoever works below the test's directory: every process of a PostgreSQL does. */
  private List<ProcessHandle> processes() {
    return ProcessHandle.allProcesses()
        .filter(process -> process.pid() != ProcessHandle.current().pid())
        .filter(process -> worksBelow(directory, process))
        .toList();
  }

  private static boolean worksBelow(Path directory, ProcessHandle process) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/cwd"))
          .startsWith(directory);
    } catch (IOException e) {
      return false; // it has ended, or belongs to somebody else
    }
  }
}
