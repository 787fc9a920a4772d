package io.aegis.cli.frame;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** How help looks: what, how, own options, examples; the global options at the root only. */
public final class HelpPage {
  private static final String POINTER =
      "Global options (-c, -r, -o, --json, -q, -v, --color," + " --timeout): see 'aegis --help'.";

  private HelpPage() {}

  /** Lays out the help of a command and of everything below it. */
  public static void layOut(CommandLine command, int width) {
    command.setUsageHelpWidth(Math.clamp(width, 60, 100));
    command.setUsageHelpAutoWidth(false);
    var usage = command.getCommandSpec().usageMessage();
    usage.sectionKeys(List.of(
        UsageMessageSpec.SECTION_KEY_HEADER,
        UsageMessageSpec.SECTION_KEY_DESCRIPTION,
        "synopsis-of-aegis",
        UsageMessageSpec.SECTION_KEY_PARAMETER_LIST_HEADING,
        UsageMessageSpec.SECTION_KEY_PARAMETER_LIST,
        "options-of-aegis",
        UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING,
        UsageMessageSpec.SECTION_KEY_COMMAND_LIST,
        "examples-of-aegis"));
    usage.sortOptions(false);
    usage.parameterListHeading("%n");
    usage.commandListHeading("%nCommands%n");
    usage.sectionMap().put("synopsis-of-aegis", HelpPage::synopsis);
    usage.sectionMap().put("options-of-aegis", HelpPage::options);
    usage.sectionMap().put("examples-of-aegis", HelpPage::examples);
    command.getSubcommands().values().forEach(child -> layOut(child, width));
  }

  private static String synopsis(Help help) {
    var spec = help.commandSpec();
    var words = new ArrayList<String>();
    words.add(spec.qualifiedName());
    words.add("[options]");
    spec.options().stream()
        .filter(option -> option.required() && option.group() == null)
        .forEach(option -> words.add(option.longestName() + " " + option.paramLabel()));
    spec.positionalParameters()
        .forEach(parameter -> words.add(
            parameter.arity().min() > 0
                ? parameter.paramLabel()
                : "[" + parameter.paramLabel() + "]"));
    if (!spec.subcommands().isEmpty()) {
      words.add("<command>");
    }
    return "\nUsage: " + String.join(" ", words) + "\n";
  }

  private static List<OptionSpec> ownOptions(Help help) {
    return help.commandSpec().options().stream()
        .filter(option -> !option.inherited() && !option.hidden())
        .toList();
  }

  private static String options(Help help) {
    var own = ownOptions(help);
    boolean root = help.commandSpec().parent() == null;
    if (own.isEmpty()) {
      return "\n" + POINTER + "\n";
    }
    String list = help.optionListExcludingGroups(own);
    return (root ? "\nGlobal options\n" : "\nOptions\n")
        + list
        + (root ? "" : "\n" + POINTER + "\n");
  }

  private static String examples(Help help) {
    var lines = help.commandSpec().usageMessage().footer();
    if (lines.length == 0) {
      return "";
    }
    var text = new StringBuilder("\nExamples\n");
    for (String line : lines) {
      text.append("  ").append(line).append('\n');
    }
    return text.toString();
  }
}
