package io.aegis.cli.point;

import static java.time.temporal.ChronoUnit.SECONDS;

import io.aegis.app.Holdings;
import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.Answer;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Page;
import io.aegis.cli.frame.Session;
import io.aegis.cli.terminal.Table;
import io.aegis.kernel.Json;
import io.aegis.postgres.BaseBackup;
import io.aegis.postgres.Moments.Survey;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.RestorableWindow;
import io.aegis.postgres.RestorableWindow.Span;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code aegis points}. */
@Command(
    name = "points",
    header = "Recovery points and the restorable window",
    description = {
      "",
      "The window is a union: log can be missing in between. Every moment inside can be asked for",
      "with 'aegis plan --to'; a grade says how much a snapshot has proved."
    },
    footer = {"aegis points", "aegis points --json"})
public final class PointsCommand extends AegisCommand {

  public PointsCommand(Session session) {
    super(session);
  }

  @Override
  protected ExitCode run() {
    try (var holdings =
        Holdings.open(session().settings().essentials(), session().outside())) {
      var survey = holdings.moments().survey();
      var warnings = holdings.warnings(survey.warnings());
      warnings.forEach(session()::warn);
      var grades = Grades.in(holdings.repository().repository().records());
      session().show(new Points(survey, grades, warnings));
      return ExitCode.OK;
    }
  }

  private record Points(Survey survey, Grades grades, List<String> warnings) implements Answer {
    private List<BaseBackup> snapshots() {
      return survey.snapshots();
    }

    private RestorableWindow window() {
      return survey.window();
    }

    @Override
    public String kind() {
      return "Points";
    }

    @Override
    public Json.Obj json() {
      return Json.object()
          .with("snapshots", Json.array(snapshots().stream().map(grades::json).toList()))
          .with(
              "window",
              Json.array(window().spans().stream().map(MomentWords::json).toList()))
          .with(
              "holes",
              Json.array(window().holes().stream().map(MomentWords::json).toList()))
          .with("lost", Json.array(survey.lost().stream().map(MomentWords::json).toList()))
          .with("warnings", Json.texts(warnings));
    }

    @Override
    public List<Json.Obj> items() {
      return snapshots().stream().map(grades::json).toList();
    }

    @Override
    public void print(Page page) {
      var table = new Table("SNAPSHOT", "FINISHED", "CONSISTENT AT", "TIMELINE", "GRADE");
      for (var base : snapshots()) {
        table.row(
            base.id().value(),
            page.time().full(base.finished()),
            base.end().toString(),
            base.timeline().toString(),
            grades.words(base, page.time()));
      }
      if (snapshots().isEmpty()) {
        page.line(
            survey.lost().isEmpty()
                ? "No snapshot yet. Next: aegis backup (while aegis wal stream runs)"
                : "No snapshot can be read. Next: aegis repo check");
        return;
      }
      page.table(table);
      grades.explainUnverified(snapshots(), page);
      page.blank().line("Restorable window");
      window().spans().forEach(span -> page.line("  " + text(span, page)));
      window()
          .holes()
          .forEach(hole -> page.line("! " + hole.headline() + " on timeline "
              + hole.branch().timeline() + ": " + hole.reason()));
    }

    /** What came after the first moment, as far as anybody looked; behind that, nobody knows. */
    private static String to(Edge first, Edge last, Instant until, Page page) {
      if (last instanceof Edge.Nothing) {
        var looked = until.truncatedTo(SECONDS); // as it is shown
        return " on"
            + (MomentWords.time(first).filter(looked::isAfter).isPresent()
                ? "; nothing was committed until " + page.time().full(looked)
                : "");
      }
      return "\n                to   " + MomentWords.text(last, page.time())
          + ", the last commit; nothing else until " + page.time().full(until);
    }

    private static String text(Span span, Page page) {
      return switch (span) {
        case Span.Interval(var branch, var first, var last, var to, var until) ->
          "every moment from " + MomentWords.text(first, page.time())
              + to(first, last, until, page) + "\n  on timeline " + branch.timeline()
              + " of incarnation " + branch.incarnation() + ", durable to " + to;
        case Span.Point(var branch, var base) ->
          "only " + page.time().fullSince(base.finished()) + " (" + base.end() + "), on timeline "
              + branch.timeline();
      };
    }
  }
}
