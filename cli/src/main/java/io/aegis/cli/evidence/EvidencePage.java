package io.aegis.cli.evidence;

import io.aegis.cli.frame.Answer;
import io.aegis.cli.frame.Page;
import io.aegis.cli.terminal.Table;
import io.aegis.kernel.HumanTime;
import io.aegis.kernel.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A bundle for people: objective and actual, what was proved, and what was not. */
record EvidencePage(Json.Obj bundle) implements Answer {
  /** A first recovery has that of nearly each step, which buries what else was not measured. */
  private static final Pattern NO_FORECAST =
      Pattern.compile("step '(.+)': nothing was known beforehand of how long it takes");

  @Override
  public String kind() {
    return "Evidence";
  }

  @Override
  public Json.Obj json() {
    return bundle;
  }

  @Override
  public void print(Page page) {
    var identity = bundle.object("identity");
    page.line(page.paint().bold(identity.text("execution") + "  " + identity.text("state")) + "  "
        + identity.text("application") + "/" + identity.text("environment") + ", "
        + identity.text("scenario") + ", declared " + identity.text("declared"));
    page.table(objectives(bundle.object("objectives")));
    proof(page, "data", bundle.object("proof").array("data"));
    proof(page, "service", bundle.object("proof").array("service"));
    lines(page, "deviation", bundle.array("deviations"));
    if (bundle.find("warnings") != null) { // the first builds had none
      lines(page, "warning", bundle.array("warnings"));
    }
    notMeasured(page);
    page.line("head " + bundle.object("integrity").text("headHash"));
  }

  private static Table objectives(Json.Obj objectives) {
    var table = new Table("", ">GOAL", ">MEASURED");
    table.row("RTO", words(objectives, "rtoObjectiveMillis"), words(objectives, "rtoActualMillis"));
    table.row("RPO", words(objectives, "rpoObjectiveMillis"), words(objectives, "rpoActualMillis"));
    return table;
  }

  private static String words(Json.Obj objectives, String member) {
    return objectives.find(member) instanceof Json.Num
        ? HumanTime.of(Duration.ofMillis(objectives.number(member)))
        : "not measured";
  }

  private static void proof(Page page, String subject, Iterable<Json> checks) {
    for (var check : checks) {
      if (check instanceof Json.Obj one) {
        page.line(subject + ": " + one.text("name") + ": " + one.text("state")
            + (one.text("summary").isEmpty() ? "" : ", " + one.text("summary")));
      }
    }
  }

  private void notMeasured(Page page) {
    var others = new ArrayList<Json>();
    var steps = new ArrayList<String>();
    for (var line : bundle.array("notMeasured")) {
      var known = NO_FORECAST.matcher(line instanceof Json.Str(var text) ? text : "");
      if (known.matches()) {
        steps.add(known.group(1));
      } else {
        others.add(line);
      }
    }
    lines(page, "not measured", others);
    if (!steps.isEmpty()) {
      var line = "nothing was known beforehand of how long it takes: " + String.join(", ", steps);
      lines(page, "not measured", List.of(new Json.Str(line)));
    }
  }

  private static void lines(Page page, String word, Iterable<Json> texts) {
    for (var text : texts) {
      if (text instanceof Json.Str(var line)) {
        page.line(page.paint().yellow("! ") + word + ": " + line);
      }
    }
  }
}
