package io.aegis.postgres.steps;

import io.aegis.kernel.ByteSize;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Hex;
import io.aegis.postgres.DatabaseLoss;
import io.aegis.postgres.DatabaseLoss.Request;
import io.aegis.postgres.DatabaseLoss.SmokeTest.Script;
import io.aegis.postgres.DatabaseLoss.Source;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Resolution.PlannedTarget;
import io.aegis.postgres.restore.Goal;
import io.aegis.postgres.server.MachineName;
import io.aegis.postgres.snapshot.BackupFactsFormat;
import io.aegis.postgres.steps.PostgresStep.Job;
import io.aegis.postgres.steps.PostgresStep.Local;
import io.aegis.postgres.steps.PostgresStep.LogToReplay;
import io.aegis.postgres.steps.PostgresStep.OldPrimary;
import io.aegis.postgres.verify.Invariant;
import io.aegis.postgres.verify.SmokeTest;
import io.aegis.recovery.Estimate;
import io.aegis.recovery.Phase;
import io.aegis.recovery.Plan;
import io.aegis.recovery.PlannedWrite.Sign;
import io.aegis.recovery.Step;
import io.aegis.recovery.Step.Work.Approval.BreakGlass;
import io.aegis.recovery.Step.Work.Check.Subject;
import io.aegis.recovery.StepId;
import io.aegis.recovery.StepType;
import io.aegis.repository.SnapshotReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Makes the plan of scenario database-loss: one chain, each step's result the next one's ground.
 */
public final class LossPlan {
  private final DatabaseLoss loss;
  private final Request request;
  private final Job job;
  private final OldPrimary primary;
  private final StepTypes types;
  private final long bytes;

