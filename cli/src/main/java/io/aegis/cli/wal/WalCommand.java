package io.aegis.cli.wal;

import io.aegis.cli.frame.NounCommand;
import io.aegis.cli.frame.Session;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code aegis wal}. */
@Command(
    name = "wal",
    header = "Stream the log into the repository, and look at what is there",
    footer = {"aegis wal stream", "aegis wal status", "aegis wal around now --window 10m"})
public final class WalCommand extends NounCommand {

  /** The noun with its verbs. */
  public static CommandLine withVerbs(Session session) {
    return new CommandLine(new WalCommand())
        .addSubcommand(new WalStreamCommand(session))
        .addSubcommand(new WalStatusCommand(session))
        .addSubcommand(new WalGapsCommand(session))
        .addSubcommand(new WalAroundCommand(session));
  }
}
