package io.aegis.cli.execution;

import io.aegis.app.Persons;
import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.Consent;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Session;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import io.aegis.recovery.Execution;
import io.aegis.recovery.Executions.Request;
import io.aegis.recovery.RecoveryCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aegis execution cancel}. */
@Command(
    name = "cancel",
    header = "End an execution that has not ended",
    description = {
      "",
      "What was done stays as it is, unless --undo takes back what can be taken back. An execution",
      "that should go on later is stopped by Ctrl-C where it runs, not cancelled."
    },
    footer = {
      "aegis execution cancel rec-7f3a91c2 --reason \"wrong moment\"",
      "aegis execution cancel rec-7f3a91c2 --undo --now --yes --reason \"wrong moment\""
    })
final class ExecutionCancel extends AegisCommand {

  @Parameters(paramLabel = "<execution>", description = "As 'aegis execution list' shows it.")
  private String id = "";

  @Option(
      names = "--reason",
      paramLabel = "<text>",
      required = true,
      description = "Required. Why; kept in the evidence.")
  private String reason = "";

  @Option(names = "--undo", description = "Take back what can be taken back, the last step first.")
  private boolean undo;

  @Option(names = "--now", description = "Interrupt running steps instead of letting them end.")
  private boolean now;

  @Mixin
  private Consent consent = new Consent();

  ExecutionCancel(Session session) {
    super(session);
  }

  @Override
  protected ExitCode run() throws InterruptedException {
    var execution = Ids.execution(id);
    try (var open = session().openRepository()) {
      var executions = open.executions(session().surroundings());
      requireGoingOn(executions.show(execution));
      consent.require(session(), "This ends " + execution + " for good.", execution.value());
      executions.ask(
          execution,
          Persons.of(session().surroundings().account()),
          new Request.Stop(
              now ? Request.When.NOW : Request.When.AFTER_RUNNING_STEPS,
              undo ? Request.Then.CANCEL_AND_UNDO : Request.Then.CANCEL,
              reason));
      var ended = executions.show(execution);
      Lead.warnIfLeftRunning(session(), open, ended);
      session().show(new ExecutionPage(ended));
      return ExitCode.OK;
    }
  }

  /** Before anybody is asked whether it is meant. */
  private static void requireGoingOn(Execution execution) {
    if (execution.state().isFinal()) {
      throw new Failure.Refused(Report.of(
              RecoveryCode.EXECUTION_ENDED,
              execution.id() + " has ended, " + ExecutionWords.of(execution.state()))
          .next("aegis execution show " + execution.id()));
    }
  }
}
