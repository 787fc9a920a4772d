package io.aegis.cli.point;

import io.aegis.app.Holdings;
import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Session;
import picocli.CommandLine.Command;

/** {@code aegis status}. */
@Command(
    name = "status",
    header = "What is protected, recoverable to when, proven when",
    description = {
      "",
      "Read from the repository alone: it works when the database, the server and this machine's",
      "predecessor are gone. Exit code 4 if an objective is missed, or if nobody can tell which",
      "moment is the latest one."
    },
    footer = {"aegis status", "aegis status --json"})
public final class StatusCommand extends AegisCommand {
  public StatusCommand(Session session) {
    super(session);
  }

  @Override
  protected ExitCode run() {
    try (var holdings =
        Holdings.open(session().settings().essentials(), session().outside())) {
      var survey = holdings.moments().survey();
      var warnings = holdings.warnings(survey.warnings());
      warnings.forEach(session()::warn);
      var status = new StatusPage(
          holdings.essentials(),
          survey,
          warnings,
          Grades.in(holdings.repository().repository().records()),
          holdings.unended(),
          session().time().now());
      session().show(status);
      return status.isMissed() ? ExitCode.OBJECTIVE_MISSED : ExitCode.OK;
    }
  }
}
