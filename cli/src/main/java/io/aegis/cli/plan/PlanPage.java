package io.aegis.cli.plan;

import io.aegis.cli.frame.Answer;
import io.aegis.cli.frame.Page;
import io.aegis.cli.terminal.Paint;
import io.aegis.cli.terminal.Table;
import io.aegis.kernel.HumanTime;
import io.aegis.kernel.Json;
import io.aegis.postgres.Lsn;
import io.aegis.recovery.Plan;
import io.aegis.recovery.PlannedWrite;
import io.aegis.recovery.PlannedWrite.Sign;
import io.aegis.recovery.Step;
import io.aegis.recovery.Step.Work;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A plan, with every write it will do. */
record PlanPage(Plan plan) implements Answer {
  @Override
  public String kind() {
    return "Plan";
  }

  @Override
  public Json.Obj json() {
    return Json.object().with("digest", plan.digest().hex()).with("plan", plan.toJson());
  }

  @Override
  public void print(Page page) {
    var header = plan.header();
    page.line("Recovery plan for " + header.application() + "/" + header.environment() + ", "
        + header.scenario().label());
    header
        .target()
        .members()
        .forEach((name, value) -> page.line(
            "  " + name + ": " + (value instanceof Json.Str(var text) ? text : value.compact())));
    betweenPositions(header.target()).ifPresent(line -> page.line("  " + line));
    page.blank();
    var steps = plan.steps();
    for (int i = 0; i < steps.size(); i++) {
      step(page, i + 1, steps.get(i));
    }
    page.blank().line(count());
    page.line("Estimate: " + plan.estimate().words() + "; goal "
        + HumanTime.of(header.objectives().rto()) + ".");
    plan.warnings().forEach(warning -> page.line(page.paint().yellow("! ") + warning));
  }

  /** Where a position was asked for, replay ends behind the last transaction before it. */
  private static Optional<String> betweenPositions(Json.Obj target) {
    return position(target, "to")
        .flatMap(asked -> position(target, "position")
            .filter(end -> end.isBefore(asked))
            .map(end -> "No transaction ended between " + end + " and " + asked
                + ": replay ends at the former."));
  }

  private static Optional<Lsn> position(Json.Obj target, String name) {
    return target.find(name) instanceof Json.Str(var text) ? Lsn.find(text) : Optional.empty();
  }

  private void step(Page page, int number, Step step) {
    String after = step.after().stream()
        .map(id -> Integer.toString(numberOf(id.value())))
        .collect(Collectors.joining(","));
    page.line(String.format("%4d ", number) + sign(step, page.paint()) + " " + step.name()
        + (after.isEmpty() ? "" : page.paint().faint("  after " + after)));
    var writes = new Table("", "", "", "");
    for (var write : step.writes()) {
      writes.row("      ", paint(write.sign(), page.paint()), write.object(), write.detail());
    }
    if (!writes.isEmpty()) {
      writes.lines().forEach(line -> page.line(line.replaceAll("\\s*–$", "")));
    }
  }

  private int numberOf(String id) {
    var ids = plan.steps().stream().map(step -> step.id().value()).toList();
    return ids.indexOf(id) + 1;
  }

  private static String sign(Step step, Paint paint) {
    return switch (step.work()) {
      case Work.Action _ -> paint(strongest(step.writes()), paint);
      case Work.Check _ -> "?";
      case Work.Approval approval ->
        approval.needed() == 0
            ? "· not asked for:"
            : paint.yellow("approval by " + approval.needed() + " " + approval.role() + ":");
      case Work.Manual _ -> paint.yellow("by hand:");
      case Work.Wait _ -> "wait";
    };
  }

  private static Sign strongest(List<PlannedWrite> writes) {
    for (var sign : List.of(Sign.REMOVE, Sign.CHANGE, Sign.CREATE)) {
      if (writes.stream().anyMatch(write -> write.sign() == sign)) {
        return sign;
      }
    }
    return Sign.LOOK;
  }

  private static String paint(Sign sign, Paint paint) {
    String mark = String.valueOf(sign.mark());
    return switch (sign) {
      case CREATE -> paint.green(mark);
      case CHANGE -> paint.yellow(mark);
      case REMOVE -> paint.red(mark);
      case LOOK -> mark;
    };
  }

  private String count() {
    return "Plan: " + count(Sign.CREATE) + " to create, " + count(Sign.CHANGE) + " to change, "
        + count(Sign.REMOVE) + " to destroy.";
  }

  private long count(Sign sign) {
    return plan.steps().stream()
        .flatMap(step -> step.writes().stream())
        .filter(write -> write.sign() == sign)
        .count();
  }
}
