package io.aegis.cli.plan;

import io.aegis.app.Application;
import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Session;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code aegis plan}. */
@Command(
    name = "plan",
    header = "Show what a recovery would do; save it to a file",
    description = {"", "Only reads. Every write that the recovery will do is listed."},
    footer = {
      "aegis plan",
      "aegis plan --to 2026-11-23T13:58:00+01:00 -O shop.plan",
      "aegis plan --to xid:48213 --into /srv/pg/shop --json"
    })
public final class PlanCommand extends AegisCommand {

  @Mixin
  private Wanted wanted = new Wanted();

  @Option(
      names = {"-O", "--out"},
      paramLabel = "<file>",
      description = "Save the plan; 'aegis recover <file>' runs exactly it.")
  private @Nullable Path out;

  @Option(
      names = "--detailed-exitcode",
      description = "Exit code 5 if the plan would change something, 1 if it would be refused.")
  private boolean detailed;

  public PlanCommand(Session session) {
    super(session);
  }

  @Override
  protected ExitCode run() {
    var configuration = session().settings().configuration();
    try (var application = Application.open(configuration, session().outside())) {
      var plan = wanted.plan(session(), application);
      session().show(new PlanPage(plan));
      if (out != null) {
        PlanFiles.save(plan, session().surroundings().directory().resolve(out));
        session()
            .remark("Saved to " + out + " (sha256 " + plan.digest().hex().substring(0, 12)
                + "…). Run exactly this with: aegis recover " + out);
      }
      if (detailed) {
        application.requireRestorable(plan);
      }
      boolean changes = plan.steps().stream().anyMatch(step -> !step.writes().isEmpty());
      return detailed && changes ? ExitCode.WOULD_CHANGE : ExitCode.OK;
    }
  }
}
