package io.aegis.postgres.loss;

import io.aegis.kernel.ByteSize;
import io.aegis.kernel.Json;
import io.aegis.postgres.DatabaseLoss.Approval;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.steps.PostgresStep;
import io.aegis.postgres.steps.PostgresStep.Job;
import io.aegis.postgres.steps.PostgresStep.OldPrimary;
import io.aegis.postgres.steps.StepTypes;
import io.aegis.postgres.verify.Invariant;
import io.aegis.postgres.verify.SmokeTest;
import io.aegis.recovery.Estimate;
import io.aegis.recovery.Phase;
import io.aegis.recovery.PlannedWrite.Sign;
import io.aegis.recovery.Step;
import io.aegis.recovery.Step.Work.Approval.BreakGlass;
import io.aegis.recovery.Step.Work.Check.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The steps of scenario database-loss: one chain, each step's result the next one's ground. What a
 * plan of it is free to choose is in this record and nowhere else, so that the steps can be made
 * again from what they hold, and compared.
 *
 * @param primary the server that was lost
 * @param tests what is measured before clients are let in
 * @param approval what it takes to promote
 * @param forecast how much is to be done
 */
record LossSteps(Job job, OldPrimary primary, Tests tests, Approval approval, Forecast forecast) {
  /** What a restore's size is told before. */
  static final String SOURCE = " from snapshot ";

  /**
   * What is measured before clients are let in.
   *
   * @param limit for each query
   * @param smoke run after promotion, behind the fence
   */
  record Tests(List<Invariant> invariants, Duration limit, Optional<SmokeTest> smoke) {}

  /**
   * What no payload says.
   *
   * @param size of the files, for people
   */
  record Forecast(String size, Estimate restore, Estimate replay) {}

  /** All that a plan shows of its target. */
  static final Set<String> SHOWN =
      Set.of("to", "last transaction", "branch", "position", "snapshot", "into", "programs");

  /** What is shown of the target, beside the words in which somebody asked for it. */
  static Json.Obj shown(Json.Obj asked, Job job) {
    return asked
        .with("branch", new Branch(job.log().incarnation(), job.goal().timeline()).words())
        .with("position", job.log().replayEnd().toString())
        .with("snapshot", job.snapshot().value())
        .with("into", job.goal().target().toString())
        .with("programs", programs(job));
  }

  /** Where its programs come from, and as whom they run. */
  private static String programs(Job job) {
    String account = job.goal().account();
    return job.local().binaries() + (account.isEmpty() ? "" : ", as " + account);
  }

  List<Step> make(StepTypes types) {
    var steps = new ArrayList<Step>();
    steps.add(preflight(types));
    steps.add(fence(types));
    steps.add(restore(types));
    steps.add(replay(types));
    steps.add(verify(types));
    steps.add(approve());
    steps.add(promote(types));
    tests.smoke().ifPresent(test -> steps.add(smoke(types, test)));
    steps.add(open(types, steps.getLast()));
    return steps;
  }

  private Step.Draft draft(String id, String name, Phase phase) {
    return Step.of(id, name, phase).owner(approval.owner());
  }

  private String target() {
    return "data directory " + job.goal().target();
  }

  private Step preflight(StepTypes types) {
    return draft("preflight", "look whether everything that is needed is there", Phase.PRECHECK)
        .writes(Sign.LOOK, target(), "absent or empty, room, versions, extensions, snapshot")
        .check(types.preflight(), new PostgresStep.Preflight(job), Subject.DATA);
  }

  private Step fence(StepTypes types) {
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

  private Step restore(StepTypes types) {
    var draft = draft("restore", "put the files of the database back", Phase.DATABASE)
        .after("fence-source")
        .estimate(forecast.restore())
        .writes(Sign.CREATE, target(), forecast.size() + SOURCE + job.snapshot());
    for (var tablespace : new TreeMap<>(job.goal().tablespaces()).entrySet()) {
      draft = draft.writes(
          Sign.CREATE,
          "tablespace " + tablespace.getKey(),
          tablespace.getValue().toString());
    }
    return draft.action(types.restore(), new PostgresStep.RestoreBase(job));
  }

  private Step replay(StepTypes types) {
    var log = job.log();
    return draft("replay", "replay the log up to the target", Phase.DATABASE)
        .after("restore")
        .estimate(forecast.replay())
        .writes(
            Sign.CHANGE,
            target(),
            new ByteSize(log.bytes()) + " of log, to " + log.replayEnd() + "; then read-only")
        .action(types.replay(), new PostgresStep.Replay(job));
  }

  private Step verify(StepTypes types) {
    return draft("verify", "measure the database while nothing can write", Phase.DATABASE)
        .after("replay")
        .writes(
            Sign.LOOK,
            target(),
            "page checksums, indexes, row counts, " + tests.invariants().size() + " invariants")
        .check(
            types.verify(),
            new PostgresStep.Verify(job, tests.invariants(), tests.limit()),
            Subject.DATA);
  }

  private Step approve() {
    return draft("approve-promotion", "approve the promotion", Phase.DATABASE)
        .after("verify")
        .approval(
            "Shall the database at " + job.log().replayEnd()
                + " take over? What was committed after that is given up.",
            approval.role(),
            approval.needed(),
            BreakGlass.ALLOWED);
  }

  private Step promote(StepTypes types) {
    return draft(
            "promote", "end recovery: the database takes writes, behind its fence", Phase.DATABASE)
        .after("approve-promotion")
        .writes(
            Sign.CREATE, "incarnation " + job.goal().incarnation(), "a new life in the repository")
        .writes(Sign.CHANGE, target(), "promoted to a new timeline")
        .action(types.promote(), new PostgresStep.Promote(job, primary));
  }

  private Step smoke(StepTypes types, SmokeTest test) {
    return draft("smoke-test", "run the owner's smoke test", Phase.VALIDATION)
        .after("promote")
        .writes(Sign.LOOK, "script", test.command())
        .check(types.smoke(), new PostgresStep.Smoke(job, test), Subject.SERVICE);
  }

  private Step open(StepTypes types, Step last) {
    return draft("open", "let clients in", Phase.APPLICATION)
        .after(last.id().value())
        .writes(Sign.CHANGE, target(), "fence removed, restarted as it is configured")
        .action(types.open(), new PostgresStep.Open(job, primary));
  }
}
