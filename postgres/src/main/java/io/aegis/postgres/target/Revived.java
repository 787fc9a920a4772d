package io.aegis.postgres.target;

import static java.time.temporal.ChronoUnit.SECONDS;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.archive.IncarnationClaim;
import io.aegis.postgres.archive.IncarnationClaim.Origin;
import io.aegis.postgres.archive.Lineage.Passage;
import io.aegis.postgres.target.Branches.Known;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Lives that took commits after a recovery had left them: a stream is refused that, once the new
 * life has log, but one that ran until then, or an earlier version of Aegis, could store some. And
 * timelines that have commits behind the promotion which left them, where the old primary's stream
 * ran beside. They are not in the latest moment, and nobody may think that they are.
 */
record Revived(List<Known> newestFirst, Comparator<IncarnationClaim> order) {

  /** A line for each. */
  Stream<String> warnings() {
    return newestFirst.stream()
        .filter(Known::isLed)
        .flatMap(heir -> newestFirst.stream().flatMap(left -> warning(heir, left).stream()))
        .distinct();
  }

  private Optional<String> warning(Known heir, Known left) {
    try {
      return heir.branch().incarnation().equals(left.branch().incarnation())
          ? promoted(heir, left)
          : heir.claim().fork().flatMap(fork -> recovered(heir, fork, left));
    } catch (Damaged e) { // log that the latest moment does not need
      return Optional.of("whether " + left.branch().words() + " has commits that are not in the"
          + " latest moment cannot be told: " + e.report().headline() + " (aegis repo check)");
    }
  }

  /** Of a promotion nothing tells when it was: all behind it counts. */
  private static Optional<String> promoted(Known heir, Known left) {
    var branch = left.branch();
    return heir.log()
        .lineage()
        .passage(branch.incarnation(), branch.timeline())
        .filter(_ -> !branch.equals(heir.branch()))
        .flatMap(passage -> left.lastCommitBehind(passage.end())
            .map(commit -> branch.words() + " has commits behind " + passage.end()
                + ", where timeline " + heir.branch().timeline() + " left it, the last of them, "
                + commit.xid() + ", at " + commit.time()
                + ": they are not in the latest moment (aegis wal status)"));
  }

  private Optional<String> recovered(Known heir, Origin.Fork fork, Known left) {
    return givenUpAt(heir, fork, left)
        .flatMap(at -> lateCommit(left, at, heir.claim().claimed()))
        .map(commit -> "incarnation " + left.branch().incarnation()
            + " took commits after the recovery of " + heir.claim().claimed().truncatedTo(SECONDS)
            + " had left " + (fork.parent().equals(left.branch().incarnation()) ? "it" : "another")
            + " at " + fork.at() + " for incarnation " + heir.claim().id()
            + ", the last of them, " + commit.xid() + ", at " + commit.time()
            + ": they are not in the latest moment, which is that of the new life"
            + " (aegis wal status)");
  }

  /** From where on what is stored of it does not count; nothing if it was not given up. */
  private Optional<Lsn> givenUpAt(Known heir, Origin.Fork fork, Known left) {
    var incarnation = left.branch().incarnation();
    if (incarnation.equals(fork.parent())) {
      return heir.log().lineage().passage(incarnation, left.branch().timeline()).map(Passage::end);
    }
    return left.isLed()
            && left.claim().fork().isPresent()
            && order.compare(left.claim(), heir.claim()) < 0
            && left.root().equals(heir.root())
            && !heir.cameBy(incarnation)
            && !left.cameBy(heir.branch().incarnation())
        ? Optional.of(left.fork())
        : Optional.empty();
  }

  /** Two clocks have to say so: that of the server, and that of the one who streamed. */
  private static Optional<Edge.Commit> lateCommit(Known left, Lsn at, Instant claimed) {
    return left.mark()
        .filter(mark -> mark.written().isAfter(claimed))
        .flatMap(_ -> left.lastCommitBehind(at))
        .filter(commit -> commit.time().isAfter(claimed));
  }
}
