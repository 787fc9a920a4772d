package io.aegis.cli.key;

import io.aegis.cli.frame.NounCommand;
import io.aegis.cli.frame.Session;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code aegis key}. */
@Command(
    name = "key",
    header = "See and change who can open the repository",
    footer = {"aegis key list", "aegis key add --words"})
public final class KeyCommand extends NounCommand {

  /** The noun with its verbs. */
  public static CommandLine withVerbs(Session session) {
    return new CommandLine(new KeyCommand())
        .addSubcommand(new KeyList(session))
        .addSubcommand(new KeyAdd(session))
        .addSubcommand(new KeyRemove(session))
        .addSubcommand(new KeyTest(session));
  }
}
