package io.aegis.cli.evidence;

import io.aegis.cli.execution.Ids;
import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.Answer;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Page;
import io.aegis.cli.frame.Session;
import io.aegis.kernel.Json;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aegis evidence export}. */
@Command(
    name = "export",
    header = "Write the evidence of an execution into a file, for whoever asks",
    description = {
      "",
      "The file is complete in itself: 'aegis evidence verify' needs no repository and no key. It",
      "never overwrites one. It holds names of accounts, hosts and directories, and no secrets."
    },
    footer = {"aegis evidence export rec-7f3a91c2 -O rec-7f3a91c2.json"})
final class EvidenceExport extends AegisCommand {

  @Parameters(paramLabel = "<execution>", description = "As 'aegis evidence list' shows it.")
  private String id = "";

  @Option(
      names = {"-O", "--out"},
      paramLabel = "<file>",
      required = true,
      description = "The file to make.")
  private Path out = Path.of("");

  EvidenceExport(Session session) {
    super(session);
  }

  @Override
  protected ExitCode run() {
    var execution = Ids.execution(id);
    try (var open = session().openRepository()) {
      var evidence = open.executions(session().surroundings()).evidence(execution);
      var file = session().surroundings().directory().resolve(out);
      EvidenceFiles.save(evidence, file);
      session()
          .show(new Exported(
              id, file.toString(), evidence.document().object("integrity").text("headHash")));
      return ExitCode.OK;
    }
  }

  private record Exported(String id, String file, String head) implements Answer {
    @Override
    public String kind() {
      return "EvidenceExport";
    }

    @Override
    public Json.Obj json() {
      return Json.object().with("execution", id).with("file", file).with("headHash", head);
    }

    @Override
    public void print(Page page) {
      page.line("evidence of " + id + " in " + file).line("head " + head);
    }
  }
}
