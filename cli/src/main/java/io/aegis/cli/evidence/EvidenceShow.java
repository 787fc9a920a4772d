package io.aegis.cli.evidence;

import io.aegis.cli.execution.Ids;
import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code aegis evidence show}. */
@Command(
    name = "show",
    header = "Sum up what an execution proved, and what it did not",
    description = {"", "With --json, the whole bundle; docs/format/evidence.md explains it."},
    footer = {"aegis evidence show rec-7f3a91c2", "aegis evidence show rec-7f3a91c2 --json"})
final class EvidenceShow extends AegisCommand {

  @Parameters(paramLabel = "<execution>", description = "As 'aegis evidence list' shows it.")
  private String id = "";

  EvidenceShow(Session session) {
    super(session);
  }

  @Override
  protected ExitCode run() {
    var execution = Ids.execution(id);
    try (var open = session().openRepository()) {
      var evidence = open.executions(session().surroundings()).evidence(execution);
      session().show(new EvidencePage(evidence.document()));
      return ExitCode.OK;
    }
  }
}
