package io.aegis.postgres.loss;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Json;
import io.aegis.kernel.Report;
import io.aegis.postgres.DatabaseLoss.Approval;
import io.aegis.postgres.loss.LossSteps.Forecast;
import io.aegis.postgres.loss.LossSteps.Tests;
import io.aegis.postgres.steps.PostgresStep;
import io.aegis.postgres.steps.StepTypes;
import io.aegis.recovery.Plan;
import io.aegis.recovery.RecoveryCode;
import io.aegis.recovery.Scenario;
import io.aegis.recovery.Step;
import io.aegis.recovery.Step.Work;
import io.aegis.recovery.StepType;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A plan that lay in a file or in a journal, where whoever could write there could change it: a
 * step cut out, the order turned round, something else shown than is done. It is made again from
 * what its own steps hold, and has to come out as it is.
 */
final class KeptPlan {
  private static final Pattern SIZE =
      Pattern.compile("([0-9.]+ [KMGTPE]?i?B)" + LossSteps.SOURCE + ".*");

  private final Plan plan;
  private final StepTypes types;

  KeptPlan(Plan plan, StepTypes types) {
    this.plan = plan;
    this.types = types;
  }

  /**
   * @throws Refused if it is not, to the last word, what Aegis makes of what it holds
   */
  void require() {
    if (plan.header().scenario() != Scenario.DATABASE_LOSS) {
      throw changed("it says that its scenario is " + plan.header().scenario().label());
    }
    var made = legible();
    var wanted = made.make(types);
    var kept = plan.steps();
    for (int i = 0; i < Math.max(wanted.size(), kept.size()); i++) {
      if (i >= wanted.size() || i >= kept.size()) {
        throw changed(words(kept) + " are its steps, not " + words(wanted));
      }
      require(kept.get(i), wanted.get(i));
    }
    plan.header().target().members().forEach(KeptPlan::requireShown);
    var shown = LossSteps.shown(plan.header().target(), made.job());
    if (!shown.equals(plan.header().target())) {
      throw changed("it shows another target than its steps have: " + shown.compact());
    }
  }

  /** A line of its own in a plan, that nobody made, could say anything. */
  private static void requireShown(String name, Json value) {
    boolean plain =
        value instanceof Json.Str(var text) && text.chars().noneMatch(Character::isISOControl);
    if (!plain || !LossSteps.SHOWN.contains(name)) {
      throw changed("it shows something else of its target than a plan does: '"
          + name.replaceAll("\\p{Cntrl}", "?") + "'");
    }
  }

  /** Numbers that nothing can have, such as a size below zero, are nobody's but an editor's. */
  private LossSteps legible() {
    try {
      var made = again();
      made.make(types);
      return made;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw changed(String.valueOf(e.getMessage()));
    }
  }

  private LossSteps again() {
    var promote = one(types.promote());
    var verify = one(types.verify());
    var restore = step("restore");
    var approve = step("approve-promotion");
    if (!(approve.work() instanceof Work.Approval(var _, var role, var needed, var _))) {
      throw changed("its step 'approve-promotion' asks nobody");
    }
    return new LossSteps(
        promote.job(),
        promote.primary(),
        new Tests(
            verify.invariants(),
            verify.limit(),
            Payloads.first(plan, types.smoke()).map(PostgresStep.Smoke::test)),
        new Approval(role, needed, restore.care().owner()),
        new Forecast(size(restore), restore.estimate(), step("replay").estimate()));
  }

  private <P> P one(StepType<P> type) {
    var found = Payloads.all(plan, type);
    if (found.size() != 1) {
      throw changed("it has " + found.size() + " steps of kind '" + type.kind() + "', not one");
    }
    return found.getFirst();
  }

  private Step step(String id) {
    return plan.steps().stream()
        .filter(step -> step.id().value().equals(id))
        .findFirst()
        .orElseThrow(() -> changed("it has no step '" + id + "'"));
  }

  /** The one thing that is shown and that no payload says; empty for anything but a size. */
  private static String size(Step restore) {
    return restore.writes().stream()
        .map(write -> SIZE.matcher(write.detail()))
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1))
        .findFirst()
        .orElse("");
  }

  private void require(Step kept, Step wanted) {
    if (!kept.id().equals(wanted.id())) {
      throw changed("its step '" + kept.id() + "' stands where '" + wanted.id() + "' belongs");
    }
    differs(kept, "waits for", kept.after(), wanted.after());
    differs(kept, "is called", kept.name(), wanted.name());
    differs(kept, "is run as", kept.care(), wanted.care());
    differs(kept, "is shown as", kept.writes(), wanted.writes());
    if (!normal(kept).equals(wanted)) {
      throw changed("its step '" + kept.id() + "' does something else than the others are for");
    }
  }

  private static void differs(Step step, String what, Object kept, Object wanted) {
    if (!kept.equals(wanted)) {
      throw changed("its step '" + step.id() + "' " + what + " " + kept + ", not " + wanted);
    }
  }

  /** What is left out, or is more than is read, makes no difference to what is done. */
  private Step normal(Step step) {
    return new Step(
        step.id(),
        step.name(),
        step.phase(),
        step.after(),
        work(step),
        step.care(),
        step.estimate(),
        step.writes());
  }

  private Work work(Step step) {
    return switch (step.work()) {
      case Work.Action(var payload) -> new Work.Action(again(payload));
      case Work.Check(var payload, var subject) -> new Work.Check(again(payload), subject);
      case Work.Approval approval -> approval;
      case Work.Manual manual -> manual;
      case Work.Wait wait -> wait;
    };
  }

  private StepType.Payload again(StepType.Payload payload) {
    return types.all().stream()
        .filter(type -> type.kind().equals(payload.kind()) && type.version() == payload.version())
        .findFirst()
        .map(type -> again(type, payload))
        .orElse(payload);
  }

  private static <P> StepType.Payload again(StepType<P> type, StepType.Payload payload) {
    return type.payload(type.codec().decode(payload.content()));
  }

  private static String words(List<Step> steps) {
    return String.join(", ", steps.stream().map(step -> step.id().value()).toList());
  }

  private static Refused changed(String why) {
    return new Refused(Report.of(
            RecoveryCode.PLAN_NOT_READABLE,
            "the plan was made by another Aegis, or changed by hand")
        .why(why)
        .safe("nothing was done")
        .next(
            "make it again: aegis plan -O <file>",
            "if it was begun: aegis execution cancel <execution> --reason \"…\""));
  }
}
