package io.aegis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Json;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine;

/**
 * What is said when something went wrong, as a script reads it: the fact, its cause, what is safe,
 * what to type.
 */
record FourParts(String code, String what, String why, String safe, List<String> next) {

  /** The error on stderr of a command with {@code --json}, whose exit code stands in it, too. */
  static FourParts of(Cli.Result shown) {
    var errors = shown
        .err()
        .lines()
        .filter(line -> line.contains("\"kind\":\"Error\""))
        .map(Json::parseObject)
        .toList();
    assertThat(errors).as(shown.out() + shown.err()).hasSize(1);
    var error = errors.getFirst();
    assertThat(error.number("exitCode")).isEqualTo(shown.exit());
    return of(error);
  }

  /** What the newest attempt of a step failed with, in the page of an execution. */
  static FourParts ofStep(Json.Obj execution, String step) {
    var found = execution.array("steps").stream()
        .map(Json.Obj.class::cast)
        .filter(one -> one.text("id").equals(step))
        .findFirst()
        .orElseThrow();
    return of((Json.Obj) found.array("problems").getLast());
  }

  private static FourParts of(Json.Obj error) {
    var next =
        error.array("next").stream().map(line -> ((Json.Str) line).value()).toList();
    return new FourParts(
        error.text("code"), error.text("what"), error.text("why"), error.text("safe"), next);
  }

  /** All four parts are there, of this code, and what is to be typed exists. */
  FourParts assertGood(String expectedCode) {
    assertThat(code).as(toString()).isEqualTo(expectedCode);
    assertThat(List.of(what, why, safe)).as(toString()).noneMatch(String::isBlank);
    assertThat(next).as(toString()).isNotEmpty().noneMatch(String::isBlank);
    next.stream().filter(line -> line.startsWith("aegis ")).forEach(FourParts::assertIsACommand);
    return this;
  }

  /** Remarks in brackets apart: the command is in the grammar, and so is each option. */
  private static void assertIsACommand(String line) {
    var words = Arrays.asList(line.replaceAll("\\s\\s+\\(.*|\\s\\s+[^(].*", "").split(" "));
    var at = CommandTree.whole(new Cli(Path.of("/nowhere")).session());
    for (String word : words.subList(1, words.size())) {
      at = word.startsWith("-") ? knows(at, word, line) : below(at, word, line);
    }
    assertThat(at.getSubcommands()).as("a verb is missing: " + line).isEmpty();
  }

  private static CommandLine knows(CommandLine at, String option, String line) {
    assertThat(at.getCommandSpec().optionsMap().keySet())
        .as(line)
        .anyMatch(known -> known.equals(option)
            || List.of("-c", "-r", "--repo", "--config", "--help").contains(option));
    return at;
  }

  private static CommandLine below(CommandLine at, String word, String line) {
    var subcommands = at.getSubcommands();
    if (subcommands.isEmpty()) {
      return at; // a parameter
    }
    assertThat(subcommands.keySet()).as(line).contains(word);
    return Objects.requireNonNull(subcommands.get(word));
  }
}
