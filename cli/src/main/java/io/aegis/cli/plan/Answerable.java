package io.aegis.cli.plan;

import static io.aegis.postgres.PostgresCode.TARGET_IN_FUTURE;
import static io.aegis.postgres.PostgresCode.TARGET_PAST;
import static io.aegis.postgres.PostgresCode.TARGET_WITHOUT_DATA;

import io.aegis.cli.terminal.LocalTime;
import io.aegis.kernel.Failure;
import io.aegis.kernel.HumanTime;
import io.aegis.kernel.Report;
import io.aegis.postgres.Resolution;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.Resolution.PlannedTarget;
import io.aegis.postgres.Target;
import java.time.Duration;

/**
 * What to say about a moment that cannot be recovered, and what can be had instead.
 *
 * @param options the ones that name which branches were asked; empty if all were
 */
record Answerable(Target target, LocalTime time, String options) {

  /**
   * @throws Failure.Refused unless the target is present
   */
  PlannedTarget orRefuse(Resolution resolution) {
    return switch (resolution) {
      case Resolution.Present(var planned) -> planned;
      case Resolution.Future future -> throw refused(future);
      case Resolution.Past past -> throw refused(past);
      case Resolution.NoData none -> throw refused(none);
    };
  }

  private Failure refused(Resolution.Future future) {
    String beyond = target instanceof Target.AtTime(var moment)
        ? ": it lies " + HumanTime.of(Duration.between(future.knownUntil(), moment))
            + " after the restorable window"
        : ": it lies after the restorable window";
    return new Failure.Refused(
        Report.of(TARGET_IN_FUTURE, shown() + " cannot be recovered yet" + beyond)
            .why(newest(future.lastCommit()) + "; the log is durable to " + future.durable()
                + ", and nothing is known after " + time.full(future.knownUntil()))
            .next(
                "aegis recover --to latest" + options,
                "aegis wal status    (is the log still being streamed?)"));
  }

  private String newest(Edge commit) {
    return commit instanceof Edge.Nothing
        ? "no commit is known since the newest snapshot began"
        : "the newest durable commit is " + words(commit);
  }

  private Failure refused(Resolution.Past past) {
    return new Failure.Refused(
        Report.of(TARGET_PAST, shown() + " cannot be recovered: it is too early")
            .why(past.reason() + "; the earliest moment is " + words(past.earliest()))
            .next("aegis points", instead(past.earliest())));
  }

  private Failure refused(Resolution.NoData none) {
    return new Failure.Refused(
        Report.of(TARGET_WITHOUT_DATA, shown() + " cannot be recovered: there is no data for it")
            .why(none.reason() + beside(none))
            .next(
                "aegis points",
                isNamed() ? "aegis recover --to latest" + options : instead(none.before())));
  }

  /** Of a name that nothing in the log bears, nobody can say what lies before or after it. */
  private String beside(Resolution.NoData none) {
    return none.before() instanceof Edge.Nothing && none.after() instanceof Edge.Nothing
        ? ""
        : "; recoverable before it: " + words(none.before()) + ", after it: " + words(none.after());
  }

  private boolean isNamed() {
    return switch (target) {
      case Target.AtTransaction _, Target.AtRestorePoint _, Target.AtSnapshot _ -> true;
      case Target.Latest _, Target.AtTime _, Target.AtLsn _ -> false;
    };
  }

  private String shown() {
    return target instanceof Target.AtTime(var moment) ? time.full(moment) : target.text();
  }

  private String words(Edge edge) {
    return switch (edge) {
      case Edge.Commit commit -> time.full(commit.time()) + " (LSN " + commit.start() + ")";
      case Edge.SnapshotEnd end -> time.fullSince(end.time()) + " (the end of a snapshot)";
      case Edge.Nothing() -> "nothing";
    };
  }

  /** What can be had instead. */
  private String instead(Edge edge) {
    return switch (edge) {
      case Edge.Commit commit -> "aegis recover --to xid:" + commit.xid() + options;
      case Edge.SnapshotEnd end -> "aegis recover --to " + end.lsn() + options;
      case Edge.Nothing() -> "aegis backup    (from then on there is something to recover)";
    };
  }
}
