package io.aegis.cli.plan;

import io.aegis.app.Application;
import io.aegis.app.Persons;
import io.aegis.cli.CliCode;
import io.aegis.cli.execution.Lead;
import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.Consent;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Session;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import io.aegis.kernel.ShellWord;
import io.aegis.postgres.Target;
import io.aegis.recovery.Executions;
import io.aegis.recovery.Executions.Patience;
import io.aegis.recovery.Plan;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aegis recover}. */
@Command(
    name = "recover",
    header = "Bring the database back, durably, to a chosen moment",
    description = {
      "",
      "Shows the plan and has the name of the application typed before anything is written. Killed",
      "at any instant, it is resumed. Exit code 20 if an approval is still awaited, 4 if it took",
      "longer than the objective, 3 if it ended with exceptions."
    },
    footer = {
      "aegis recover",
      "aegis recover --to 2026-11-23T13:58:00+01:00 --reason \"orders were deleted\"",
      "aegis recover shop.plan",
      "aegis recover --to latest --into /srv/pg/shop --yes --json"
    })
public final class RecoverCommand extends AegisCommand {

  @Parameters(
      paramLabel = "<plan file>",
      arity = "0..1",
      description = "A plan that 'aegis plan -O' saved; else one is computed now.")
  private @Nullable Path file;

  @Mixin
  private Wanted wanted = new Wanted();

  @Option(
      names = "--reason",
      paramLabel = "<text>",
      defaultValue = "",
      description = "Why; kept in the evidence.")
  private String reason = "";

  @Option(names = "--dry-run", description = "Show the plan, and stop there.")
  private boolean dryRun;

  @Option(
      names = "--wait",
      description = "Wait for approvals; the default on a terminal, but not in a script.")
  private boolean wait;

  @Option(
      names = "--as-planned",
      description = "For root, of a saved plan: run the programs and use the places that it names,"
          + " although this aegis.yaml names others.")
  private boolean asPlanned;

  @Mixin
  private Consent consent = new Consent();

  public RecoverCommand(Session session) {
    super(session);
  }

  @Override
  protected ExitCode run() throws InterruptedException {
    var declared = session().time().now();
    var configuration = session().settings().configuration();
    try (var application = Application.open(configuration, session().outside())) {
      var plan = plan(application);
      application.news(plan).forEach(session()::warn);
      application.requirePolicy(plan); // of a file, too, what is shown is what would be done
      if (file != null) {
        application.requireOwn(plan);
      }
      if (dryRun) {
        session().show(new PlanPage(plan));
        return ExitCode.OK;
      }
      if (file != null && !asPlanned) {
        application.requireFamiliar(plan); // before any program that it names is run
      }
      application.requireRestorable(plan);
      var person = Persons.starting(session().surroundings().account(), plan);
      consent.require(
          session(),
          new PlanPage(plan),
          "This recovers " + plan.header().application() + " as its plan says.",
          plan.header().application().value());
      var executions = application.executions();
      var id = executions.start(new Executions.Declaration(plan, person, declared, reason));
      return new Lead(session(), executions).run(id, patience());
    }
  }

  private Plan plan(Application application) {
    Path saved = file;
    if (saved == null) {
      return wanted.plan(session(), application);
    }
    wanted.requireNone(saved);
    var file = session().surroundings().directory().resolve(saved);
    if (!Files.exists(file)) {
      throw new Failure.Refused(Report.of(CliCode.FILE_UNUSABLE, "there is no plan " + saved)
          .why("a word without an option is the name of a file that 'aegis plan -O' wrote")
          .safe("nothing was started")
          .next(
              "aegis recover --to "
                  + (isMoment(saved) ? ShellWord.of(saved.toString()) : "<moment>"),
              "aegis plan -O <file>"));
    }
    return PlanFiles.load(file, application.repository().catalog());
  }

  private boolean isMoment(Path word) {
    var zone = session().terminal().look().zone();
    var read = Target.read(word.toString(), zone, session().time().now());
    return !(read instanceof Target.Reading.Unreadable);
  }

  private Patience patience() {
    return wait ? Patience.WAIT_FOR_PEOPLE : Lead.usualPatience(session());
  }
}
