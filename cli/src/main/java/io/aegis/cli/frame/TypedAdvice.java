package io.aegis.cli.frame;

import io.aegis.kernel.Json;
import io.aegis.kernel.Report;
import io.aegis.kernel.ShellWord;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Commands that people are told to type, with the configuration file and the repository that were
 * named for this one: copied without them they would speak of others, or of none.
 */
final class TypedAdvice {
  /** Where a command is advised and not spoken of ({@code 'aegis doctor' says which}). */
  private static final Pattern COMMAND = Pattern.compile("(?<=^|[^'\\w./-])aegis"
      + " (?:(?:config|evidence|execution|key|repo|wal) [a-z]+"
      + "|approve|backup|doctor|init|plan|points|recover|resume|status)(?![\\w'-])");

  /** On the rest of the line: it names a file itself, or asks for help alone. */
  private static final Pattern COMPLETE = Pattern.compile("^\\V*?(?: -c | --config|--help)");

  /** Members of a document that hold a command. */
  private static final Set<String> TYPED = Set.of("next", "evidence");

  private final String option;

  TypedAdvice(Optional<Path> config, Optional<String> repository) {
    this.option = config.map(file -> " -c " + ShellWord.of(file.toString())).orElse("")
        + repository.map(location -> " -r " + ShellWord.of(location)).orElse("");
  }

  String on(String text) {
    if (option.isEmpty()) {
      return text;
    }
    var command = COMMAND.matcher(text);
    return command.replaceAll(found -> {
      boolean isComplete = COMPLETE.matcher(text.substring(found.end())).find();
      return Matcher.quoteReplacement(found.group() + (isComplete ? "" : option));
    });
  }

  Report on(Report report) {
    return new Report(
        report.code(),
        report.what(),
        report.why(),
        report.safe(),
        report.next().stream().map(this::on).toList());
  }

  /**
   * In its members that hold commands, and in its own warnings; everything else is data, and so are
   * the warnings of a plan, of which there is a digest.
   */
  Json.Obj on(Json.Obj document) {
    if (option.isEmpty()) {
      return document;
    }
    var all = nested(document);
    var warnings = all.find("warnings");
    return warnings == null ? all : all.with("warnings", typed(warnings));
  }

  private Json.Obj nested(Json.Obj document) {
    var members = new LinkedHashMap<String, Json>();
    document
        .members()
        .forEach((name, value) ->
            members.put(name, TYPED.contains(name) ? typed(value) : within(value)));
    return new Json.Obj(members);
  }

  private Json typed(Json value) {
    return switch (value) {
      case Json.Str(var text) -> new Json.Str(on(text));
      case Json.Arr(var items) -> Json.array(items.stream().map(this::typed).toList());
      case Json.Obj _, Json.Num _, Json.Bool _, Json.Null _ -> within(value);
    };
  }

  private Json within(Json value) {
    return switch (value) {
      case Json.Obj inner -> nested(inner);
      case Json.Arr(var items) -> Json.array(items.stream().map(this::within).toList());
      case Json.Str _, Json.Num _, Json.Bool _, Json.Null _ -> value;
    };
  }
}
