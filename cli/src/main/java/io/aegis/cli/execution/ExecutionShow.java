package io.aegis.cli.execution;

import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Session;
import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Report;
import io.aegis.recovery.Execution;
import io.aegis.recovery.Executions;
import io.aegis.recovery.Plan;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aegis execution show}. */
@Command(
    name = "show",
    header = "Show one execution: steps, clock, what went wrong, what to type next",
    footer = {
      "aegis execution show rec-7f3a91c2",
      "aegis execution show rec-7f3a91c2 --json",
      "aegis execution show rec-7f3a91c2 --evidence > evidence.json"
    })
final class ExecutionShow extends AegisCommand {

  @Parameters(paramLabel = "<execution>", description = "As 'aegis execution list' shows it.")
  private String id = "";

  @Option(
      names = "--evidence",
      description = "Print the evidence bundle instead: everything it did and measured.")
  private boolean evidence;

  ExecutionShow(Session session) {
    super(session);
  }

  @Override
  protected ExitCode run() {
    try (var open = session().openRepository()) {
      var executions = open.executions(session().surroundings());
      var execution = Ids.execution(id);
      if (evidence) {
        session()
            .terminal()
            .out()
            .println(executions.evidence(execution).document().pretty());
      } else {
        var shown = executions.show(execution);
        Lead.warnIfAbandoned(session(), executions, shown);
        warnIfFollowed(shown, executions);
        Lead.warnIfLeftRunning(session(), open, shown);
        session().show(new ExecutionPage(shown));
      }
      return ExitCode.OK;
    }
  }

  /** Which of the copies is in use, nobody knows here. */
  private void warnIfFollowed(Execution shown, Executions executions) {
    if (!shown.state().isSuccess()) {
      return;
    }
    try {
      var all = executions.listAfter(shown);
      all.unreadable().forEach(report -> warnOfUnknown(shown, report));
      successor(shown, all.executions())
          .ifPresent(later -> session()
              .warn(later.id() + " recovered the same database again: what is said of "
                  + shown.id() + " is as of its end, and what to do next is right only if this"
                  + " copy is the one in use"));
    } catch (Damaged e) { // another's, and no reason to hide this one
      warnOfUnknown(shown, e.report());
    }
  }

  private void warnOfUnknown(Execution shown, Report why) {
    session()
        .warn("whether the database was recovered again since " + shown.id() + " cannot be told: "
            + why.headline());
  }

  /** The recovery of the same database that succeeded last, of those that came later. */
  static Optional<Execution> successor(Execution shown, List<Execution> newestFirst) {
    var header = shown.plan().header();
    return newestFirst.stream()
        .filter(one -> one.state().isSuccess())
        .filter(one -> one.plan().header().environment().equals(header.environment()))
        .filter(one -> one.plan().header().purpose() == Plan.Purpose.RECOVERY)
        .findFirst();
  }
}
