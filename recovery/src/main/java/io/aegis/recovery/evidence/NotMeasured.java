package io.aegis.recovery.evidence;

import io.aegis.recovery.Estimate;
import io.aegis.recovery.Execution;
import io.aegis.recovery.Plan;
import io.aegis.recovery.Step;
import io.aegis.recovery.Step.Work;
import java.util.ArrayList;
import java.util.List;

/** What this execution does not prove, said aloud: a gap that is hidden is a lie. */
final class NotMeasured {
  private NotMeasured() {}

  static List<String> of(Execution now) {
    var lines = new ArrayList<String>();
    if (!now.state().isSuccess()) {
      lines.add("the recovery time: the plan was not brought to its end");
    }
    if (Objectives.lost(now).isEmpty()) {
      lines.add("what was lost: no step reported it");
    }
    for (var subject : Work.Check.Subject.values()) {
      if (now.plan().steps().stream().noneMatch(step -> isCheck(step, subject))) {
        lines.add(
            subject == Work.Check.Subject.DATA
                ? "the data: the plan has no check of it"
                : "the service: the plan has no check of it");
      }
    }
    for (var status : now.steps()) {
      var step = now.plan().step(status.id());
      if (!status.state().letsOthersGoOn() || status.attempt() == 0) {
        addNotRun(lines, step, status);
      } else if (isSimulated(now, step)) {
        lines.add("step '" + step.id() + "': it was simulated");
      } else if (step.estimate() instanceof Estimate.NotMeasured) {
        lines.add("step '" + step.id() + "': nothing was known beforehand of how long it takes");
      }
      addUnmeasured(lines, step, status);
    }
    return lines;
  }

  private static void addNotRun(List<String> lines, Step step, Execution.StepStatus status) {
    switch (step.work()) {
      case Work.Action _, Work.Check _, Work.Wait _ ->
        lines.add("step '" + step.id() + "': it is " + status.state());
      case Work.Approval _, Work.Manual _ -> {}
    }
  }

  /** A check that measured something wrong has failed; what it warns of it could not measure. */
  private static void addUnmeasured(List<String> lines, Step step, Execution.StepStatus status) {
    if (step.work() instanceof Work.Check) {
      status
          .result()
          .warnings()
          .forEach(warning -> lines.add("step '" + step.id() + "': " + warning));
    }
  }

  private static boolean isCheck(Step step, Work.Check.Subject subject) {
    return step.work() instanceof Work.Check check && check.subject() == subject;
  }

  private static boolean isSimulated(Execution now, Step step) {
    return now.plan().header().purpose() == Plan.Purpose.DRILL
        && step.care().inDrill() == Step.InDrill.SIMULATE;
  }
}
