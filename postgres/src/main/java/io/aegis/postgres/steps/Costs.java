package io.aegis.postgres.steps;

import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.archive.WalArchive;
import io.aegis.postgres.server.Postmaster;
import io.aegis.postgres.steps.PostgresStep.Job;
import io.aegis.postgres.steps.PostgresStep.OldPrimary;
import io.aegis.repository.Repository;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a recovery takes away, as things are now: nobody should learn it from the result. */
final class Costs {
  private Costs() {}

  static List<String> of(Repository repository, Job job, OldPrimary primary) {
    var costs = new ArrayList<String>();
    running(primary).ifPresent(costs::add);
    givenUp(new WalArchive(repository.records()), job).ifPresent(costs::add);
    return costs;
  }

  private static Optional<String> running(OldPrimary primary) {
    return switch (primary) {
      case OldPrimary.Here here ->
        Postmaster.of(here.dataDirectory())
            .map(server -> "the server on " + here.dataDirectory() + " runs (process "
                + server.pid() + "), and is stopped by this recovery");
      case OldPrimary.Elsewhere _ -> Optional.empty();
    };
  }

  /** By the newest mark, which knows the last commit before it. */
  private static Optional<String> givenUp(WalArchive archive, Job job) {
    var life = job.log().incarnation();
    return archive
        .claim(life)
        .map(claim -> archive.inventory(claim).timeline(job.goal().timeline()))
        .flatMap(timeline -> archive.marks(life, timeline).newest())
        .flatMap(mark -> mark.lastCommit() instanceof Edge.Commit commit
            ? Optional.of(commit)
            : Optional.empty())
        .filter(commit -> !commit.start().isBefore(job.log().replayEnd()))
        .map(commit -> "work up to transaction " + commit.xid() + ", committed at " + commit.time()
            + ", is durable and lies behind this moment: the recovered database is without it");
  }
}
