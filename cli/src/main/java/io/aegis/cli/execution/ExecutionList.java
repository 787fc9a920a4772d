package io.aegis.cli.execution;

import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.Answer;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Page;
import io.aegis.cli.frame.Session;
import io.aegis.cli.terminal.Table;
import io.aegis.kernel.HumanTime;
import io.aegis.kernel.Json;
import io.aegis.recovery.Executions;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code aegis execution list}. */
@Command(
    name = "list",
    header = "List executions, the newest first",
    description = {"", "Exit code 3 if the journal of one cannot be read; it is named."},
    footer = {"aegis execution list", "aegis execution list -o ndjson"})
final class ExecutionList extends AegisCommand {

  ExecutionList(Session session) {
    super(session);
  }

  @Override
  protected ExitCode run() {
    try (var open = session().openRepository()) {
      var executions = open.executions(session().surroundings());
      var listing = executions.list();
      listing.executions().forEach(each -> Lead.warnIfAbandoned(session(), executions, each));
      session().show(new Listed(listing));
      return listing.unreadable().isEmpty() ? ExitCode.OK : ExitCode.ITEMS_FAILED;
    }
  }

  private record Listed(Executions.Listing listing) implements Answer {
    @Override
    public String kind() {
      return "Executions";
    }

    @Override
    public Json.Obj json() {
      return Json.object()
          .with("executions", Json.array(items()))
          .with(
              "unreadable",
              Json.texts(
                  listing.unreadable().stream().map(report -> report.headline()).toList()));
    }

    @Override
    public List<Json.Obj> items() {
      return listing.executions().stream()
          .map(execution -> new ExecutionPage(execution).json())
          .toList();
    }

    @Override
    public void print(Page page) {
      var table =
          new Table("EXECUTION", "STATE", "APPLICATION", "STARTED BY", "DECLARED", ">ELAPSED");
      for (var execution : listing.executions()) {
        table.row(
            execution.id().value(),
            ExecutionWords.of(execution.state()),
            execution.plan().header().application().value(),
            execution.initiator().account(),
            page.time().full(execution.clock().declared()),
            HumanTime.of(execution.clock().elapsed()));
      }
      page.table(table);
      listing.unreadable().forEach(report -> page.line(page.paint().red("! ") + report.headline()));
    }
  }
}
