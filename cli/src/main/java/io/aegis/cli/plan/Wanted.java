package io.aegis.cli.plan;

import io.aegis.app.Application;
import io.aegis.cli.CliCode;
import io.aegis.cli.execution.Ids;
import io.aegis.cli.frame.Session;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import io.aegis.postgres.Moments.Among;
import io.aegis.postgres.Resolution;
import io.aegis.postgres.Target;
import io.aegis.recovery.Plan;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that say what to recover, and where to. */
final class Wanted {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Option(
      names = "--to",
      paramLabel = "<moment>",
      description = "latest, a time (2026-11-23T13:58:00+01:00), an LSN, xid:<n> (it included),"
          + " name:<restore point> or snapshot:<id>. Default: latest.")
  private @Nullable String to;

  @Option(
      names = "--incarnation",
      paramLabel = "<life>",
      description = "As that life of the cluster tells it ('aegis points'), where several hold the"
          + " moment or a recovery left it for another one. Default: the life that was led then.")
  private @Nullable String incarnation;

  @Option(
      names = "--timeline",
      paramLabel = "<number>",
      description = "As that timeline tells it ('aegis points'), where a standby was promoted and"
          + " the old primary committed on. Default: the newest.")
  private @Nullable Long timeline;

  @Option(
      names = "--into",
      paramLabel = "<directory>",
      description = "The data directory to make; absent or empty. Default: a new one below"
          + " recovery.directory.")
  private @Nullable Path into;

  /**
   * @throws Failure.Refused if a moment or a place was named: a saved plan has both, and is run as
   *     it was seen or not at all
   */
  void requireNone(Path plan) {
    if (to != null || into != null || incarnation != null || timeline != null) {
      throw new Failure.Refused(
          Report.of(CliCode.USAGE, plan + " already says to which moment, and into which directory")
              .why(given() + " was given, too; it would be ignored")
              .safe("nothing was started")
              .next("aegis recover " + plan, "aegis plan --to … --into … -O <another file>"));
    }
  }

  private Among among() {
    return new Among(
        Optional.ofNullable(incarnation).map(Ids::incarnation),
        Optional.ofNullable(timeline).map(Ids::timeline));
  }

  private String given() {
    if (to != null) {
      return "--to";
    }
    if (into != null) {
      return "--into";
    }
    return incarnation != null ? "--incarnation" : "--timeline";
  }

  private Resolution resolved(Application application, Target target) {
    var moments = application.moments();
    return incarnation == null && timeline == null
        ? moments.resolve(target)
        : moments.resolve(target, among());
  }

  /** Resolves the moment, then computes the plan; both only read. */
  Plan plan(Session session, Application application) {
    var target =
        new TargetQuestion(session, command.qualifiedName()).target(to == null ? "latest" : to);
    var resolution = resolved(application, target);
    if (!(resolution instanceof Resolution.Present)) {
      // No plan will carry them, and what is lost may be why.
      application.warnings().forEach(session::warn);
    }
    var planned =
        new Answerable(target, session.localTime(), among().options()).orRefuse(resolution);
    return application.plan(target, planned, place(session));
  }

  /** Empty is what a variable of a script gives that was never set. */
  private Optional<Path> place(Session session) {
    if (into == null) {
      return Optional.empty();
    }
    if (into.toString().isBlank() || into.toString().chars().anyMatch(Character::isISOControl)) {
      throw new Failure.Refused(Report.of(CliCode.USAGE, "--into names no directory")
          .why("it is empty, or has a line break in it")
          .safe("nothing was started")
          .next("aegis plan --into <directory>"));
    }
    return Optional.of(session.surroundings().directory().resolve(into));
  }
}
