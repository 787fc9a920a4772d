package io.aegis.postgres.steps;

import static io.aegis.postgres.PostgresCode.VERIFICATION_FAILED;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.HumanTime;
import io.aegis.kernel.Json;
import io.aegis.kernel.Report;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.control.ControlFileReader;
import io.aegis.postgres.server.Superuser;
import io.aegis.postgres.steps.PostgresStep.Verify;
import io.aegis.postgres.verify.Amcheck;
import io.aegis.postgres.verify.Findings;
import io.aegis.postgres.verify.Measurement;
import io.aegis.postgres.verify.Measurement.Verdict;
import io.aegis.postgres.verify.PageSweep;
import io.aegis.postgres.verify.RowCounts;
import io.aegis.postgres.verify.Sessions;
import io.aegis.recovery.Probe;
import io.aegis.recovery.StepContext;
import io.aegis.recovery.StepResult;
import io.aegis.recovery.StepRunner;
import io.aegis.repository.Repository;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.function.Consumer;

/** Measures the database while it stands at its target and nothing can write. */
final class VerifyRunner implements StepRunner<Verify> {
  private static final String ANOTHER_MOMENT =
      "aegis execution cancel <execution> --undo --reason \"…\""
          + "    (then another moment: aegis points)";
  private static final String AS_IT_IS =
      "somebody else, if the source had that damage: aegis execution ignore <execution>"
          + " --step verify --reason \"<reason>\"";

  private final Repository repository;
  private final TimeSource time;

  VerifyRunner(Repository repository, TimeSource time) {
    this.repository = repository;
    this.time = time;
  }

  @Override
  public StepResult run(Verify step, StepContext context) throws InterruptedException {
    var site = new Site(repository, step.job(), time);
    site.standAtTarget(context); // it may have been stopped since, with its machine
    var superuser = site.superuser();
    var measured = new ArrayList<Measurement>();
    try {
      measure(step, superuser, context, measurement -> {
        context.log(measurement.words()); // at once: it is known although the rest is cut off
        measured.add(measurement);
      });
    } catch (SQLException e) {
      throw silent(site, new Findings(measured), e);
    }
    var findings = new Findings(measured);
    if (!findings.failed().isEmpty()) {
      throw new Damaged(damaged(findings, "")
          .next("look at it, read-only: " + superuser.psql(), ANOTHER_MOMENT, AS_IT_IS));
    }
    return result(step, findings);
  }

  private void measure(
      Verify step, Superuser superuser, StepContext context, Consumer<Measurement> measured)
      throws SQLException, InterruptedException {
    var local = step.job().local();
    var target = step.job().goal().target();
    Sessions sessions = superuser::open;
    var control = new ControlFileReader(time).read(target).content();
    measured.accept(new PageSweep(target, control, time, context.progress()).run(local.workers()));
    context.checkpoint();
    new Amcheck(sessions, time).run(superuser.database(), local.workers(), measured);
    context.checkpoint();
    for (var invariant : step.invariants()) {
      measured.accept(invariant.measure(superuser::openForOwner, step.limit(), time));
    }
    measured.accept(new RowCounts(sessions, time).run(local.database(), step.limit()));
  }

  /** Damage may well be what ended the server: what was found of it is not forgotten. */
  private static RuntimeException silent(Site site, Findings findings, SQLException e) {
    if (!findings.failed().isEmpty()) {
      var report = damaged(findings, "; then the server stopped answering: " + e.getMessage());
      return new Damaged(report.next(ANOTHER_MOMENT, AS_IT_IS));
    }
    return new Unavailable(
        Report.of(PostgresCode.SERVER_UNREACHABLE, "the recovered server stopped answering")
            .why(String.valueOf(e.getMessage()))
            .next("see its log: " + site.server().place().log(), "resume the execution"),
        e);
  }

  private static Report.Draft damaged(Findings findings, String addition) {
    var found = findings.failed().stream().map(Measurement::words).toList();
    return Report.of(VERIFICATION_FAILED, "the recovered database is not as it must be")
        .why(String.join("; ", found) + addition)
        .safe("it stands read-only at its target; nothing was promoted");
  }

  private static StepResult result(Verify step, Findings findings) {
    var items = findings.measured().stream().map(VerifyRunner::json).toList();
    var result = StepResult.of(findings.words())
        .with(Json.object()
            .with("measurements", Json.array(items))
            .with("provenPoint", step.job().snapshot().value())
            .with("provenGrade", findings.verify() ? "verified" : "restored"));
    for (var warning : findings.warnings()) {
      result = result.warning(warning);
    }
    return result;
  }

  private static Json json(Measurement measurement) {
    var json = Json.object()
        .with("name", measurement.name())
        .with("tookMillis", measurement.took().toMillis())
        .with("took", HumanTime.of(measurement.took()));
    return switch (measurement.verdict()) {
      case Verdict.Passed(var words) -> json.with("verdict", "passed").with("words", words);
      case Verdict.Observed(var words) -> json.with("verdict", "observed").with("words", words);
      case Verdict.Failed(var words) -> json.with("verdict", "failed").with("words", words);
      case Verdict.NotMeasured(var why) -> json.with("verdict", "not-measured").with("words", why);
    };
  }

  /** Changes nothing: it is simply done again. */
  @Override
  public Probe probe(Verify step, StepContext context) {
    return new Probe.NotBegun();
  }
}
