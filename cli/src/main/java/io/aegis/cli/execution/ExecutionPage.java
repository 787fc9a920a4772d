package io.aegis.cli.execution;

import io.aegis.cli.frame.Answer;
import io.aegis.cli.frame.Page;
import io.aegis.cli.terminal.Table;
import io.aegis.kernel.HumanTime;
import io.aegis.kernel.Json;
import io.aegis.recovery.Execution;
import io.aegis.recovery.Execution.StepStatus;
import io.aegis.recovery.PlannedWrite;
import io.aegis.recovery.PlannedWrite.Sign;
import io.aegis.recovery.Step;
import io.aegis.recovery.StepState;
import java.util.List;
import java.util.Objects;

/** One execution: its steps, its clock, what went wrong, and what to type next. */
public record ExecutionPage(Execution execution) implements Answer {
  @Override
  public String kind() {
    return "Execution";
  }

  @Override
  public Json.Obj json() {
    var clock = execution.clock();
    var objectives = execution.plan().header().objectives();
    return Json.object()
        .with("execution", execution.id().value())
        .with("state", execution.state().name())
        .with("application", execution.plan().header().application().value())
        .with("environment", execution.plan().header().environment().value())
        .with("initiator", execution.initiator().account())
        .with("reason", execution.reason())
        .with("declared", clock.declared().toString())
        .with("elapsedMillis", clock.elapsed().toMillis())
        .with("machineMillis", clock.machine().toMillis())
        .with("peopleMillis", clock.people().toMillis())
        .with("rtoActualMillis", rtoActual())
        .with("rtoObjectiveMillis", objectives.rto().toMillis())
        .with("rpoObjectiveMillis", objectives.rpo().toMillis())
        .with("recoveryPoint", target("position"))
        .with("target", execution.plan().header().target())
        .with("evidence", "aegis execution show " + execution.id() + " --evidence")
        .with("dataDirectory", target("into"))
        .with("port", port())
        .with("planDigest", execution.plan().digest().hex())
        .with("exceptions", Json.texts(execution.exceptions()))
        .with("warnings", Json.texts(execution.warnings()))
        .with("steps", Json.array(execution.steps().stream().map(this::json).toList()));
  }

  /** Measured once it has succeeded; until then nobody knows. */
  private Json rtoActual() {
    return execution.state().isSuccess()
        ? Json.number(execution.clock().elapsed().toMillis())
        : new Json.Null();
  }

  private Json target(String name) {
    var value = execution.plan().header().target().find(name);
    return value == null ? new Json.Null() : value;
  }

  /** Where the recovered server takes connections, told by the step that opened it. */
  private Json port() {
    return execution.steps().stream()
        .map(status -> status.result().facts().find("port"))
        .filter(Objects::nonNull)
        .findFirst()
        .orElseGet(Json.Null::new);
  }

  private Json.Obj json(StepStatus status) {
    return Json.object()
        .with("id", status.id().value())
        .with("state", status.state().name())
        .with("attempt", status.attempt())
        .with("machineMillis", status.machine().toMillis())
        .with("detail", status.detail())
        .with("summary", status.result().summary())
        .with("facts", status.result().facts())
        .with("warnings", Json.texts(status.result().warnings()))
        .with("escalations", status.escalations())
        .with(
            "problems",
            Json.array(status.problems().stream()
                .map(problem -> Json.object()
                    .with("code", problem.code())
                    .with("what", problem.what())
                    .with("why", problem.why())
                    .with("safe", problem.safe())
                    .with("next", Json.texts(next(problem))))
                .toList()));
  }

  @Override
  public void print(Page page) {
    var header = execution.plan().header();
    page.line(page.paint().bold(execution.id() + "  " + ExecutionWords.of(execution.state()))
        + "  " + header.application() + "/" + header.environment()
        + ", started by " + execution.initiator() + " at "
        + page.time().full(execution.clock().declared()));
    var table = new Table("", "STEP", "TOOK", "");
    for (var step : execution.plan().steps()) {
      row(table, page, step);
    }
    page.table(table);
    execution.steps().stream()
        .filter(status -> !status.problems().isEmpty())
        .filter(status -> isOpen(status.state()) || wasGivenUp(status))
        .forEach(status -> problem(page, status));
    execution.steps().stream()
        .filter(status -> status.escalations() > 0 && status.state().waitsForPeople())
        .forEach(status -> page.line(page.paint().yellow("! ") + "step '" + status.id()
            + "' has waited for people since " + page.time().full(status.since())
            + "; that was said aloud"));
    execution.exceptions().forEach(line -> page.line(page.paint().red("! ") + line));
    execution.warnings().forEach(line -> page.line(page.paint().yellow("! ") + line));
    if (execution.state().isFinal() && !execution.state().isSuccess()) {
      stays(page);
    }
    clock(page);
    next(page);
  }

