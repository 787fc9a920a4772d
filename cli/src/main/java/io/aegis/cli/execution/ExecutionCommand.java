package io.aegis.cli.execution;

import io.aegis.cli.frame.NounCommand;
import io.aegis.cli.frame.Session;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code aegis execution}. */
@Command(
    name = "execution",
    header = "List, show, decide on and cancel executions of plans",
    footer = {"aegis execution list", "aegis execution show rec-7f3a91c2"})
public final class ExecutionCommand extends NounCommand {

  /** The noun with its verbs. */
  public static CommandLine withVerbs(Session session) {
    return new CommandLine(new ExecutionCommand())
        .addSubcommand(new ExecutionList(session))
        .addSubcommand(new ExecutionShow(session))
        .addSubcommand(new ExecutionIgnore(session))
        .addSubcommand(new ExecutionCancel(session));
  }
}
