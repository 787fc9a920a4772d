package io.aegis.cli.demo;

import io.aegis.cli.frame.Answer;
import io.aegis.cli.frame.Page;
import io.aegis.kernel.HumanTime;
import io.aegis.kernel.Json;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What both acts came to.
 *
 * @param latest the first act: everything back, to the last moment
 * @param pointInTime the second act: back to just before a mistake
 * @param directory where it all lies, for the curious
 */
record Verdict(Latest latest, PointInTime pointInTime, Path directory) implements Answer {

  /**
   * The first act, compared with the ledger.
   *
   * @param lost acknowledged orders that did not come back
   * @param recoveryPoint how long before the crash the last recovered commit was
   */
  record Latest(
      Recovered recovered, long acknowledged, long present, long lost, Duration recoveryPoint) {}

  /**
   * The second act, compared with the ledger.
   *
   * @param expected orders acknowledged before the mistake
   * @param present how many of them came back
   * @param after orders that came back although they were placed after the moment asked for
   */
  record PointInTime(Recovered recovered, long expected, long present, long after) {}

  /** Within the objective, and nothing from the wrong side of a moment. */
  boolean nothingMissing() {
    return latest.recovered().completed()
        && pointInTime.recovered().completed()
        && pointInTime.present() == pointInTime.expected()
        && pointInTime.after() == 0
        && latest.recoveryPoint().compareTo(latest.recovered().rpoObjective()) <= 0;
  }

  /** The worse of the two executions' states; plainly completed only if both were. */
  String state() {
    if (!nothingMissing()) {
      return "FAILED";
    }
    return latest.recovered().state().equals("COMPLETED")
        ? pointInTime.recovered().state()
        : latest.recovered().state();
  }

  @Override
  public String kind() {
    return "Demo";
  }

  @Override
  public Json.Obj json() {
    var first = latest.recovered();
    return Json.object()
        .with("state", state())
        .with("rowsAcknowledged", latest.acknowledged())
        .with("rowsRecovered", latest.present())
        .with("rowsLost", latest.lost())
        .with("rowsAfterTarget", pointInTime.after())
        .with("rpoActualMillis", latest.recoveryPoint().toMillis())
        .with("rpoObjectiveMillis", first.rpoObjective().toMillis())
        .with("rtoActualMillis", first.rtoActual().toMillis())
        .with("rtoObjectiveMillis", first.rtoObjective().toMillis())
        .with("pointInTimeRowsExpected", pointInTime.expected())
        .with("pointInTimeRowsRecovered", pointInTime.present())
        .with("recoveryPoint", first.recoveryPoint())
        .with("evidence", first.evidence())
        .with("executionId", first.execution())
        .with("directory", directory.toString());
  }

  @Override
  public void print(Page page) {
    page.blank()
        .line("Act one, the database was lost: " + latest.present() + " of " + latest.acknowledged()
            + " acknowledged orders are back, " + latest.lost() + " lost")
        .line("  recovery point  " + HumanTime.of(latest.recoveryPoint())
            + " before the crash, goal " + HumanTime.of(latest.recovered().rpoObjective()))
        .line("  recovery time   " + HumanTime.of(latest.recovered().rtoActual()) + ", goal "
            + HumanTime.of(latest.recovered().rtoObjective()))
        .line("Act two, orders were deleted by mistake: " + pointInTime.present() + " of "
            + pointInTime.expected() + " are back, " + pointInTime.after()
            + " from after the moment")
        .line("  recovery time   " + HumanTime.of(pointInTime.recovered().rtoActual()))
        .blank()
        .line("Go on by yourself, in the directory of Aegis:")
        .line("  ./aegis status -c " + directory.resolve("aegis.yaml"))
        .line("  ./aegis points -c " + directory.resolve("aegis.yaml"))
        .line("  ./aegis plan --to latest -c " + directory.resolve("aegis.yaml"))
        .line("Nothing of it runs any more. To remove it: rm -r " + directory);
  }
}
