package io.aegis.cli;

import io.aegis.app.ConfigReading;
import io.aegis.app.FailureCodes;
import io.aegis.cli.frame.ExitCode;
import io.aegis.kernel.FailureCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The pages of {@code docs/reference} say what the program says. */
class ReferenceTest {

  @Test
  void the_command_page_is_what_help_shows() {
    var page = new StringBuilder("""
        # Commands

        Generated from the program's own help.

        ## Exit codes

        | code | meaning |
        | --- | --- |
        """);
    for (var exit : ExitCode.values()) {
      page.append("| ")
          .append(exit.number())
          .append(" | ")
          .append(exit.meaning())
          .append(" |\n");
    }
    page.append("\nA code that is not listed is to be taken as failure.\n");
    describe(CommandTree.whole(new Cli(Path.of("/nowhere")).session()), page);
    Golden.assertPage("reference/cli.md", page.toString());
  }

  private static void describe(CommandLine command, StringBuilder page) {
    page.append("\n## ").append(command.getCommandSpec().qualifiedName()).append("\n\n```\n");
    page.append(command.getUsageMessage(CommandLine.Help.Ansi.OFF).strip()).append("\n```\n");
    command.getSubcommands().values().forEach(child -> describe(child, page));
  }

  @Test
  void the_configuration_page_is_what_the_reader_accepts() {
    var page = new StringBuilder("""
        # aegis.yaml

        Generated from the declarations that the reader uses.

        A setting is taken from the command line, else from its `AEGIS_*` variable, else from the
        file, else its default. Paths are relative to the file. Secrets are references:
        `file:/path`, `env:VARIABLE` or `cmd:command`. Who acts is the account of the operating
        system, `user@host`; no variable and no option can claim another.

        Commands that only look at the repository (`status`, `points`, `wal status`, `wal gaps`,
        `wal around`) need the two names, the location and the key, on whatever machine; what else
        stands in the file has to be right all the same. Commands about executions, evidence, keys
        and the repository itself need only what stands below `repository`.

        | key | meaning | form | default | variable |
        | --- | --- | --- | --- | --- |
        """);
    for (var key : ConfigReading.keys()) {
      page.append("| `%s` | %s | %s | %s | %s |\n"
          .formatted(
              key.path(),
              key.meaning(),
              key.expects(),
              key.fallback(),
              key.variable().isEmpty() ? "" : "`" + key.variable() + "`"));
    }
    Golden.assertPage("reference/configuration.md", page.toString());
    Golden.assertPage("reference/aegis.schema.json", ConfigReading.schema().pretty() + "\n");
  }

  @Test
  void the_error_page_lists_every_code() {
    var codes = new ArrayList<FailureCode>(FailureCodes.all());
    codes.addAll(List.of(CliCode.values()));
    codes.sort((a, b) -> Integer.compare(a.number(), b.number()));
    var page =
        new StringBuilder("# Errors\n\nGenerated from the codes of every module; `aegis explain"
            + " <code>` shows an entry offline.\n");
    for (var code : codes) {
      page.append("\n### ").append(code.id()).append(": ").append(code.title()).append("\n\n");
      page.append(code.explanation()).append("\n");
    }
    Golden.assertPage("reference/errors.md", page.toString());
  }
}
