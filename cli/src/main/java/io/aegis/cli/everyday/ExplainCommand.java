package io.aegis.cli.everyday;

import io.aegis.app.ConfigKey;
import io.aegis.app.ConfigReading;
import io.aegis.app.FailureCodes;
import io.aegis.cli.CliCode;
import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.Answer;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Page;
import io.aegis.cli.frame.Session;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Json;
import io.aegis.kernel.Report;
import io.aegis.kernel.Spelling;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code aegis explain}. */
@Command(
    name = "explain",
    header = "Explain an error code, a word or a setting, offline",
    footer = {
      "aegis explain AEG-2104",
      "aegis explain restorable window",
      "aegis explain objectives.rto"
    })
public final class ExplainCommand extends AegisCommand {

  @Parameters(
      paramLabel = "<code, word or key>",
      arity = "1..*",
      description = "AEG-2104 or 2104, restorable window, objectives.rto …")
  private List<String> words = List.of();

  public ExplainCommand(Session session) {
    super(session);
  }

  @Override
  protected ExitCode run() {
    var known = everything();
    String asked = String.join(" ", words);
    String subject = asked.toLowerCase(Locale.ROOT);
    var found = known.get(subject.matches("[0-9]{4}") ? "aeg-" + subject : subject);
    if (found == null) {
      throw unknown(asked, known);
    }
    session().show(found);
    return ExitCode.OK;
  }

  private static SequencedMap<String, Explanation> everything() {
    var all = new LinkedHashMap<String, Explanation>();
    var codes = new ArrayList<>(FailureCodes.all());
    codes.addAll(List.of(CliCode.values()));
    for (var code : codes) {
      add(all, new Explanation(code.id(), code.title(), code.explanation()));
    }
    for (var key : ConfigReading.keys()) {
      add(all, new Explanation(key.path(), key.meaning(), keyDetails(key)));
    }
    Glossary.read().forEach((word, meaning) -> add(all, new Explanation(word, meaning, "")));
    return all;
  }

  private static void add(SequencedMap<String, Explanation> all, Explanation entry) {
    all.put(entry.subject().toLowerCase(Locale.ROOT), entry);
  }

  private static String keyDetails(ConfigKey key) {
    return "Form: " + key.expects() + ". Default: " + key.fallback() + "."
        + (key.variable().isEmpty() ? "" : " Variable: " + key.variable() + ".");
  }

  private static Failure unknown(String asked, SequencedMap<String, Explanation> known) {
    var near = Spelling.nearest(asked, subjects(known)).stream()
        .map(subject -> "aegis explain " + subject + "     (did you mean this?)")
        .toList();
    String first = near.isEmpty()
        ? "aegis explain recovery point     (a word, a code or a setting, such as this)"
        : near.getFirst();
    return new Failure.Refused(
        Report.of(CliCode.NOT_EXPLAINED, "there is nothing to explain under '" + asked + "'")
            .safe("nothing was started")
            .next(first, near.stream().skip(1).toArray(String[]::new)));
  }

  private static List<String> subjects(SequencedMap<String, Explanation> known) {
    return known.values().stream().map(Explanation::subject).toList();
  }

  private record Explanation(String subject, String title, String text) implements Answer {
    @Override
    public String kind() {
      return "Explanation";
    }

    @Override
    public Json.Obj json() {
      return Json.object().with("subject", subject).with("title", title).with("text", text);
    }

    @Override
    public void print(Page page) {
      page.line(page.paint().bold(subject)).line(title);
      if (!text.isEmpty()) {
        page.blank().line(text);
      }
    }
  }
}
