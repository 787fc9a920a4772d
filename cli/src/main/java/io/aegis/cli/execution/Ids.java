package io.aegis.cli.execution;

import io.aegis.cli.CliCode;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Timeline;
import io.aegis.recovery.ExecutionId;
import io.aegis.recovery.StepId;

/** Names as they were typed. */
public final class Ids {
  private Ids() {}

  public static Incarnation incarnation(String typed) {
    try {
      return new Incarnation(typed);
    } catch (IllegalArgumentException e) {
      throw new Failure.Refused(
          Report.of(CliCode.USAGE, "'" + typed + "' is not the name of an incarnation")
              .why(String.valueOf(e.getMessage()))
              .safe("nothing was started")
              .next("aegis points"),
          e);
    }
  }

  public static Timeline timeline(long typed) {
    try {
      return new Timeline(typed);
    } catch (IllegalArgumentException e) {
      throw new Failure.Refused(
          Report.of(CliCode.USAGE, typed + " is not the number of a timeline")
              .safe("nothing was started")
              .next("aegis points"),
          e);
    }
  }

  public static ExecutionId execution(String typed) {
    try {
      return new ExecutionId(typed);
    } catch (IllegalArgumentException e) {
      throw new Failure.Refused(
          Report.of(CliCode.USAGE, "'" + typed + "' is not the name of an execution")
              .why("it looks like rec-7f3a91c2")
              .safe("nothing was started")
              .next("aegis execution list"),
          e);
    }
  }

  public static StepId step(String typed) {
    try {
      return new StepId(typed);
    } catch (IllegalArgumentException e) {
      throw new Failure.Refused(
          Report.of(CliCode.USAGE, "'" + typed + "' is not the name of a step")
              .safe("nothing was started")
              .next("aegis execution show <execution> -o json"),
          e);
    }
  }
}
