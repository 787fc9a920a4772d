package io.aegis.cli.wal;

import io.aegis.app.Holdings;
import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.Answer;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Page;
import io.aegis.cli.frame.Session;
import io.aegis.cli.point.MomentWords;
import io.aegis.cli.terminal.Table;
import io.aegis.kernel.Json;
import io.aegis.postgres.RestorableWindow.Hole;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** {@code aegis wal gaps}. */
@Command(
    name = "gaps",
    header = "Log that is missing, and which snapshots cannot get past it",
    description = {"", "Exit code 3 if there is any."},
    footer = {"aegis wal gaps", "aegis wal gaps --json"})
final class WalGapsCommand extends AegisCommand {

  WalGapsCommand(Session session) {
    super(session);
  }

  @Override
  protected ExitCode run() {
    try (var holdings =
        Holdings.open(session().settings().essentials(), session().outside())) {
      var survey = holdings.moments().survey();
      var holes = survey.window().holes();
      session().show(new Gaps(holes, survey.openHoles().isEmpty()));
      return holes.isEmpty() ? ExitCode.OK : ExitCode.ITEMS_FAILED;
    }
  }

  /**
   * What is missing.
   *
   * @param isPassed whether there is a snapshot behind each of them
   */
  private record Gaps(List<Hole> holes, boolean isPassed) implements Answer {
    @Override
    public String kind() {
      return "WalGaps";
    }

    @Override
    public Json.Obj json() {
      return Json.object().with("gaps", Json.array(items()));
    }

    @Override
    public List<Json.Obj> items() {
      return holes.stream().map(MomentWords::json).toList();
    }

    @Override
    public void print(Page page) {
      if (holes.isEmpty()) {
        page.line("No log is missing.");
        return;
      }
      var table = new Table("TIMELINE", "FROM", "TO", "WHY", "SNAPSHOTS THAT CANNOT GET PAST");
      for (var hole : holes) {
        table.row(
            hole.branch().timeline().toString(),
            hole.from().toString(),
            hole.to().toString(),
            hole.reason(),
            hole.affected().stream()
                .map(base -> base.id().value())
                .collect(Collectors.joining(", ")));
      }
      page.table(table)
          .blank()
          .line(
              isPassed
                  ? "Behind each there is a snapshot; moments from there on can be recovered."
                  : "next: aegis backup   (moments after the gap need it)");
    }
  }
}
