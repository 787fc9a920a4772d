package io.aegis.cli.repo;

import io.aegis.cli.frame.NounCommand;
import io.aegis.cli.frame.Session;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code aegis repo}. */
@Command(
    name = "repo",
    header = "Check the repository, and see how large it is",
    footer = {"aegis repo check --read-data", "aegis repo stats"})
public final class RepoCommand extends NounCommand {

  /** The noun with its verbs. */
  public static CommandLine withVerbs(Session session) {
    return new CommandLine(new RepoCommand())
        .addSubcommand(new RepoCheck(session))
        .addSubcommand(new RepoStats(session));
  }
}
