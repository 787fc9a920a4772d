package io.aegis.postgres.loss;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Unavailable;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.archive.IncarnationClaim;
import io.aegis.postgres.archive.Lineage;
import io.aegis.postgres.archive.Lineage.Passage;
import io.aegis.postgres.archive.LineageLog;
import io.aegis.postgres.archive.TimelineInventory;
import io.aegis.postgres.archive.WalArchive;
import io.aegis.postgres.server.Postmaster;
import io.aegis.postgres.steps.FenceRunner;
import io.aegis.postgres.steps.PostgresStep.Job;
import io.aegis.postgres.steps.PostgresStep.OldPrimary;
import io.aegis.postgres.target.LastCommit;
import io.aegis.repository.Repository;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What a recovery takes away, as things are now: nobody should learn it from the result. */
final class Costs {
  private Costs() {}

  static List<String> of(Repository repository, Job job, OldPrimary primary) {
    var archive = new WalArchive(repository.records());
    var costs = new ArrayList<String>();
    running(primary).ifPresent(costs::add);
    FenceRunner.taken(primary).ifPresent(costs::add);
    costs.addAll(givenUp(archive, job));
    costs.addAll(givenUpBeside(archive, job));
    costs.addAll(givenUpByHeirs(archive, job.log().incarnation()));
    return costs;
  }

  private static Optional<String> running(OldPrimary primary) {
    return switch (primary) {
      case OldPrimary.Here here when here.isInSight() -> running(here);
      case OldPrimary.Here _, OldPrimary.Elsewhere _ -> Optional.empty();
    };
  }

  private static Optional<String> running(OldPrimary.Here here) {
    try {
      return Postmaster.of(here.dataDirectory())
          .map(server -> "the server on " + here.dataDirectory() + " runs (process "
              + server.pid() + "), and is stopped by this recovery; what it commits until then"
              + " and after this plan is not in it: where that matters, stop it before you"
              + " plan");
    } catch (Unavailable e) { // its disk may be what was lost
      return Optional.of("whether a server runs on " + here.dataDirectory() + " cannot be told: "
          + e.report().headline() + "; the step that makes sure of it refuses until it can, or plan"
          + " with recovery.fence: attested in aegis.yaml");
    }
  }

  private static List<String> givenUp(WalArchive archive, Job job) {
    var branch = new Branch(job.log().incarnation(), job.goal().timeline());
    return archive.claim(branch.incarnation()).stream()
        .map(claim -> archive.inventory(claim).timeline(branch.timeline()))
        .flatMap(timeline -> told(
            branch.words(),
            () -> lastCommit(archive, branch, timeline, job.log().replayEnd())
                .map(commit -> "work up to " + words(commit)
                    + ", is durable and lies behind this moment: the recovered database is without"
                    + " it")))
        .toList();
  }

  /** What this recovery does not need refuses nothing, whatever became of it. */
  private static Stream<String> told(String whose, Supplier<Optional<String>> cost) {
    try {
      return cost.get().stream();
    } catch (Damaged e) {
      return Stream.of("whether " + whose + " has durable work that the recovered database is"
          + " without cannot be told: " + e.report().headline());
    }
  }

  /**
   * What other timelines of the same life hold: a standby was promoted while the old primary still
   * committed, or the moment lies before the promotion.
   */
  private static List<String> givenUpBeside(WalArchive archive, Job job) {
    var life = job.log().incarnation();
    var lineage = Lineage.of(archive, new Branch(life, job.goal().timeline()));
    return archive.claim(life).map(archive::inventory).stream()
        .flatMap(all -> all.timelines().values().stream())
        .filter(timeline -> !timeline.timeline().equals(job.goal().timeline()))
        .flatMap(timeline -> told(
            "timeline " + timeline.timeline(), () -> givenUpOn(archive, lineage, life, timeline)))
        .toList();
  }

  /** The log of a new timeline begins with a copy: what is its own lies behind that. */
  private static Optional<String> givenUpOn(
      WalArchive archive, Lineage lineage, Incarnation life, TimelineInventory timeline) {
    var branch = new Branch(life, timeline.timeline());
    var own = Lineage.of(archive, branch).passages().getLast().begin();
    var left = lineage.passage(life, timeline.timeline()).map(Passage::end).orElse(own);
    return lastCommit(archive, branch, timeline, Lsn.later(own, left))
        .map(commit -> "timeline " + timeline.timeline() + " has durable work up to "
            + words(commit) + ": the recovered database is without it (aegis plan --to latest"
            + " --incarnation " + life + " --timeline " + timeline.timeline() + ")");
  }

  /** All that the lives hold which left this one: its moments are not theirs. */
  private static List<String> givenUpByHeirs(WalArchive archive, Incarnation left) {
    return heirs(archive.legible(archive.claimed()), left)
        .flatMap(heir -> told(
            "incarnation " + heir.claim().id(),
            () -> ownCommit(archive, heir)
                .map(commit -> "incarnation " + heir.claim().id() + ", which left incarnation "
                    + left + ", has durable work up to " + words(commit)
                    + ": the recovered database is without it")))
        .toList();
  }

  /** A life that left another one, and where. */
  private record Successor(IncarnationClaim claim, Lsn fork) {}

  /** The log of a new life begins with a copy of the segment in which it left the old one. */
  private static Optional<Edge.Commit> ownCommit(WalArchive archive, Successor heir) {
    return archive.inventory(heir.claim()).timelines().reversed().values().stream()
        .flatMap(timeline -> lastCommit(
            archive, new Branch(heir.claim().id(), timeline.timeline()), timeline, heir.fork())
            .stream())
        .findFirst();
  }

  private static Stream<Successor> heirs(List<IncarnationClaim> claims, Incarnation left) {
    return claims.stream()
        .flatMap(claim -> claim.fork().stream()
            .filter(fork -> fork.parent().equals(left))
            .map(fork -> new Successor(claim, fork.at())))
        .flatMap(
            heir -> Stream.concat(Stream.of(heir), heirs(claims, heir.claim().id())));
  }

  private static Optional<Edge.Commit> lastCommit(
      WalArchive archive, Branch branch, TimelineInventory timeline, Lsn behind) {
    return archive
        .marks(branch.incarnation(), timeline)
        .newest()
        .flatMap(mark -> LastCommit.behind(behind, mark, () -> LineageLog.of(archive, branch)));
  }

  private static String words(Edge.Commit commit) {
    return "transaction " + commit.xid() + ", committed at " + commit.time();
  }
}
