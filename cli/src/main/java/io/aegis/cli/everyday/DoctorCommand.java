package io.aegis.cli.everyday;

import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.Answer;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Page;
import io.aegis.cli.frame.Session;
import io.aegis.cli.terminal.Paint;
import io.aegis.kernel.Json;
import io.aegis.postgres.Readiness.Level;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;

/** {@code aegis doctor}. */
@Command(
    name = "doctor",
    header = "Check what a recovery depends on, and say how to fix it",
    description = {"", "Changes nothing. Exit code 1 if something stands in the way."},
    footer = {"aegis doctor", "aegis doctor --json"})
public final class DoctorCommand extends AegisCommand {

  public DoctorCommand(Session session) {
    super(session);
  }

  @Override
  protected ExitCode run() throws InterruptedException {
    var items = new Checkup(session()).run();
    session().show(new Diagnosis(items));
    boolean blocked = items.stream().anyMatch(item -> item.readiness().level() == Level.BLOCKING);
    return blocked ? ExitCode.FAILED : ExitCode.OK;
  }

  private record Diagnosis(List<Checkup.Item> found) implements Answer {
    @Override
    public String kind() {
      return "Diagnosis";
    }

    @Override
    public Json.Obj json() {
      return Json.object().with("checks", Json.array(items()));
    }

    @Override
    public List<Json.Obj> items() {
      return found.stream()
          .map(item -> Json.object()
              .with("area", item.area())
              .with("level", item.readiness().level().name().toLowerCase(Locale.ROOT))
              .with("subject", item.readiness().subject())
              .with("finding", item.readiness().finding())
              .with("remedy", item.readiness().remedy()))
          .toList();
    }

    @Override
    public void print(Page page) {
      String area = "";
      for (var item : found) {
        if (!item.area().equals(area)) {
          area = item.area();
          page.line(page.paint().bold(area));
        }
        var readiness = item.readiness();
        page.line("  " + mark(readiness.level(), page.paint()) + " " + readiness.subject() + ": "
            + readiness.finding());
        if (!readiness.remedy().isEmpty()) {
          page.line("      fix: " + readiness.remedy());
        }
      }
      page.blank().line(summary());
    }

    private static String mark(Level level, Paint paint) {
      return switch (level) {
        case READY -> paint.green("ok  ");
        case ADVICE -> paint.yellow("note");
        case BLOCKING -> paint.red("FAIL");
      };
    }

    private String summary() {
      long blocking = count(Level.BLOCKING);
      long advice = count(Level.ADVICE);
      if (blocking > 0) {
        return blocking + " of " + found.size() + " stand in the way";
      }
      return "nothing stands in the way" + (advice > 0 ? "; " + advice + " could be better" : "");
    }

    private long count(Level level) {
      return found.stream().filter(item -> item.readiness().level() == level).count();
    }
  }
}
