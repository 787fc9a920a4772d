package io.aegis.recovery.execution;

import io.aegis.kernel.Json;
import io.aegis.kernel.TimeSource;
import io.aegis.recovery.Plan;
import io.aegis.recovery.Step;
import io.aegis.recovery.Step.Work;
import io.aegis.recovery.StepCatalog;
import io.aegis.recovery.StepId;
import io.aegis.recovery.StepResult;
import io.aegis.recovery.StepType;
import io.aegis.recovery.plan.Graph;
import io.aegis.recovery.state.Picture;
import io.aegis.recovery.state.StepPicture;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** What there is to run for each step; made by the engine's thread, run by others. */
final class Tasks {
  private static final Duration NAP = Duration.ofSeconds(1);

  private final StepCatalog catalog;
  private final Attempt.Setting setting;
  private final Map<StepId, List<StepPicture>> before = new HashMap<>();

  Tasks(Picture picture, StepCatalog catalog, Attempt.Setting setting) {
    this.catalog = catalog;
    this.setting = setting;
    var steps = picture.plan().steps();
    for (var step : steps) {
      before.put(
          step.id(), Graph.before(step.id(), steps).stream().map(picture::step).toList());
    }
  }

  /** Every step that this one waits for, directly or through others. */
  List<StepPicture> before(StepPicture step) {
    return before.getOrDefault(step.id(), List.of());
  }

  Map<StepId, Json.Obj> facts(StepPicture step) {
    var facts = new HashMap<StepId, Json.Obj>();
    before(step).forEach(earlier -> facts.put(earlier.id(), earlier.result().facts()));
    return facts;
  }

  Callable<Ending> running(StepPicture step, Attempt attempt) {
    return switch (step.step().work()) {
      case Work.Action(var payload)
      when isSimulated(step.step()) ->
        () -> new Ending.Finished(catalog.bind(payload).simulate(attempt));
      case Work.Action(var payload) -> running(payload, attempt);
      case Work.Check(var payload, var _) -> running(payload, attempt);
      case Work.Wait(var length, var reason) ->
        waiting(step.firstBegun().plus(length), reason, attempt);
      case Work.Approval _, Work.Manual _ ->
        throw new IllegalStateException("a machine cannot run step " + step.id());
    };
  }

  private Callable<Ending> running(StepType.Payload payload, Attempt attempt) {
    return () -> new Ending.Finished(catalog.bind(payload).run(attempt));
  }

  Callable<Ending> probing(StepType.Payload payload, Attempt attempt) {
    return () -> new Ending.Probed(catalog.bind(payload).probe(attempt));
  }

  private Callable<Ending> waiting(Instant until, String reason, Attempt attempt) {
    TimeSource time = setting.time();
    return () -> {
      for (var now = time.now(); now.isBefore(until); now = time.now()) {
        attempt.checkpoint();
        var left = Duration.between(now, until);
        time.sleep(left.compareTo(NAP) < 0 ? left : NAP);
      }
      return new Ending.Finished(StepResult.of("waited: " + reason));
    };
  }

  private boolean isSimulated(Step step) {
    return isDrill() && step.care().inDrill() == Step.InDrill.SIMULATE;
  }

  boolean isDrill() {
    return setting.purpose() == Plan.Purpose.DRILL;
  }
}
