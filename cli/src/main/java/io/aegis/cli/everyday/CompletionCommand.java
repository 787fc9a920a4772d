package io.aegis.cli.everyday;

import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Session;
import java.util.Locale;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code aegis completion}. */
@Command(
    name = "completion",
    header = "Print a completion script for your shell",
    footer = {
      "source <(aegis completion bash)",
      "aegis completion zsh > ~/.zsh/completions/_aegis",
      "aegis completion fish > ~/.config/fish/completions/aegis.fish"
    })
public final class CompletionCommand extends AegisCommand {

  @Spec
  private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "<shell>", description = "bash, zsh or fish.")
  private Shell shell = Shell.BASH;

  /** The shells that are known. */
  enum Shell {
    BASH,
    ZSH,
    FISH;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public CompletionCommand(Session session) {
    super(session);
  }

  @Override
  protected ExitCode run() {
    CommandLine root = spec.root().commandLine();
    String script = switch (shell) {
      case BASH -> AutoComplete.bash("aegis", root);
      case ZSH ->
        "#compdef aegis\nautoload -U +X bashcompinit && bashcompinit\n"
            + AutoComplete.bash("aegis", root);
      case FISH -> FishScript.of(root);
    };
    session().terminal().out().print(script);
    session().terminal().out().flush();
    return ExitCode.OK;
  }
}
