package io.aegis.cli.config;

import io.aegis.cli.frame.NounCommand;
import io.aegis.cli.frame.Session;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code aegis config}. */
@Command(
    name = "config",
    header = "Show and check the settings of aegis.yaml",
    footer = {"aegis config show --origin", "aegis config validate"})
public final class ConfigCommand extends NounCommand {

  /** The noun with its verbs. */
  public static CommandLine withVerbs(Session session) {
    return new CommandLine(new ConfigCommand())
        .addSubcommand(new ConfigShow(session))
        .addSubcommand(new ConfigValidate(session))
        .addSubcommand(new ConfigSchema(session));
  }
}
