package io.aegis.cli.evidence;

import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.Answer;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Page;
import io.aegis.cli.frame.Session;
import io.aegis.cli.terminal.Table;
import io.aegis.kernel.HumanTime;
import io.aegis.kernel.Json;
import io.aegis.recovery.Execution;
import io.aegis.recovery.Executions.Listing;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;

/** {@code aegis evidence list}. */
@Command(
    name = "list",
    header = "List the executions that have ended, each with the head of its journal",
    description = {
      "",
      "The head is what a copy is compared with: keep it somewhere else, too. Exit code 3 if the",
      "journal of an execution cannot be read; it is named."
    },
    footer = {"aegis evidence list", "aegis evidence list -o ndjson"})
final class EvidenceList extends AegisCommand {

  EvidenceList(Session session) {
    super(session);
  }

  @Override
  protected ExitCode run() {
    try (var open = session().openRepository()) {
      var listing = open.executions(session().surroundings()).list();
      session().show(new Listed(listing));
      return listing.unreadable().isEmpty() ? ExitCode.OK : ExitCode.ITEMS_FAILED;
    }
  }

  private record Listed(Listing listing) implements Answer {
    private List<Execution> ended() {
      return listing.executions().stream().filter(one -> one.state().isFinal()).toList();
    }

    @Override
    public String kind() {
      return "EvidenceList";
    }

    @Override
    public Json.Obj json() {
      return Json.object()
          .with("evidence", Json.array(items()))
          .with(
              "unreadable",
              Json.texts(
                  listing.unreadable().stream().map(report -> report.headline()).toList()));
    }

    @Override
    public List<Json.Obj> items() {
      return ended().stream().map(Listed::json).toList();
    }

    private static Json.Obj json(Execution execution) {
      return Json.object()
          .with("execution", execution.id().value())
          .with("state", execution.state().name())
          .with("application", execution.plan().header().application().value())
          .with("declared", execution.clock().declared().toString())
          .with("ended", execution.clock().updated().toString())
          .with("headHash", execution.head().hash().hex());
    }

    @Override
    public void print(Page page) {
      var table = new Table("EXECUTION", "STATE", "APPLICATION", "ENDED", ">TOOK", "HEAD");
      for (var execution : ended()) {
        table.row(
            execution.id().value(),
            execution.state().name().toLowerCase(Locale.ROOT).replace('_', ' '),
            execution.plan().header().application().value(),
            page.time().full(execution.clock().updated()),
            HumanTime.of(execution.clock().elapsed()),
            execution.head().hash().hex().substring(0, 12));
      }
      page.table(table);
      listing.unreadable().forEach(report -> page.line(page.paint().red("! ") + report.headline()));
    }
  }
}
