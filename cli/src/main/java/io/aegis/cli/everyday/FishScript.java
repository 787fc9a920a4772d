package io.aegis.cli.everyday;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Completion for fish, which picocli does not have: one {@code complete} line per word. */
final class FishScript {
  private final StringBuilder script = new StringBuilder();

  private FishScript() {}

  static String of(CommandLine root) {
    var fish = new FishScript();
    fish.script.append("# fish completion for aegis\n");
    root.getSubcommands().forEach((name, command) -> {
      fish.complete("__fish_use_subcommand", "-f -a " + name, header(command));
      fish.command(command, List.of(name));
    });
    root.getCommandSpec().options().forEach(option -> fish.option("", option));
    return fish.script.toString();
  }

  private void command(CommandLine command, List<String> path) {
    String here = seen(path);
    command.getSubcommands().forEach((name, verb) -> {
      String untilVerb = here + "; and not __fish_seen_subcommand_from "
          + String.join(" ", command.getSubcommands().keySet());
      complete(untilVerb, "-f -a " + name, header(verb));
      var deeper = new ArrayList<>(path);
      deeper.add(name);
      command(verb, deeper);
    });
    command.getCommandSpec().options().stream()
        .filter(option -> !option.inherited())
        .forEach(option -> option(here, option));
  }

  private static String seen(List<String> path) {
    return String.join(
        "; and ",
        path.stream().map(word -> "__fish_seen_subcommand_from " + word).toList());
  }

  private void option(String condition, OptionSpec option) {
    var words = new StringBuilder();
    for (String name : option.names()) {
      words.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
    }
    boolean takesValue = option.arity().max() > 0;
    String description = String.join(" ", option.description());
    complete(condition, words.substring(1) + (takesValue ? " -r" : ""), description);
  }

  private void complete(String condition, String words, String description) {
    script.append("complete -c aegis ");
    if (!condition.isEmpty()) {
      script.append("-n '").append(condition).append("' ");
    }
    script.append(words).append(" -d '").append(description.replace("'", "\\'")).append("'\n");
  }

  private static String header(CommandLine command) {
    String[] header = command.getCommandSpec().usageMessage().header();
    return header.length == 0 ? "" : header[0];
  }
}
