package io.aegis.postgres.loss;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.ByteSize;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.Hex;
import io.aegis.postgres.DatabaseLoss;
import io.aegis.postgres.DatabaseLoss.Request;
import io.aegis.postgres.DatabaseLoss.SmokeTest.Script;
import io.aegis.postgres.DatabaseLoss.Source;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.Resolution.PlannedTarget;
import io.aegis.postgres.RunningServer;
import io.aegis.postgres.restore.Goal;
import io.aegis.postgres.restore.RestoredCluster;
import io.aegis.postgres.server.MachineName;
import io.aegis.postgres.snapshot.BackupFacts;
import io.aegis.postgres.snapshot.BackupFactsFormat;
import io.aegis.postgres.steps.LostCluster;
import io.aegis.postgres.steps.PostgresStep;
import io.aegis.postgres.steps.PostgresStep.Job;
import io.aegis.postgres.steps.PostgresStep.Local;
import io.aegis.postgres.steps.PostgresStep.LogToReplay;
import io.aegis.postgres.steps.PostgresStep.OldPrimary;
import io.aegis.postgres.steps.Restores;
import io.aegis.postgres.steps.StepTypes;
import io.aegis.postgres.verify.Invariant;
import io.aegis.postgres.verify.SmokeTest;
import io.aegis.recovery.Estimate;
import io.aegis.recovery.Plan;
import io.aegis.recovery.Step;
import io.aegis.recovery.StepId;
import io.aegis.recovery.StepType;
import io.aegis.repository.SnapshotReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes the plan of scenario database-loss, and says of one that was kept what it would do. */
public final class LossPlan {
  private static final Duration SAME_MOMENT = Duration.ofSeconds(1);

  private final DatabaseLoss loss;
  private final Request request;
  private final Job job;
  private final OldPrimary primary;
  private final LostCluster lost;
  private final StepTypes types;
  private final long bytes;

  private LossPlan(
      DatabaseLoss loss, PlannedTarget target, Request request, SnapshotReader snapshot) {
    this.loss = loss;
    this.request = request;
    types = types(loss);
    bytes = snapshot.summary().sourceBytes();
    var facts = BackupFactsFormat.of(snapshot.summary());
    lost = lost(loss, facts);
    job = job(target, request, tablespaces(request, Restores.linked(facts)));
    primary = switch (request.source()) {
      case Source.Here(var data, var host, var port) ->
        new OldPrimary.Here(MachineName.here(), data, host, port);
      case Source.Elsewhere(var host, var port) -> new OldPrimary.Elsewhere(host, port);
    };
  }

  public static Plan of(
      DatabaseLoss loss, Plan.Header header, PlannedTarget target, Request request) {
    try (var snapshot = loss.repository().open(target.base().id())) {
      var plan = new LossPlan(loss, target, request, snapshot);
      var preview = Restores.plan(plan.job, snapshot);
      var warnings = new ArrayList<>(preview.warnings());
      plan.lost
          .refusal(plan.primary)
          .or(preview::refusal)
          .ifPresent(refusal -> warnings.add(
              "as things are, it would be refused: " + refusal.report().headline()));
      target
          .passedOver()
          .commit()
          .map(commit -> passedOver(target, commit))
          .ifPresent(warnings::add);
      plan.lost.warning(plan.primary).ifPresent(warnings::add);
      warnings.addAll(Costs.of(loss.repository(), plan.job, plan.primary));
      return new Plan(plan.shown(header), plan.steps().make(plan.types), warnings);
    }
  }

  /** Times are taken a moment before the record is written, so neighbours may change places. */
  private static String passedOver(PlannedTarget target, Edge.Commit commit) {
    boolean clock = target
        .firstExcluded()
        .commit()
        .filter(first -> first.time().isAfter(commit.time().plus(SAME_MOMENT)))
        .isPresent();
    return "transaction " + commit.xid() + " has a time that is not later, " + commit.time()
        + ", and is not in this moment: it lies behind one with a later time"
        + (clock ? ", since the server's clock was ahead or was set back" : "")
        + " (aegis plan --to xid:" + commit.xid() + " recovers up to it)";
  }

  private static StepTypes types(DatabaseLoss loss) {
    return new StepTypes(loss.repository(), loss.ports());
  }

  /** What carrying out a plan takes away now; a saved one may be older than that. */
  public static List<String> costs(DatabaseLoss loss, Plan plan) {
    return Payloads.first(plan, types(loss).promote())
        .map(promote -> {
          var costs = new ArrayList<>(stranger(loss, promote).stream().toList());
          costs.addAll(Costs.of(loss.repository(), promote.job(), promote.primary()));
          return List.copyOf(costs);
        })
        .orElse(List.of());
  }

  private static Optional<String> stranger(DatabaseLoss loss, PostgresStep.Promote promote) {
    try (var snapshot = loss.repository().open(promote.job().snapshot())) {
      return lost(loss, BackupFactsFormat.of(snapshot.summary())).warning(promote.primary());
    }
  }

