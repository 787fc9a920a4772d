package io.aegis.recovery.plan;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Report;
import io.aegis.recovery.RecoveryCode;
import io.aegis.recovery.Step;
import io.aegis.recovery.StepId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The graph of a plan's steps. Invariants of what comes out of here: ids are unique, every
 * dependency is a step of the plan, there is no circle, a failed check of data stops the rest, and
 * no purpose of a plan leaves an approval out.
 */
public final class Graph {
  private Graph() {}

  /** The steps, each after those it depends on, otherwise in the order given. */
  public static List<Step> inOrder(List<Step> steps) {
    var known = idsOnce(steps);
    for (var step : steps) {
      requireKnown(step, known);
      requireDataChecksStop(step);
      requireApprovalsAsked(step);
    }
    return sort(steps);
  }

  /** Every step that {@code id} waits for, directly or through others. */
  public static Set<StepId> before(StepId id, Collection<Step> steps) {
    var direct = new HashMap<StepId, Set<StepId>>();
    steps.forEach(step -> direct.put(step.id(), step.after()));
    var all = new HashSet<StepId>();
    collect(id, direct, all);
    return all;
  }

  private static void collect(StepId id, Map<StepId, Set<StepId>> direct, Set<StepId> all) {
    for (var earlier : direct.getOrDefault(id, Set.of())) {
      if (all.add(earlier)) {
        collect(earlier, direct, all);
      }
    }
  }

  private static Set<StepId> idsOnce(List<Step> steps) {
    var ids = new HashSet<StepId>();
    for (var step : steps) {
      if (!ids.add(step.id())) {
        throw refused("two of its steps are called '" + step.id() + "'");
      }
    }
    if (ids.isEmpty()) {
      throw refused("it has no step");
    }
    return ids;
  }

  private static void requireKnown(Step step, Set<StepId> known) {
    for (var earlier : step.after()) {
      if (!known.contains(earlier)) {
        throw refused("step '" + step.id() + "' waits for '" + earlier + "', which is not there");
      }
    }
  }

  private static void requireDataChecksStop(Step step) {
    if (step.work() instanceof Step.Work.Check(var _, var subject)
        && subject == Step.Work.Check.Subject.DATA
        && step.care().onError() == Step.OnError.GO_ON) {
      throw refused("step '" + step.id() + "' checks data, and would go on if the data is wrong");
    }
  }

  /** Who edits a saved plan could otherwise call it a drill, and promote without being asked. */
  private static void requireApprovalsAsked(Step step) {
    if (step.work() instanceof Step.Work.Approval
        && step.care().inDrill() != Step.InDrill.EXECUTE) {
      throw refused("step '" + step.id() + "' is an approval, and a drill would leave it out");
    }
  }

  private static List<Step> sort(List<Step> steps) {
    var waiting = new ArrayList<>(steps);
    var placed = new HashSet<StepId>();
    var sorted = new ArrayList<Step>();
    while (!waiting.isEmpty()) {
      var next = waiting.stream()
          .filter(step -> placed.containsAll(step.after()))
          .findFirst()
          .orElseThrow(() -> refused("these steps wait for each other: "
              + waiting.stream().map(s -> s.id().value()).collect(Collectors.joining(", "))));
      waiting.remove(next);
      placed.add(next.id());
      sorted.add(next);
    }
    return List.copyOf(sorted);
  }

  private static Refused refused(String why) {
    return new Refused(Report.of(RecoveryCode.PLAN_NOT_READABLE, "the plan cannot be walked")
        .why(why)
        .next("compute the plan again: aegis plan"));
  }
}
