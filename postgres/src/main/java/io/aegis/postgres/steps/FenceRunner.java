package io.aegis.postgres.steps;

import static io.aegis.postgres.PostgresCode.SOURCE_STILL_RUNS;
import static io.aegis.postgres.PostgresCode.SOURCE_UNCERTAIN;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.Json;
import io.aegis.kernel.Report;
import io.aegis.kernel.ShellWord;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.SystemIdentifier;
import io.aegis.postgres.server.MachineName;
import io.aegis.postgres.server.Postmaster;
import io.aegis.postgres.server.StopMode;
import io.aegis.postgres.steps.AddressProbe.Answer;
import io.aegis.postgres.steps.PostgresStep.FenceSource;
import io.aegis.postgres.steps.PostgresStep.OldPrimary;
import io.aegis.recovery.Probe;
import io.aegis.recovery.StepContext;
import io.aegis.recovery.StepId;
import io.aegis.recovery.StepResult;
import io.aegis.recovery.StepRunner;
import java.time.Duration;
import java.util.Optional;

/**
 * The old primary must not take writes while another one is made of its log: two primaries are the
 * one thing worse than none.
 */
public final class FenceRunner implements StepRunner<FenceSource> {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** A plan is made of the log that is stored when it is made, and never changed. */
  private static final String MISSED =
      "what it committed after this plan was made is not in this recovery; where that matters,"
          + " cancel this execution and plan again: it is down now, and where aegis wal stream"
          + " ran, its log is stored to the end";

  private static final StepId PREFLIGHT = new StepId("preflight");

  private final TimeSource time;

  FenceRunner(TimeSource time) {
    this.time = time;
  }

  @Override
  public StepResult run(FenceSource step, StepContext context) throws InterruptedException {
    var primary = step.primary();
    requireSight(primary);
    var running = running(primary);
    if (running.isPresent()) {
      requireTheLostOne(primary, context);
      context.log("stopping the server on " + primary.dataDirectory());
      running.get().stop(StopMode.FAST, PATIENCE, time);
    }
    requireSilent(primary);
    return running.isPresent()
        ? down(primary, ": it ran and was stopped").warning(MISSED).warning(again(primary))
        : down(primary, ": it did not run");
  }

  /** Nothing is known of the cluster where the preflight was passed over, or an earlier build's. */
  private void requireTheLostOne(OldPrimary primary, StepContext context) {
    if (context.factsOf(PREFLIGHT).find(PreflightRunner.CLUSTER) instanceof Json.Str(var lost)) {
      var refusal = new LostCluster(SystemIdentifier.parse(lost), time).refusal(primary);
      if (refusal.isPresent()) {
        throw refusal.get();
      }
    } else {
      context.log("whether it is the cluster that was lost is not known: no preflight has told");
    }
  }

  private static String again(OldPrimary.Here primary) {
    return "if this recovery is given up, nothing serves until somebody starts it again, as its"
        + " account: pg_ctl -D " + ShellWord.of(primary.dataDirectory().toString()) + " start";
  }

  private static StepResult down(OldPrimary.Here primary, String how) {
    return StepResult.of("the old primary is down" + how)
        .warning("whatever starts " + primary.dataDirectory()
            + " by itself (systemd, a cluster manager) must be disabled");
  }

  /**
   * @throws Refused if the old primary runs, something answers in its place, or it was elsewhere
   * @throws Unavailable if that cannot be told, and nobody has said that it is down
   */
  static void requireSilent(OldPrimary primary) {
    requireSight(primary);
    var running = running(primary);
    if (running.isPresent()) {
      throw stillRuns("its postmaster runs here, process " + running.get().pid());
    }
    var address = address(primary);
    switch (address.ask()) {
      case Answer.NobodyListens() -> {}
      case Answer.TakesConnections() ->
        throw address
            .recoveryThere()
            .map(recovery -> taken(address, recovery))
            .orElseGet(() -> stillRuns("something takes connections on " + address));
      case Answer.CannotTell(var why) -> {
        if (primary instanceof OldPrimary.Here) {
          throw uncertain(address, why);
        }
      }
    }
  }

