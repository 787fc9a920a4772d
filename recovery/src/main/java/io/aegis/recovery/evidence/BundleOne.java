package io.aegis.recovery.evidence;

import io.aegis.kernel.Json;
import io.aegis.recovery.Execution;
import io.aegis.recovery.StepState;
import io.aegis.recovery.journal.Event;
import io.aegis.recovery.journal.History;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Draws the bundle of version 1, so that what earlier builds sealed can be checked. It grew two
 * members while its number stayed, {@code warnings} and {@code people.escalations}: which of them a
 * bundle has tells how its builder drew it.
 */
final class BundleOne {
  static final long VERSION = 1;

  private BundleOne() {}

  /** Drawn with those members that {@code stored} has, unless that would leave something untold. */
  static Json.Obj like(Json.Obj stored, Execution now, History history) {
    var drawn = Bundle.of(now, history).with("aegisEvidence", VERSION);
    if (stored.find("warnings") == null) {
      drawn = without(drawn, "warnings")
          .with("deviations", Json.texts(deviations(now, history)))
          .with("notMeasured", Json.texts(notMeasured(now)));
    }
    var people = drawn.object("people");
    if (stored.object("people").find("escalations") == null
        && people.array("escalations").isEmpty()) {
      drawn = drawn.with("people", without(people, "escalations"));
    }
    return drawn;
  }

  /** A step that warned was an exception then. */
  private static List<String> deviations(Execution now, History history) {
    var all = new ArrayList<String>();
    for (var step : now.steps()) {
      if (step.state().isException() || step.state() == StepState.SUCCEEDED_WITH_WARNING) {
        String detail = step.detail().isEmpty() ? "" : ": " + step.detail();
        all.add("step '%s' is %s%s".formatted(step.id(), step.state(), detail));
      }
    }
    for (var entry : history.entries()) {
      if (entry.event() instanceof Event.UndoFailed(var step, var problem)) {
        all.add("step '" + step + "' could not be taken back: " + problem.what());
      }
    }
    return all;
  }

  private static List<String> notMeasured(Execution now) {
    var lines = new ArrayList<>(NotMeasured.of(now));
    lines.removeAll(now.warnings());
    return lines;
  }

  private static Json.Obj without(Json.Obj object, String member) {
    var members = new LinkedHashMap<>(object.members());
    members.remove(member);
    return new Json.Obj(members);
  }
}
