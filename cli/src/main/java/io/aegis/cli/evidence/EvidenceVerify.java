package io.aegis.cli.evidence;

import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.Answer;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Page;
import io.aegis.cli.frame.Session;
import io.aegis.kernel.Json;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aegis evidence verify}. */
@Command(
    name = "verify",
    header = "Compute a bundle again from the journal that it holds, and compare",
    description = {
      "",
      "Offline: needs no repository, no key and no configuration. Only the newest entries could",
      "have been cut off unnoticed: --head compares the end with one that was kept elsewhere, as",
      "'aegis evidence list' shows it. Exit code 3 if anything is not what the journal says."
    },
    footer = {
      "aegis evidence verify rec-7f3a91c2.json",
      "aegis evidence verify rec-7f3a91c2.json --head 5d41402abc4b"
    })
final class EvidenceVerify extends AegisCommand {

  @Parameters(paramLabel = "<file>", description = "As 'aegis evidence export' wrote it.")
  private Path file = Path.of("");

  @Option(
      names = "--head",
      paramLabel = "<hash>",
      description = "The head it must have, or at least its first twelve digits.")
  private @Nullable String head;

  EvidenceVerify(Session session) {
    super(session);
  }

  @Override
  protected ExitCode run() {
    var evidence = EvidenceFiles.load(session().surroundings().directory().resolve(file));
    var findings = new java.util.ArrayList<>(evidence.verify());
    if (findings.isEmpty() && !endsWith(evidence.document().object("integrity"), head)) {
      findings.add("its journal ends at another head than " + head);
    }
    session().show(new Verified(file.toString(), List.copyOf(findings), head != null));
    return findings.isEmpty() ? ExitCode.OK : ExitCode.ITEMS_FAILED;
  }

  private static boolean endsWith(Json.Obj integrity, @Nullable String head) {
    return head == null || head.length() >= 12 && integrity.text("headHash").startsWith(head);
  }

  private record Verified(String file, List<String> findings, boolean headCompared)
      implements Answer {
    @Override
    public String kind() {
      return "EvidenceVerification";
    }

    @Override
    public Json.Obj json() {
      return Json.object()
          .with("file", file)
          .with("verified", new Json.Bool(findings.isEmpty()))
          .with("headCompared", new Json.Bool(headCompared))
          .with("findings", Json.texts(findings));
    }

    @Override
    public void print(Page page) {
      if (findings.isEmpty()) {
        page.line(page.paint().green("ok") + ": everything follows from the journal in " + file)
            .line(
                headCompared
                    ? "    and the journal ends where it must"
                    : "    whether its newest entries were cut off was not looked at (--head)");
      }
      findings.forEach(line -> page.line(page.paint().red("! ") + line));
    }
  }
}
