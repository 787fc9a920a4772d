package io.aegis.postgres.steps;

import static io.aegis.postgres.PostgresCode.WRONG_CLUSTER;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Report;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.SystemIdentifier;
import io.aegis.postgres.control.ControlFileReader;
import io.aegis.postgres.server.Postmaster;
import io.aegis.postgres.steps.PostgresStep.OldPrimary;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Tells the cluster that was lost from another one in its place: one that was made anew there, or
 * that somebody else's {@code aegis.yaml} leads to by mistake. It is not to be stopped for it.
 *
 * @param system what the snapshot is of
 */
public record LostCluster(SystemIdentifier system, TimeSource time) {

  /** Why the server that runs in its place must not be stopped, if one does. */
  public Optional<Refused> refusal(OldPrimary primary) {
    return other(primary)
        .filter(_ -> runs(primary))
        .map(other -> new Refused(
            Report.of(WRONG_CLUSTER, "the server that runs in place of the lost one is another")
                .why(words(primary, other))
                .safe("it was not stopped, and nothing was changed")
                .next(
                    "aegis config show    (does database.data-directory lead to the lost one?)",
                    "if it may be given up: stop it, then go on")));
  }

  /** What is to be known of the place of the lost one where no server runs. */
  public Optional<String> warning(OldPrimary primary) {
    return other(primary)
        .filter(_ -> !runs(primary))
        .map(other -> words(primary, other)
            + ": is it the right database that is recovered? (database.name, in aegis.yaml)");
  }

  private String words(OldPrimary primary, SystemIdentifier other) {
    return switch (primary) {
      case OldPrimary.Here here ->
        here.dataDirectory() + " is cluster " + other + ", and the snapshot is of cluster "
            + system;
      case OldPrimary.Elsewhere _ -> "";
    };
  }

  private static boolean runs(OldPrimary primary) {
    return primary instanceof OldPrimary.Here here
        && Postmaster.of(here.dataDirectory()).isPresent();
  }

  private Optional<SystemIdentifier> other(OldPrimary primary) {
    return switch (primary) {
      case OldPrimary.Here here ->
        found(here.dataDirectory()).filter(there -> !there.equals(system));
      case OldPrimary.Elsewhere _ -> Optional.empty();
    };
  }

  /** Of one that is lost there is often nothing left to be read. */
  private Optional<SystemIdentifier> found(Path data) {
    try {
      return Optional.of(new ControlFileReader(time).read(data).content().system());
    } catch (Refused | Damaged e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
