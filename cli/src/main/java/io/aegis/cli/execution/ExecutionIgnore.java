package io.aegis.cli.execution;

import io.aegis.app.Persons;
import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Session;
import io.aegis.recovery.Executions.Request;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aegis execution ignore}. */
@Command(
    name = "ignore",
    header = "Let an execution go on past a step that failed",
    description = {
      "",
      "For damage that the database had before it was lost, or an index that is to be built anew:",
      "what the step found stays in the evidence, the execution ends with an exception, and",
      "nothing counts as verified. A failed check of the data is ignored by somebody else than who",
      "started the execution. What people were asked about, such as the promotion, is not passed",
      "over by anybody."
    },
    footer = {"aegis execution ignore rec-7f3a91c2 --step verify --reason \"a rotten page of 2019\""
    })
final class ExecutionIgnore extends AegisCommand {

  @Parameters(paramLabel = "<execution>", description = "As 'aegis execution list' shows it.")
  private String id = "";

  @Option(
      names = "--step",
      paramLabel = "<step>",
      required = true,
      description = "Required. Which step: the word behind the code of what it failed with, in"
          + " 'aegis execution show', such as verify.")
  private String step = "";

  @Option(
      names = "--reason",
      paramLabel = "<text>",
      required = true,
      description = "Required. Why; kept in the evidence.")
  private String reason = "";

  ExecutionIgnore(Session session) {
    super(session);
  }

  @Override
  protected ExitCode run() throws InterruptedException {
    var execution = Ids.execution(id);
    var failed = Ids.step(step);
    try (var open = session().openRepository()) {
      var executions = open.executions(session().surroundings());
      var decider = executions.show(execution).plan().header().exceptions();
      var person = Persons.deciding(session().surroundings().account(), Set.of(decider));
      executions.ask(execution, person, new Request.Ignore(failed, reason));
      session().show(new ExecutionPage(executions.show(execution)));
      session()
          .remark("it is written down that " + person.account() + " ignores that step '" + failed
              + "' failed; next: aegis resume " + execution);
      return ExitCode.OK;
    }
  }
}
