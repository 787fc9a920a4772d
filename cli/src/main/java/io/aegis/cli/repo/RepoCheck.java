package io.aegis.cli.repo;

import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.Answer;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Page;
import io.aegis.cli.frame.Session;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Json;
import io.aegis.repository.CheckDepth;
import io.aegis.repository.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code aegis repo check}. */
@Command(
    name = "check",
    header = "Look for damage in the repository; never changes anything",
    description = {
      "",
      "Without --read-data: whether every object is there, as long as it was written, and the",
      "small ones are authentic. Exit code 3 if anything was found that is lost or at risk."
    },
    footer = {"aegis repo check", "aegis repo check --read-data", "aegis repo check -r /mnt/copy"})
final class RepoCheck extends AegisCommand {

  @Option(names = "--read-data", description = "Read and authenticate every byte.")
  private boolean readData;

  RepoCheck(Session session) {
    super(session);
  }

  @Override
  protected ExitCode run() {
    var depth = readData ? CheckDepth.READ_DATA : CheckDepth.STRUCTURE;
    List<Finding> findings = check(depth);
    session().show(new Findings(findings, depth));
    boolean bad =
        findings.stream().anyMatch(finding -> finding.severity() != Finding.Severity.HARMLESS);
    return bad ? ExitCode.ITEMS_FAILED : ExitCode.OK;
  }

  private List<Finding> check(CheckDepth depth) {
    var component = session().settings().component();
    try (var open = session().openRepository()) {
      var findings = new ArrayList<Finding>();
      try (var progress = session().progress("checking")) {
        findings.addAll(open.repository().check(depth, progress));
      }
      // It is read a second time, record by record: an amount of its own.
      try (var progress = session().progress("checking the log")) {
        findings.addAll(
            guarded("the log", "log is missing", () -> open.log(component).check(depth, progress)));
      }
      var executions = open.executions(session().surroundings());
      findings.addAll(guarded("executions", "one of them is damaged", executions::check));
      return findings;
    }
  }

  // What keeps a part from being checked is a finding, too: the rest of the list must be seen.
  private static List<Finding> guarded(String part, String unknown, Supplier<List<Finding>> check) {
    try {
      return check.get();
    } catch (Failure.Damaged damaged) {
      var report = damaged.report();
      return List.of(new Finding(
          Finding.Severity.AT_RISK,
          part,
          report.headline(),
          "whether " + unknown + " cannot be told",
          String.join("; ", report.next())));
    }
  }

  private record Findings(List<Finding> findings, CheckDepth depth) implements Answer {
    @Override
    public String kind() {
      return "RepositoryCheck";
    }

    @Override
    public Json.Obj json() {
      return Json.object()
          .with("depth", depth.name().toLowerCase(Locale.ROOT))
          .with("findings", Json.array(items()));
    }

    @Override
    public List<Json.Obj> items() {
      return findings.stream()
          .map(finding -> Json.object()
              .with("severity", word(finding))
              .with("subject", finding.subject())
              .with("what", finding.what())
              .with("consequence", finding.consequence())
              .with("repair", finding.repair()))
          .toList();
    }

    private static String word(Finding finding) {
      return finding.severity().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    @Override
    public void print(Page page) {
      if (findings.isEmpty()) {
        page.line(page.paint().green("ok") + ": nothing is wrong"
            + switch (depth) {
              case STRUCTURE -> "; the content was not read (--read-data reads it)";
              case READ_DATA -> "; every byte was read and is what was written";
            });
        return;
      }
      for (var finding : findings) {
        page.line(
                page.paint().red(word(finding)) + "  " + finding.subject() + ": " + finding.what())
            .line("  means:  " + finding.consequence())
            .line("  repair: " + finding.repair());
      }
    }
  }
}
