package io.aegis.postgres.loss;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.archive.IncarnationClaim;
import io.aegis.postgres.archive.Lineage;
import io.aegis.postgres.archive.TimelineInventory;
import io.aegis.postgres.archive.WalArchive;
import io.aegis.postgres.server.Postmaster;
import io.aegis.postgres.steps.PostgresStep.Job;
import io.aegis.postgres.steps.PostgresStep.OldPrimary;
import io.aegis.repository.Repository;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a recovery takes away, as things are now: nobody should learn it from the result. */
final class Costs {
  private Costs() {}

  static List<String> of(Repository repository, Job job, OldPrimary primary) {
    var archive = new WalArchive(repository.records());
    var costs = new ArrayList<String>();
    running(primary).ifPresent(costs::add);
    givenUp(archive, job).ifPresent(costs::add);
    costs.addAll(givenUpBeside(archive, job));
    costs.addAll(givenUpByHeirs(archive, job.log().incarnation()));
    return costs;
  }

  private static Optional<String> running(OldPrimary primary) {
    return switch (primary) {
      case OldPrimary.Here here ->
        Postmaster.of(here.dataDirectory())
            .map(server -> "the server on " + here.dataDirectory() + " runs (process "
                + server.pid() + "), and is stopped by this recovery; what it commits until then"
                + " and after this plan is not in it: where that matters, stop it before you"
                + " plan");
      case OldPrimary.Elsewhere _ -> Optional.empty();
    };
  }

  private static Optional<String> givenUp(WalArchive archive, Job job) {
    return archive
        .claim(job.log().incarnation())
        .flatMap(claim -> lastCommit(
            archive, claim.id(), archive.inventory(claim).timeline(job.goal().timeline())))
        .filter(commit -> !commit.start().isBefore(job.log().replayEnd()))
        .map(commit -> "work up to " + words(commit)
            + ", is durable and lies behind this moment: the recovered database is without it");
  }

  /**
   * What other timelines of the same life hold: a standby was promoted while the old primary still
   * committed, or the moment lies before the promotion.
   */
  private static List<String> givenUpBeside(WalArchive archive, Job job) {
    var life = job.log().incarnation();
    var lineage = Lineage.of(archive, new Branch(life, job.goal().timeline()));
    var inventory = archive.claim(life).map(archive::inventory);
    return inventory.stream()
        .flatMap(all -> all.timelines().values().stream())
        .filter(timeline -> !timeline.timeline().equals(job.goal().timeline()))
        .flatMap(timeline -> {
          try {
            return givenUpOn(archive, lineage, life, timeline).stream();
          } catch (Damaged e) { // nothing that this recovery needs
            return Stream.of("whether timeline " + timeline.timeline() + " has durable work that"
                + " the recovered database is without cannot be told: "
                + e.report().headline());
          }
        })
        .toList();
  }

  private static Optional<String> givenUpOn(
      WalArchive archive, Lineage lineage, Incarnation life, TimelineInventory timeline) {
    return lastCommit(archive, life, timeline)
        .filter(commit -> isItsOwn(archive, life, timeline.timeline(), commit))
        .filter(commit -> lineage
            .passage(life, timeline.timeline())
            .filter(passage -> commit.start().isBefore(passage.end()))
            .isEmpty())
        .map(commit -> "timeline " + timeline.timeline() + " has durable work up to "
            + words(commit) + ": the recovered database is without it (aegis plan --to latest"
            + " --incarnation " + life + " --timeline " + timeline.timeline() + ")");
  }

  /** The log of a new timeline begins with a copy, too. */
  private static boolean isItsOwn(
      WalArchive archive, Incarnation life, Timeline timeline, Edge.Commit commit) {
    var passages = Lineage.of(archive, new Branch(life, timeline)).passages();
    return !commit.start().isBefore(passages.getLast().begin());
  }

  /** All that the lives hold which left this one: its moments are not theirs. */
  private static List<String> givenUpByHeirs(WalArchive archive, Incarnation left) {
    return heirs(archive.legible(archive.claimed()), left)
        .flatMap(heir -> ownCommit(archive, heir).stream()
            .map(commit -> "incarnation " + heir.claim().id() + ", which left incarnation " + left
                + ", has durable work up to " + words(commit)
                + ": the recovered database is without it"))
        .toList();
  }

  /** A life that left another one, and where. */
  private record Successor(IncarnationClaim claim, Lsn fork) {}

  /** The log of a new life begins with a copy of the segment in which it left the old one. */
  private static Optional<Edge.Commit> ownCommit(WalArchive archive, Successor heir) {
    return archive.inventory(heir.claim()).timelines().reversed().values().stream()
        .flatMap(timeline -> lastCommit(archive, heir.claim().id(), timeline).stream())
        .findFirst()
        .filter(commit -> !commit.start().isBefore(heir.fork()));
  }

  private static Stream<Successor> heirs(List<IncarnationClaim> claims, Incarnation left) {
    return claims.stream()
        .flatMap(claim -> claim.fork().stream()
            .filter(fork -> fork.parent().equals(left))
            .map(fork -> new Successor(claim, fork.at())))
        .flatMap(
            heir -> Stream.concat(Stream.of(heir), heirs(claims, heir.claim().id())));
  }

  /** By the newest mark, which knows the last commit before it. */
  private static Optional<Edge.Commit> lastCommit(
      WalArchive archive, Incarnation life, TimelineInventory timeline) {
    return archive
        .marks(life, timeline)
        .newest()
        .flatMap(mark -> mark.lastCommit().commit());
  }

  private static String words(Edge.Commit commit) {
    return "transaction " + commit.xid() + ", committed at " + commit.time();
  }
}
