package io.aegis.cli.demo;

import io.aegis.kernel.Json;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What {@code aegis recover --json} said of one execution.
 *
 * @param state as the execution ended
 * @param recoveryPoint the moment that was recovered, as a time or a position
 * @param evidence the name of the evidence bundle
 * @param data the recovered data directory
 */
record Recovered(
    String execution,
    String state,
    Duration rtoActual,
    Duration rtoObjective,
    Duration rpoObjective,
    String recoveryPoint,
    String evidence,
    Path data,
    int port) {

  /** Whether it came to its end; plainly, or with exceptions that its evidence lists. */
  boolean completed() {
    return state.equals("COMPLETED") || state.equals("COMPLETED_WITH_EXCEPTIONS");
  }

  static Recovered of(Json.Obj document) {
    return new Recovered(
        document.text("execution"),
        document.text("state"),
        Duration.ofMillis(document.number("rtoActualMillis")),
        Duration.ofMillis(document.number("rtoObjectiveMillis")),
        Duration.ofMillis(document.number("rpoObjectiveMillis")),
        document.text("recoveryPoint"),
        document.text("evidence"),
        Path.of(document.text("dataDirectory")),
        (int) document.number("port"));
  }
}