  /** Why the step would refuse although the old primary is down: its address is taken. */
  public static Optional<String> taken(OldPrimary primary) {
    if (!(primary instanceof OldPrimary.Here here) || !here.isInSight() || !isSurelyDown(here)) {
      return Optional.empty();
    }
    var address = address(primary);
    return address.ask() instanceof Answer.TakesConnections
        ? Optional.of("the old primary is down, and something takes connections on " + address
            + address
                .recoveryThere()
                .map(there -> ": " + there.data() + ", which Aegis recovered (process "
                    + there.lock().pid() + ")")
                .orElse("")
            + "; until that is stopped, the recovery stands before its first change")
        : Optional.empty();
  }

  /**
   * An execution can be resumed elsewhere, when its machine is gone. There the same directory is
   * empty and the same address silent, whatever starts again with the machine that is gone.
   */
  private static void requireSight(OldPrimary primary) {
    outOfSight(primary).ifPresent(refusal -> {
      throw refusal;
    });
  }

  /** Why nothing can be told of it here, if it was on another machine. */
  static Optional<Refused> outOfSight(OldPrimary primary) {
    return primary instanceof OldPrimary.Here here && !here.isInSight()
        ? Optional.of(new Refused(
            Report.of(SOURCE_UNCERTAIN, "whether the old primary is down cannot be told from here")
                .why("it was on machine " + here.machine().value() + "; this is "
                    + MachineName.here().value())
                .safe("it was not touched")
                .next(
                    "go on on that machine",
                    "or make sure by hand that it is down and stays so, and plan anew here with"
                        + " recovery.fence: attested in aegis.yaml")))
        : Optional.empty();
  }

  private static Refused stillRuns(String why) {
    return new Refused(Report.of(SOURCE_STILL_RUNS, "the old primary still runs")
        .why(why)
        .safe("this step changed nothing")
        .next(
            "stop it, and whatever would start it again; then resume the execution",
            "if it cannot be reached: cut it off from its clients and its storage"));
  }

  /** As when the first guess at the moment was wrong, and another is tried. */
  private static Refused taken(AddressProbe address, LocalRecovery recovery) {
    return new Refused(Report.of(SOURCE_STILL_RUNS, "the address of the old primary is taken")
        .why(recovery.data() + ", which Aegis recovered, takes connections on " + address
            + " (process " + recovery.lock().pid() + ")")
        .safe("this step changed nothing")
        .next(
            "if it is not wanted: pg_ctl -D " + recovery.data()
                + " stop -m fast    (as its account)",
            "then resume the execution"));
  }

  private static Unavailable uncertain(AddressProbe address, String why) {
    return new Unavailable(
        Report.of(SOURCE_UNCERTAIN, "whether the old primary is down cannot be told from here")
            .why(address + " neither answers nor refuses: " + why)
            .safe("this step changed nothing")
            .next(
                "make " + address + " reachable from here, then resume the execution",
                "or make sure by hand that it is down, and plan anew with recovery.fence: attested"
                    + " in aegis.yaml"));
  }

  private static AddressProbe address(OldPrimary primary) {
    return new AddressProbe(primary.host(), primary.port());
  }

  /**
   * @throws Unavailable if its directory cannot be read
   */
  private static Optional<Postmaster> running(OldPrimary primary) {
    return switch (primary) {
      case OldPrimary.Here here -> running(here);
      case OldPrimary.Elsewhere _ -> Optional.empty();
    };
  }

  private static Optional<Postmaster> running(OldPrimary.Here here) {
    try {
      return Postmaster.of(here.dataDirectory());
    } catch (Unavailable e) { // its disk may be what was lost
      var told = e.report();
      throw new Unavailable(
          Report.of(told.code(), told.what())
              .why(told.why())
              .safe("this step changed nothing")
              .next(
                  told.next().getFirst(),
                  "if it is gone: make sure by hand that its server is down, and plan anew with"
                      + " recovery.fence: attested in aegis.yaml"),
          e);
    }
  }

  private static boolean isSurelyDown(OldPrimary primary) {
    try {
      return running(primary).isEmpty();
    } catch (Unavailable e) {
      return false;
    }
  }

  /** Asks the same question as the run: it is done when the old primary is down. */
  @Override
  public Probe probe(FenceSource step, StepContext context) {
    boolean down = step.primary().isInSight()
        && isSurelyDown(step.primary())
        && address(step.primary()).ask() instanceof Answer.NobodyListens;
    return down ? new Probe.Done(down(step.primary(), "")) : new Probe.NotBegun();
  }
}