  private LossPlan(
      DatabaseLoss loss, PlannedTarget target, Request request, SnapshotReader snapshot) {
    this.loss = loss;
    this.request = request;
    types = new StepTypes(loss.repository(), loss.ports());
    bytes = snapshot.summary().sourceBytes();
    var facts = BackupFactsFormat.of(snapshot.summary());
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
      preview
          .refusal()
          .ifPresent(refusal -> warnings.add(
              "as things are, it would be refused: " + refusal.report().headline()));
      warnings.addAll(Costs.of(loss.repository(), plan.job, plan.primary));
      return new Plan(header, plan.steps(), warnings);
    }
  }

  /** What carrying out a plan takes away now; a saved one may be older than that. */
  public static List<String> costs(DatabaseLoss loss, Plan plan) {
    var types = new StepTypes(loss.repository(), loss.ports());
    return payload(plan, types.promote())
        .map(promote -> Costs.of(loss.repository(), promote.job(), promote.primary()))
        .orElse(List.of());
  }

  /** What the step {@code preflight} of a plan would refuse now. */
  public static Optional<Failure.Refused> refusal(DatabaseLoss loss, Plan plan) {
    var types = new StepTypes(loss.repository(), loss.ports());
    return payload(plan, types.preflight()).flatMap(preflight -> {
      try (var snapshot = loss.repository().open(preflight.job().snapshot())) {
        return Restores.plan(preflight.job(), snapshot).refusal();
      }
    });
  }

  /** The steps of a plan from which on a recovered database takes writes. */
  public static List<StepId> promotions(DatabaseLoss loss, Plan plan) {
    var promote = new StepTypes(loss.repository(), loss.ports()).promote();
    return plan.steps().stream()
        .filter(step -> payload(step, promote).isPresent())
        .map(Step::id)
        .toList();
  }

  /** What a plan does that this request would not, as far as only root could do it. */
  public static List<String> strange(DatabaseLoss loss, Plan plan, Request request) {
    return Strange.in(plan, new StepTypes(loss.repository(), loss.ports()), request);
  }

  /** Each step carries its own. */
  static Set<Job> jobs(Plan plan, StepTypes types) {
    var jobs = new LinkedHashSet<Job>();
    payloads(plan, types.preflight()).forEach(step -> jobs.add(step.job()));
    payloads(plan, types.restore()).forEach(step -> jobs.add(step.job()));
    payloads(plan, types.replay()).forEach(step -> jobs.add(step.job()));
    payloads(plan, types.verify()).forEach(step -> jobs.add(step.job()));
    payloads(plan, types.promote()).forEach(step -> jobs.add(step.job()));
    payloads(plan, types.smoke()).forEach(step -> jobs.add(step.job()));
    payloads(plan, types.open()).forEach(step -> jobs.add(step.job()));
    return jobs;
  }

  static <P> List<P> payloads(Plan plan, StepType<P> type) {
    return plan.steps().stream().flatMap(step -> payload(step, type).stream()).toList();
  }

  /** What a plan hands to its step of that type. */
  private static <P> Optional<P> payload(Plan plan, StepType<P> type) {
    return payloads(plan, type).stream().findFirst();
  }

  private static <P> Optional<P> payload(Step step, StepType<P> type) {
    var given = switch (step.work()) {
      case Step.Work.Action(var payload) -> Optional.of(payload);
      case Step.Work.Check(var payload, var _) -> Optional.of(payload);
      case Step.Work.Approval _, Step.Work.Manual _, Step.Work.Wait _ ->
        Optional.<StepType.Payload>empty();
    };
    return given
        .filter(payload -> payload.kind().equals(type.kind()))
        .map(payload -> type.codec().decode(payload.content()));
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

  private List<Step> steps() {
    var steps = new ArrayList<Step>();
    steps.add(preflight());
    steps.add(fence());
    steps.add(restore());
    steps.add(replay());
    steps.add(verify());
    steps.add(approval());
    steps.add(promote());
    String last = "promote";
    if (request.checks().smokeTest() instanceof Script(var command, var directory, var limit)) {
      steps.add(smoke(new SmokeTest(command, directory, limit)));
      last = "smoke-test";
    }
    steps.add(open(last));
    return steps;
  }

  private Step.Draft draft(String id, String name, Phase phase) {
    return Step.of(id, name, phase).owner(request.approval().owner());
  }

  private Estimate forecast(StepType<?> type, long amount) {
    return loss.estimates().forecast(type.kind(), "bytes", amount);
  }

  private String target() {
    return "data directory " + job.goal().target();
  }

  private Step preflight() {
    return draft("preflight", "look whether everything that is needed is there", Phase.PRECHECK)
        .writes(Sign.LOOK, target(), "absent or empty, room, versions, extensions, snapshot")
        .check(types.preflight(), new PostgresStep.Preflight(job), Subject.DATA);
  }

  private Step fence() {
    var draft = draft("fence-source", "make sure that the old primary is down", Phase.PRECHECK)
        .after("preflight");
    return switch (primary) {
      case OldPrimary.Here here ->
        draft
            .writes(Sign.CHANGE, "server on " + here.dataDirectory(), "stopped, if it runs")
            .action(types.fence(), new PostgresStep.FenceSource(here));
      case OldPrimary.Elsewhere(var host, var port) ->
        draft.manual("Make sure that the database server at " + host + ":" + port
            + " is down and that nothing will start it again; then confirm.");
    };
  }

  private Step restore() {
    var draft = draft("restore", "put the files of the database back", Phase.DATABASE)
        .after("fence-source")
        .estimate(forecast(types.restore(), bytes))
        .writes(Sign.CREATE, target(), new ByteSize(bytes) + " from snapshot " + job.snapshot());
    for (var tablespace : new TreeMap<>(job.goal().tablespaces()).entrySet()) {
      draft = draft.writes(
          Sign.CREATE,
          "tablespace " + tablespace.getKey(),
          tablespace.getValue().toString());
    }
    return draft.action(types.restore(), new PostgresStep.RestoreBase(job));
  }

  private Step replay() {
    var log = job.log();
    return draft("replay", "replay the log up to the target", Phase.DATABASE)
        .after("restore")
        .estimate(forecast(types.replay(), log.bytes()))
        .writes(
            Sign.CHANGE,
            target(),
            new ByteSize(log.bytes()) + " of log, to " + log.replayEnd() + "; then read-only")
        .action(types.replay(), new PostgresStep.Replay(job));
  }

  private Step verify() {
    var invariants = request.checks().invariants().stream()
        .map(one -> new Invariant(one.name(), one.database(), one.sql(), one.expected()))
        .toList();
    return draft("verify", "measure the database while nothing can write", Phase.DATABASE)
        .after("replay")
        .writes(
            Sign.LOOK,
            target(),
            "page checksums, indexes, row counts, " + invariants.size() + " invariants")
        .check(
            types.verify(),
            new PostgresStep.Verify(job, invariants, request.checks().limit()),
            Subject.DATA);
  }

  private Step approval() {
    return draft("approve-promotion", "approve the promotion", Phase.DATABASE)
        .after("verify")
        .approval(
            "Shall the database at " + job.log().replayEnd()
                + " take over? What was committed after that is given up.",
            request.approval().role(),
            request.approval().needed(),
            BreakGlass.ALLOWED);
  }

  private Step promote() {
    return draft(
            "promote", "end recovery: the database takes writes, behind its fence", Phase.DATABASE)
        .after("approve-promotion")
        .writes(
            Sign.CREATE, "incarnation " + job.goal().incarnation(), "a new life in the repository")
        .writes(Sign.CHANGE, target(), "promoted to a new timeline")
        .action(types.promote(), new PostgresStep.Promote(job, primary));
  }

  private Step smoke(SmokeTest test) {
    return draft("smoke-test", "run the owner's smoke test", Phase.VALIDATION)
        .after("promote")
        .writes(Sign.LOOK, "script", test.command())
        .check(types.smoke(), new PostgresStep.Smoke(job, test), Subject.SERVICE);
  }

  private Step open(String after) {
    return draft("open", "let clients in", Phase.APPLICATION)
        .after(after)
        .writes(Sign.CHANGE, target(), "fence removed, restarted as it is configured")
        .action(types.open(), new PostgresStep.Open(job, primary));
  }
}
