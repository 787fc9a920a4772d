package io.aegis.cli.everyday;

import io.aegis.app.Persons;
import io.aegis.cli.CliCode;
import io.aegis.cli.execution.ExecutionPage;
import io.aegis.cli.execution.Ids;
import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Session;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import io.aegis.recovery.Execution;
import io.aegis.recovery.Execution.StepStatus;
import io.aegis.recovery.Executions.Request;
import io.aegis.recovery.Person.Role;
import io.aegis.recovery.Step;
import io.aegis.recovery.Step.Work;
import io.aegis.recovery.StepId;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aegis approve}. */
@Command(
    name = "approve",
    header = "Decide a waiting approval, or say that work by hand is done",
    description = {
      "",
      "You are the account of the operating system, user@host. Whoever started an execution never",
      "counts as its approver; work by hand is confirmed by whoever did it. --break-glass goes on",
      "without approvers; it is recorded as an exception."
    },
    footer = {
      "aegis approve rec-7f3a91c2",
      "aegis approve rec-7f3a91c2 --comment \"checked the order table with sales\"",
      "aegis approve rec-7f3a91c2 --decline \"wrong moment: orders of 13:50 are missing\"",
      "aegis approve rec-7f3a91c2 --break-glass \"nobody else is reachable\""
    })
public final class ApproveCommand extends AegisCommand {

  @Parameters(paramLabel = "<execution>", description = "As 'aegis execution list' shows it.")
  private String id = "";

  @Option(
      names = "--step",
      paramLabel = "<step>",
      description = "Which approval, where several wait.")
  private @Nullable String step;

  @ArgGroup
  private Decision decision = new Decision();

  /** Yes, no, or forced; a plain call is yes. */
  static final class Decision {
    @Option(
        names = "--comment",
        paramLabel = "<text>",
        description = "Approve, and say what you looked at.")
    private @Nullable String comment;

    @Option(
        names = "--decline",
        paramLabel = "<reason>",
        description = "Say no; pauses the execution.")
    private @Nullable String decline;

    @Option(
        names = "--break-glass",
        paramLabel = "<reason>",
        description = "Go on without the approvers; an exception.")
    private @Nullable String breakGlass;

    private String words() {
      if (decline != null) {
        return " declines";
      }
      return breakGlass != null ? " goes on without approval of" : " agrees to";
    }

    // What was typed decides, and only a plain yes depends on what waits: a no that became a yes
    // would say of a primary that still runs that it is down.
    Request about(StepId waiting, Optional<Work> work) {
      if (decline != null) {
        return new Request.Decline(waiting, decline);
      }
      if (breakGlass != null) {
        return new Request.BreakGlass(waiting, breakGlass);
      }
      String said = comment == null ? "" : comment;
      return work.filter(Work.Manual.class::isInstance).isPresent()
          ? new Request.Confirm(waiting, said)
          : new Request.Approve(waiting, said);
    }
  }

  public ApproveCommand(Session session) {
    super(session);
  }

  @Override
  protected ExitCode run() throws InterruptedException {
    var name = Ids.execution(id);
    try (var open = session().openRepository()) {
      var executions = open.executions(session().surroundings());
      var execution = executions.show(name);
      var waiting = waiting(execution);
      var work = work(execution, waiting);
      var person = Persons.deciding(session().surroundings().account(), role(work));
      executions.ask(name, person, decision.about(waiting, work));
      session().show(new ExecutionPage(executions.show(name)));
      session()
          .remark("it is written down that " + person.account() + decision.words() + " step '"
              + waiting + "'; who leads the execution acts on it, otherwise: aegis resume " + name);
      return ExitCode.OK;
    }
  }

  private StepId waiting(Execution execution) {
    if (step != null) {
      return Ids.step(step);
    }
    var waiting = execution.steps().stream()
        .filter(status -> status.state().waitsForPeople())
        .map(StepStatus::id)
        .toList();
    if (waiting.size() == 1) {
      return waiting.getFirst();
    }
    if (waiting.isEmpty()) {
      throw new Failure.Refused(
          Report.of(CliCode.USAGE, "nothing in " + execution.id() + " waits for a decision")
              .safe("nothing was decided")
              .next("aegis execution show " + execution.id()));
    }
    throw new Failure.Refused(Report.of(CliCode.USAGE, "which step of " + execution.id() + "?")
        .why("these wait: " + waiting.stream().map(StepId::value).collect(Collectors.joining(", ")))
        .safe("nothing was decided")
        .next(
            "aegis execution show " + execution.id(),
            "aegis approve " + execution.id() + " --step <step>"));
  }

  /** Empty for a step that the plan does not have, which is refused with the words of the rules. */
  private static Optional<Work> work(Execution execution, StepId waiting) {
    return execution.plan().steps().stream()
        .filter(step -> step.id().equals(waiting))
        .map(Step::work)
        .findFirst();
  }

  private static Set<Role> role(Optional<Work> work) {
    return work.orElse(null) instanceof Work.Approval approval ? Set.of(approval.role()) : Set.of();
  }
}
