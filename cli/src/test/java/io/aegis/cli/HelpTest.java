package io.aegis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class HelpTest {
  @TempDir
  static Path directory;

  static Stream<CommandLine> commands() {
    return below(CommandTree.whole(new Cli(Path.of("/nowhere")).session())).stream();
  }

  private static List<CommandLine> below(CommandLine command) {
    var all = new ArrayList<CommandLine>();
    all.add(command);
    command.getSubcommands().values().forEach(child -> all.addAll(below(child)));
    return all;
  }

  @ParameterizedTest
  @MethodSource("commands")
  void help_is_as_it_was_reviewed(CommandLine command) {
    String name = command.getCommandSpec().qualifiedName();
    var words = new ArrayList<>(Arrays.asList(name.split(" ")));
    words.removeFirst();
    words.add("--help");

    var shown = new Cli(directory).run(words.toArray(String[]::new));

    assertThat(shown.exit()).isZero();
    assertThat(shown.err()).isEmpty();
    Golden.assertMatches("help/" + name.replace(' ', '-') + ".txt", shown.out());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void every_command_says_what_it_does_and_shows_examples_that_parse(CommandLine command) {
    var usage = command.getCommandSpec().usageMessage();
    assertThat(usage.header()).hasSize(1);
    assertThat(usage.footer()).isNotEmpty();
    for (String example : usage.footer()) {
      assertThat(parses(example)).as(example).isTrue();
    }
  }

  private static boolean parses(String example) {
    String words = example
        .replaceAll("\\$\\{?[^\"]*\"?", "x")
        .replaceAll("^source <\\((.*)\\)$", "$1")
        .replaceAll(" ([12]?>|\\|).*", "")
        .replaceAll("  +[(#].*", "");
    var split = new ArrayList<String>();
    var matcher = java.util.regex.Pattern.compile("\"([^\"]*)\"|(\\S+)").matcher(words);
    while (matcher.find()) {
      split.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
    }
    assertThat(split.removeFirst()).isEqualTo("aegis");
    CommandTree.whole(new Cli(directory).session()).parseArgs(split.toArray(String[]::new));
    return true;
  }

  @Test
  void without_a_command_the_help_is_shown() {
    var shown = new Cli(directory).run();

    assertThat(shown.exit()).isZero();
    assertThat(shown.out()).contains("Disaster recovery you can prove", "Commands");
    // Red when: picocli breaks the lines of these options by itself: behind a dot, within a path.
    assertThat(shown.out()).contains(" ~/.config/aegis/config.yaml,", " repository.location.");
    // Red when: what Aegis.asCommand understands stands in no help.
    assertThat(shown.out()).contains("aegis help <command>", "--version");
  }
}
