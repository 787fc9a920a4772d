package io.aegis.cli.plan;

import io.aegis.app.Application;
import io.aegis.cli.frame.Session;
import io.aegis.recovery.Plan;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what to recover, and where to. */
final class Wanted {

  @Option(
      names = "--to",
      paramLabel = "<moment>",
      defaultValue = "latest",
      description = "latest, a time (2026-11-23T13:58:00+01:00), an LSN, xid:<n>, name:<restore"
          + " point> or snapshot:<id>. Default: ${DEFAULT-VALUE}.")
  private String to = "latest";

  @Option(
      names = "--into",
      paramLabel = "<directory>",
      description = "The data directory to make; absent or empty. Default: a new one below"
          + " recovery.directory.")
  private @Nullable Path into;

  /** Resolves the moment, then computes the plan; both only read. */
  Plan plan(Session session, Application application) {
    var target = new TargetQuestion(session).target(to);
    var planned = new Answerable(target, session.localTime())
        .orRefuse(application.moments().resolve(target));
    Optional<Path> place =
        Optional.ofNullable(into).map(session.surroundings().directory()::resolve);
    return application.plan(target, planned, place);
  }
}
