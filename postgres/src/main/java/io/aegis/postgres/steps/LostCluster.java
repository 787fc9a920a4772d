package io.aegis.postgres.steps;

import static io.aegis.postgres.PostgresCode.WRONG_CLUSTER;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.Report;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.SystemIdentifier;
import io.aegis.postgres.control.ControlFileReader;
import io.aegis.postgres.server.Postmaster;
import io.aegis.postgres.steps.PostgresStep.OldPrimary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Tells the cluster that was lost from another one in its place, which must not be stopped for this
 * recovery: one that was made anew there, or that {@code aegis.yaml} leads to by mistake.
 *
 * @param system what the snapshot is of
 */
public record LostCluster(SystemIdentifier system, TimeSource time) {

  /**
   * Why the server that runs in its place must not be stopped, if one does; or why it cannot be
   * told here.
   */
  public Optional<Refused> refusal(OldPrimary primary) {
    var outOfSight = FenceRunner.outOfSight(primary);
    if (outOfSight.isPresent()) {
      return outOfSight;
    }
    try {
      return other(primary)
          .filter(Other::runs)
          .map(other -> refused("the server that runs in place of the lost one is another")
              .why(words(other)))
          .map(LostCluster::advised);
    } catch (Damaged e) {
      return Optional.of(primary)
          .filter(LostCluster::runs)
          .map(_ -> refused("which cluster runs in place of the lost one cannot be told")
              .why(e.report().headline()))
          .map(LostCluster::advised);
    }
  }

  private static Report.Draft refused(String fact) {
    return Report.of(WRONG_CLUSTER, fact).safe("it was not stopped, and nothing was changed");
  }

  private static Refused advised(Report.Draft draft) {
    return new Refused(draft.next(
        "aegis config show    (does database.data-directory lead to the lost one?)",
        "if it may be given up: stop it, then go on"));
  }

  /** What is to be known of the place of the lost one where no server runs. */
  public Optional<String> warning(OldPrimary primary) {
    try {
      return other(primary)
          .filter(other -> !other.runs())
          .map(other -> words(other)
              + ": is it the right database that is recovered? (database.name, in aegis.yaml)");
    } catch (Damaged e) {
      return Optional.empty(); // what is lost is often damaged
    }
  }

  private static boolean runs(OldPrimary primary) {
    return primary instanceof OldPrimary.Here here
        && Postmaster.of(here.dataDirectory()).isPresent();
  }

  private record Other(Path data, SystemIdentifier system) {
    boolean runs() {
      return Postmaster.of(data).isPresent();
    }
  }

  private String words(Other other) {
    return other.data() + " is cluster " + other.system() + ", and the snapshot is of cluster "
        + system;
  }

  private Optional<Other> other(OldPrimary primary) {
    return switch (primary) {
      case OldPrimary.Here here
      when here.isInSight() ->
        found(here.dataDirectory())
            .filter(there -> !there.equals(system))
            .map(there -> new Other(here.dataDirectory(), there));
      case OldPrimary.Here _, OldPrimary.Elsewhere _ -> Optional.empty();
    };
  }

  /**
   * Of one that is lost there is often nothing left to be read.
   *
   * @throws Damaged if what is left is not understood: it may be of a version that Aegis does not
   *     know yet
   */
  private Optional<SystemIdentifier> found(Path data) {
    if (!Files.isRegularFile(data.resolve("global/pg_control"))) {
      return Optional.empty();
    }
    try {
      return Optional.of(new ControlFileReader(time).read(data).content().system());
    } catch (Refused e) {
      if (Thread.currentThread().isInterrupted()) {
        throw interrupted(data, e);
      }
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted(data, e);
    }
  }

  private static Unavailable interrupted(Path data, Exception cause) {
    return new Unavailable(
        Report.of(PostgresCode.SOURCE_UNCERTAIN, "which cluster lies in " + data + " was not read")
            .why("it was interrupted")
            .safe("nothing was stopped or changed")
            .next("do the same again"),
        cause);
  }
}
