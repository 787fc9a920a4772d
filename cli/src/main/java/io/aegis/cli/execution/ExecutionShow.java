package io.aegis.cli.execution;

import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Session;
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
        session().show(new ExecutionPage(shown));
      }
      return ExitCode.OK;
    }
  }
}
