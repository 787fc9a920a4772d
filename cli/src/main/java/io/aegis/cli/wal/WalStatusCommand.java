package io.aegis.cli.wal;

import io.aegis.app.Holdings;
import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.Answer;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Page;
import io.aegis.cli.frame.Session;
import io.aegis.cli.terminal.Table;
import io.aegis.kernel.Json;
import io.aegis.postgres.Moments.LogStatus;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code aegis wal status}. */
@Command(
    name = "status",
    header = "How far the log is durable, on every timeline",
    description = {"", "Read from the repository alone. Exit code 4 if none has arrived yet."},
    footer = {"aegis wal status", "aegis wal status --json"})
final class WalStatusCommand extends AegisCommand {

  WalStatusCommand(Session session) {
    super(session);
  }

  @Override
  protected ExitCode run() {
    try (var holdings =
        Holdings.open(session().settings().essentials(), session().outside())) {
      var log = holdings.moments().log();
      var warnings = holdings.warnings(log.warnings());
      warnings.forEach(session()::warn);
      session().show(new Logs(log.timelines(), warnings));
      return log.timelines().isEmpty() ? ExitCode.OBJECTIVE_MISSED : ExitCode.OK;
    }
  }

  private record Logs(List<LogStatus> logs, List<String> warnings) implements Answer {
    @Override
    public String kind() {
      return "WalStatus";
    }

    @Override
    public Json.Obj json() {
      return Json.object()
          .with("timelines", Json.array(items()))
          .with("warnings", Json.texts(warnings));
    }

    @Override
    public List<Json.Obj> items() {
      return logs.stream()
          .map(log -> Json.object()
              .with("incarnation", log.branch().incarnation().value())
              .with("timeline", log.branch().timeline().id())
              .with("durable", log.durable().toString())
              .with("asOf", log.asOf().toString()))
          .toList();
    }

    @Override
    public void print(Page page) {
      if (logs.isEmpty()) {
        page.line("No log has arrived yet. Next: aegis wal stream");
        return;
      }
      var table = new Table("INCARNATION", "TIMELINE", "DURABLE TO", "AS OF");
      for (var log : logs) {
        table.row(
            log.branch().incarnation().value(),
            log.branch().timeline().toString(),
            log.durable().toString(),
            page.time().full(log.asOf()) + " (" + page.time().ago(log.asOf()) + ")");
      }
      page.table(table);
    }
  }
}