  /** What the first steps of a plan would refuse now: preflight, and the fence. */
  public static Optional<Failure.Refused> refusal(DatabaseLoss loss, Plan plan) {
    return Payloads.first(plan, types(loss).promote()).flatMap(promote -> {
      try (var snapshot = loss.repository().open(promote.job().snapshot())) {
        return lost(loss, BackupFactsFormat.of(snapshot.summary()))
            .refusal(promote.primary())
            .or(() -> Restores.plan(promote.job(), snapshot).refusal());
      }
    });
  }

  /** A marker of another restore, or one that was opened, is of a server that is in use. */
  public static Optional<RunningServer> leftRunning(DatabaseLoss loss, Plan plan) {
    try {
      return Payloads.first(plan, types(loss).promote())
          .map(promote -> promote.job().goal())
          .flatMap(LossPlan::behindItsFence);
    } catch (Malformed e) {
      return Optional.empty(); // of another build: it is shown as it stands
    }
  }

  private static Optional<RunningServer> behindItsFence(Goal goal) {
    try {
      return new RestoredCluster(goal).stage() == RestoredCluster.Stage.FENCED
          ? RunningServer.on(goal.target())
          : Optional.empty();
    } catch (UncheckedIOException | Unavailable e) {
      return Optional.empty(); // it cannot be looked at from here
    }
  }

  private static LostCluster lost(DatabaseLoss loss, BackupFacts facts) {
    return new LostCluster(facts.span().system(), loss.ports().time());
  }

  /** The steps of a plan from which on a recovered database takes writes, its own or a client's. */
  public static List<StepId> promotions(DatabaseLoss loss, Plan plan) {
    var types = types(loss);
    return plan.steps().stream()
        .filter(step -> Payloads.of(step, types.promote()).isPresent()
            || Payloads.of(step, types.open()).isPresent())
        .map(Step::id)
        .toList();
  }

  /**
   * @throws Failure.Refused if a plan that was kept is not one that is made here
   */
  public static void requireWhole(DatabaseLoss loss, Plan plan) {
    new KeptPlan(plan, types(loss)).require();
  }

  /** What a plan does that this request would not, as far as only root could do it. */
  public static List<String> strange(DatabaseLoss loss, Plan plan, Request request) {
    return Strange.in(plan, types(loss), request);
  }

  private Job job(PlannedTarget target, Request asked, Map<Long, Path> tablespaces) {
    var place = asked.place();
    var last = target.legs().getLast();
    var goal = new Goal(
        place.dataDirectory().toAbsolutePath().normalize(),
        tablespaces,
        new Incarnation(Hex.of(loss.ports().entropy().bytes(8))),
        target.stopAt(),
        target.stop(),
        last.timeline(),
        Heir.of(asked),
        place.apart());
    return new Job(
        target.base().id(),
        goal,
        new LogToReplay(
            last.incarnation(), target.base().begin(), target.replayEnd(), target.walBytes()),
        new Local(
            place.binaries(), place.sockets(), place.role(), place.database(), place.workers()));
  }

  private static Map<Long, Path> tablespaces(Request asked, Map<Long, String> linked) {
    var places = new TreeMap<Long, Path>();
    var data = asked.place().dataDirectory().toAbsolutePath().normalize();
    for (Long oid : linked.keySet()) {
      var beside = data.resolveSibling(data.getFileName() + "-tablespaces").resolve(oid.toString());
      places.put(oid, asked.place().tablespaces().getOrDefault(oid, beside));
    }
    return places;
  }

  private LossSteps steps() {
    var checks = request.checks();
    var invariants = checks.invariants().stream()
        .map(one -> new Invariant(one.name(), one.database(), one.sql(), one.expected()))
        .toList();
    var smoke = switch (checks.smokeTest()) {
      case Script(var command, var directory, var limit) ->
        Optional.of(new SmokeTest(command, directory, limit));
      case DatabaseLoss.SmokeTest.None() -> Optional.<SmokeTest>empty();
    };
    return new LossSteps(
        job,
        primary,
        new LossSteps.Tests(invariants, checks.limit(), smoke),
        request.approval(),
        new LossSteps.Forecast(
            new ByteSize(bytes).toString(),
            forecast(types.restore(), bytes),
            forecast(types.replay(), job.log().bytes())));
  }

  private Estimate forecast(StepType<?> type, long amount) {
    return loss.estimates().forecast(type.kind(), "bytes", amount);
  }

  private Plan.Header shown(Plan.Header asked) {
    return new Plan.Header(
        asked.scenario(),
        asked.purpose(),
        asked.application(),
        asked.environment(),
        asked.objectives(),
        asked.exceptions(),
        asked.created(),
        LossSteps.shown(asked.target(), job));
  }
}
