package io.aegis.recovery.evidence;

import io.aegis.kernel.Json;
import io.aegis.recovery.Execution;
import io.aegis.recovery.Step.Work;
import io.aegis.recovery.plan.Labels;
import java.util.ArrayList;

/** What the checks found, apart for the data and for the service. */
final class Proof {
  private Proof() {}

  static Json.Obj of(Execution now) {
    return Json.object()
        .with("data", checks(now, Work.Check.Subject.DATA))
        .with("service", checks(now, Work.Check.Subject.SERVICE));
  }

  private static Json.Arr checks(Execution now, Work.Check.Subject subject) {
    var found = new ArrayList<Json>();
    for (var status : now.steps()) {
      var step = now.plan().step(status.id());
      if (step.work() instanceof Work.Check check && check.subject() == subject) {
        found.add(Json.object()
            .with("step", status.id().value())
            .with("name", step.name())
            .with("state", Labels.of(status.state()))
            .with("summary", status.result().summary())
            .with("facts", status.result().facts()));
      }
    }
    return Json.array(found);
  }
}