  private void row(Table table, Page page, Step step) {
    var status = execution.step(step.id());
    // What a step had done is no longer so once it was taken back, or was kept.
    boolean detailed = status.state() == StepState.CANCELED && !status.detail().isEmpty();
    String said = detailed || status.result().summary().isEmpty()
        ? status.detail()
        : status.result().summary();
    table.row(
        ExecutionWords.mark(status.state(), page.paint()),
        step.name(),
        status.machine().isZero() ? "" : HumanTime.of(status.machine()),
        said.isEmpty() ? ExecutionWords.of(status.state()) : said);
  }

  /** While it had failed; what a later attempt has brought to its end is no problem any more. */
  private static boolean wasGivenUp(StepStatus status) {
    return status.state() == StepState.CANCELED && status.result().summary().isEmpty();
  }

  private static boolean isOpen(StepState state) {
    return switch (state) {
      case FAILED, TIMED_OUT, FAILED_IGNORED, TIMED_OUT_IGNORED, UNKNOWN -> true;
      case NOT_STARTED,
          READY,
          RUNNING,
          PENDING_APPROVAL,
          PENDING_MANUAL,
          SUCCEEDED,
          SUCCEEDED_WITH_WARNING,
          SKIPPED,
          DISABLED,
          CANCELED -> false;
    };
  }

  private void problem(Page page, StepStatus status) {
    var problem = status.problems().getLast();
    page.line(page.paint().red(problem.code()) + "  " + status.id() + ": " + problem.what());
    if (!problem.why().isEmpty()) {
      page.line("  why:  " + problem.why());
    }
    page.line("  safe: " + problem.safe());
    if (!execution.state().isFinal()) { // else there is nothing left that could be gone on with
      page.line("  next: " + String.join("\n        ", next(problem)));
    }
  }

  /** By the plan, since a step that failed, or was killed, reported nothing. */
  private void stays(Page page) {
    var left = new Table("", "", "", "");
    var gone = execution.plan().steps().stream()
        .filter(step -> execution.step(step.id()).isTakenBack())
        .flatMap(step -> step.writes().stream())
        .map(PlannedWrite::object)
        .toList(); // whoever else was to write there, too, is taken along
    for (var step : execution.plan().steps()) {
      step.writes().stream()
          .filter(write -> execution.step(step.id()).attempt() > 0)
          .filter(write -> write.sign() != Sign.LOOK && !gone.contains(write.object()))
          .forEach(write -> left.row(
              " ", String.valueOf(write.sign().mark()), write.object(), made(step, write)));
    }
    if (!left.isEmpty()) {
      page.line("What was done and not taken back stays as it is:");
      page.table(left);
    }
  }

  private String made(Step step, PlannedWrite write) {
    var summary = execution.step(step.id()).result().summary();
    return summary.isEmpty() ? "may have been begun: " + write.detail() : summary;
  }

  /** A step does not know of which execution it is one. */
  private List<String> next(Execution.Problem problem) {
    return problem.next().stream()
        .map(line -> line.replace("<execution>", execution.id().value()))
        .toList();
  }

  private void clock(Page page) {
    var clock = execution.clock();
    var goal = execution.plan().header().objectives().rto();
    String verdict = clock.elapsed().compareTo(goal) > 0 ? page.paint().red("MISS") : "ok";
    page.line("Elapsed " + HumanTime.of(clock.elapsed()) + " of goal " + HumanTime.of(goal) + " "
        + verdict + "  (machines " + HumanTime.of(clock.machine()) + ", people "
        + HumanTime.of(clock.people()) + ")");
  }

  private void next(Page page) {
    if (execution.state().isSuccess() && port() instanceof Json.Num(var port)) {
      page.line("next: protect it; in aegis.yaml set what speaks of the lost one:");
      page.line("        database.data-directory: " + text(target("into")));
      page.line("        database.port: " + port.toPlainString());
      page.line("      aegis doctor");
      page.line("      aegis wal stream    (in a terminal of its own, or as a service)");
      page.line("      aegis backup");
    }
    var commands = commands();
    for (int i = 0; i < commands.size(); i++) {
      page.line((i == 0 ? "next: " : "      ") + commands.get(i));
    }
  }

  private static String text(Json value) {
    return value instanceof Json.Str(String text) ? text : value.toString();
  }

  /** Work by hand is confirmed by whoever did it; an approval is somebody else's. */
  private String who() {
    boolean isByHand = execution.steps().stream()
        .filter(status -> status.state().waitsForPeople())
        .allMatch(status -> execution.plan().step(status.id()).work() instanceof Step.Work.Manual);
    return isByHand ? "when it is done" : "somebody other than " + execution.initiator();
  }

  /** What can be typed in this state, the best one first. */
  List<String> commands() {
    return switch (execution.state()) {
      case PENDING_APPROVAL ->
        List.of(
            "aegis approve " + execution.id() + "   (" + who() + ")",
            "aegis resume " + execution.id());
      case PENDING, RUNNING, VALIDATING, PAUSED_BY_FAILED_STEP, PAUSED_BY_OPERATOR ->
        List.of(
            "aegis resume " + execution.id(),
            "aegis execution cancel " + execution.id() + " --reason \"…\"");
      case COMPLETED, COMPLETED_WITH_EXCEPTIONS -> List.of();
      case FAILED, CANCELED, TIMED_OUT -> List.of("aegis plan");
    };
  }
}
