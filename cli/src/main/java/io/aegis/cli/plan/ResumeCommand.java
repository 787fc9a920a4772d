package io.aegis.cli.plan;

import io.aegis.app.Application;
import io.aegis.cli.execution.Ids;
import io.aegis.cli.execution.Lead;
import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Session;
import io.aegis.recovery.Executions.Patience;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aegis resume}. */
@Command(
    name = "resume",
    header = "Go on with an interrupted execution",
    description = {
      "",
      "The world is asked how far each unfinished step came before anything is done again. Steps",
      "that failed are tried again."
    },
    footer = {"aegis resume rec-7f3a91c2", "aegis resume rec-7f3a91c2 --wait"})
public final class ResumeCommand extends AegisCommand {

  @Parameters(paramLabel = "<execution>", description = "As 'aegis execution list' shows it.")
  private String id = "";

  @Option(
      names = "--wait",
      description = "Wait for approvals; the default on a terminal, but not in a script.")
  private boolean wait;

  @Option(
      names = "--as-planned",
      description = "For root: run the programs and use the places that the plan names, although"
          + " this aegis.yaml names others.")
  private boolean asPlanned;

  public ResumeCommand(Session session) {
    super(session);
  }

  @Override
  protected ExitCode run() throws InterruptedException {
    var execution = Ids.execution(id);
    var configuration = session().settings().configuration();
    try (var application = Application.open(configuration, session().outside())) {
      var executions = application.executions();
      var begun = executions.show(execution);
      if (!begun.state().isFinal()) {
        application.requirePolicy(begun);
        if (!asPlanned) {
          application.requireFamiliar(begun.plan());
        }
      }
      return new Lead(session(), executions).run(execution, patience());
    }
  }

  private Patience patience() {
    return wait ? Patience.WAIT_FOR_PEOPLE : Lead.usualPatience(session());
  }
}
