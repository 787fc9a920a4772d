package io.aegis.recovery;

import io.aegis.kernel.Digest;
import io.aegis.kernel.Json;
import io.aegis.recovery.Person.Role;
import io.aegis.recovery.Step.Work.Approval;
import io.aegis.recovery.plan.CriticalPath;
import io.aegis.recovery.plan.Graph;
import io.aegis.recovery.plan.PlanFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a recovery is going to do, computed from reads only and never changed afterwards: the same
 * object is shown, saved, approved, journalled and executed. Specified in {@code
 * docs/format/plan.md}.
 *
 * @param steps in an order in which each stands after those it depends on
 * @param warnings what a person should have read before starting it
 */
public record Plan(Header header, List<Step> steps, List<String> warnings) {

  /**
   * @throws io.aegis.kernel.Failure.Refused if the steps do not form a graph that can be walked:
   *     an id twice, an unknown dependency, a cycle, an optional check of data or approval
   */
  public Plan {
    steps = Graph.inOrder(steps);
    warnings = List.copyOf(warnings);
  }

  /**
   * What the plan is for.
   *
   * @param objectives what was promised for this environment
   * @param exceptions who may skip a step or ignore its failure
   * @param created when it was computed
   * @param target where to and to which moment, in the words of the protectors; shown to people
   */
  public record Header(
      Scenario scenario,
      Purpose purpose,
      ApplicationName application,
      EnvironmentName environment,
      Objectives objectives,
      Role exceptions,
      Instant created,
      Json.Obj target) {}

  /** What was promised: the longest outage and the longest span of lost work. */
  public record Objectives(Duration rto, Duration rpo) {}

  /** Why it is run. */
  public enum Purpose {
    RECOVERY("rec"),
    DRILL("drl"),
    GAME_DAY("gam");

    private final String prefix;

    Purpose(String prefix) {
      this.prefix = prefix;
    }

    /** What the ids of its executions begin with. */
    public String prefix() {
      return prefix;
    }
  }

  /**
   * @throws IllegalArgumentException if there is no such step
   */
  public Step step(StepId id) {
    return steps.stream()
        .filter(step -> step.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("the plan has no step " + id));
  }

  /** The approvals without which a step cannot begin, directly or through others. */
  public List<Approval> approvalsBefore(StepId id) {
    var earlier = Graph.before(id, steps);
    return steps.stream()
        .filter(step -> earlier.contains(step.id()))
        .flatMap(
            step -> step.work() instanceof Approval approval ? Stream.of(approval) : Stream.of())
        .toList();
  }

  /** How long the machines will take along the longest chain of steps; people are not included. */
  public Estimate estimate() {
    return CriticalPath.of(steps).estimate();
  }

  /** The canonical form: one plan has exactly one. */
  public Json.Obj toJson() {
    return PlanFormat.write(this);
  }

  /** The SHA-256 of the canonical form on one line: what is approved and pinned. */
  public Digest digest() {
    return Digest.of(toJson().compact());
  }

  /**
   * Reads a plan that was saved.
   *
   * @throws io.aegis.kernel.Failure.Refused if {@code text} is no plan, if it was changed by hand
   *     into one that cannot be walked, or if it has a kind of step that no module here knows
   */
  public static Plan parse(String text, StepCatalog catalog) {
    var plan = PlanFormat.read(text);
    catalog.requireAll(plan);
    return plan;
  }
}
