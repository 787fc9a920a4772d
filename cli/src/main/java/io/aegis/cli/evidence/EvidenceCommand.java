package io.aegis.cli.evidence;

import io.aegis.cli.frame.NounCommand;
import io.aegis.cli.frame.Session;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code aegis evidence}. */
@Command(
    name = "evidence",
    header = "What executions did and measured, to be kept and verified",
    footer = {"aegis evidence list", "aegis evidence verify rec-7f3a91c2.json"})
public final class EvidenceCommand extends NounCommand {

  /** The noun with its verbs. */
  public static CommandLine withVerbs(Session session) {
    return new CommandLine(new EvidenceCommand())
        .addSubcommand(new EvidenceList(session))
        .addSubcommand(new EvidenceShow(session))
        .addSubcommand(new EvidenceVerify(session))
        .addSubcommand(new EvidenceExport(session));
  }
}
