package io.aegis.postgres.steps;

import io.aegis.kernel.ByteSize;
import io.aegis.kernel.Json;
import io.aegis.postgres.restore.Check;
import io.aegis.postgres.snapshot.BackupFactsFormat;
import io.aegis.postgres.steps.PostgresStep.Preflight;
import io.aegis.recovery.Probe;
import io.aegis.recovery.StepContext;
import io.aegis.recovery.StepResult;
import io.aegis.recovery.StepRunner;
import io.aegis.repository.Repository;
import io.aegis.repository.SnapshotReader;

/** Looks at everything that would fail later, and fails now. */
final class PreflightRunner implements StepRunner<Preflight> {
  /** The fact that says of which cluster the snapshot is. */
  static final String CLUSTER = "cluster";

  private final Repository repository;

  PreflightRunner(Repository repository) {
    this.repository = repository;
  }

  @Override
  public StepResult run(Preflight step, StepContext context) {
    try (var snapshot = repository.open(step.job().snapshot())) {
      var plan = Restores.plan(step.job(), snapshot);
      for (var check : plan.checks()) {
        context.log(words(check));
      }
      var refusal = plan.refusal();
      if (refusal.isPresent()) {
        throw refusal.get();
      }
      var result = StepResult.of("%d files, %s: all that is needed is there"
              .formatted(plan.files(), new ByteSize(plan.bytes())))
          .with(Json.object()
              .with("files", plan.files())
              .with("bytes", plan.bytes())
              .with(CLUSTER, cluster(snapshot)));
      for (String warning : plan.warnings()) {
        result = result.warning(warning);
      }
      return result;
    }
  }

  private static String cluster(SnapshotReader snapshot) {
    return BackupFactsFormat.of(snapshot.summary()).span().system().toString();
  }

  private static String words(Check check) {
    return switch (check) {
      case Check.Fine(var words) -> words;
      case Check.Warning(var words) -> "! " + words;
      case Check.Refusal(var report) -> "refused: " + report.what();
    };
  }

  /** Changes nothing and is quick: it is simply done again. */
  @Override
  public Probe probe(Preflight step, StepContext context) {
    return new Probe.NotBegun();
  }
}
