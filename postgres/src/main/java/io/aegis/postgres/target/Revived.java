package io.aegis.postgres.target;

import static java.time.temporal.ChronoUnit.SECONDS;

import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.archive.DurableMark;
import io.aegis.postgres.archive.IncarnationClaim;
import io.aegis.postgres.archive.IncarnationClaim.Origin;
import io.aegis.postgres.archive.Lineage.Passage;
import io.aegis.postgres.target.Branches.Known;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Lives that took commits after a recovery had left them: a stream is refused that, once the new
 * life has log, but one that ran until then, or an earlier version of Aegis, could store some. They
 * are not in the latest moment, and nobody may think that they are.
 */
final class Revived {
  private Revived() {}

  /** A line for each. */
  static Stream<String> warnings(List<Known> newestFirst) {
    return newestFirst.stream()
        .filter(Known::isLed)
        .flatMap(heir -> heir.claim().origin() instanceof Origin.Fork fork
            ? heir.log().lineage().passages().stream()
                .filter(passage -> passage.incarnation().equals(fork.parent()))
                .flatMap(passage -> warnings(heir.claim(), passage, newestFirst))
            : Stream.of())
        .distinct();
  }

  private static Stream<String> warnings(
      IncarnationClaim heir, Passage passage, List<Known> branches) {
    return branches.stream()
        .filter(known -> known.isOn(passage.incarnation(), passage.timeline()))
        .flatMap(known -> known.mark().stream())
        .flatMap(mark -> lateCommit(mark, heir, passage).stream())
        .map(commit -> "incarnation " + passage.incarnation() + " took commits after the recovery"
            + " of " + heir.claimed().truncatedTo(SECONDS) + " had left it at " + passage.end()
            + " for incarnation " + heir.id() + ", the last of them, " + commit.xid() + ", at "
            + commit.time() + ": they are not in the latest moment, which is that of the new life"
            + " (aegis wal status)");
  }

  /** Two clocks have to say so: that of the server, and that of the one who streamed. */
  private static Optional<Edge.Commit> lateCommit(
      DurableMark mark, IncarnationClaim heir, Passage passage) {
    return mark.lastCommit() instanceof Edge.Commit commit
            && commit.end().isAfter(passage.end())
            && commit.time().isAfter(heir.claimed())
            && mark.written().isAfter(heir.claimed())
        ? Optional.of(commit)
        : Optional.empty();
  }
}
