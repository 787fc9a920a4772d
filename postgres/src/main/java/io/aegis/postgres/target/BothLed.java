package io.aegis.postgres.target;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.Resolution.PlannedTarget;
import io.aegis.postgres.archive.IncarnationClaim.Origin;
import io.aegis.postgres.archive.Lineage.Passage;
import io.aegis.postgres.target.Branches.Known;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Two lives of which one took commits after the other had left it, by the claim of that: one of the
 * clocks is wrong, or both were led. The heartbeat of an idle one says nothing.
 */
final class BothLed {
  private BothLed() {}

  /** Whether that may be so at a time, and the life that was left tells of it. */
  static boolean isKnownAt(Instant time, Known heir, Known left, Passage passage) {
    return isTold(left, time) && lateCommit(time, heir, left, passage).isPresent();
  }

  /**
   * The life that was left, where it took commits until then, is silent of the time itself, and the
   * heir has done nothing of its own by then: what it answers is without those commits.
   */
  static Optional<Known> missed(Instant time, Known heir, PlannedTarget answer, List<Known> among) {
    var passages = heir.log().lineage().passages();
    if (passages.size() == 1 || end(answer.lastIncluded()).isAfter(heir.fork())) {
      return Optional.empty();
    }
    var before = passages.get(passages.size() - 2);
    return among.stream()
        .filter(left -> left.isOn(before.incarnation(), before.timeline()))
        .filter(left -> !isTold(left, time))
        .filter(left -> lateCommit(time, heir, left, before)
            .filter(commit -> !commit.time().isAfter(time))
            .isPresent())
        .findFirst();
  }

  private static boolean isTold(Known left, Instant time) {
    return left.mark().filter(mark -> !mark.knownUntil().isBefore(time)).isPresent();
  }

  private static Lsn end(Edge edge) {
    return switch (edge) {
      case Edge.Commit commit -> commit.end();
      case Edge.SnapshotEnd end -> end.lsn();
      case Edge.Nothing() -> Lsn.INVALID;
    };
  }

  private static Optional<Edge.Commit> lateCommit(
      Instant time, Known heir, Known left, Passage passage) {
    var claimed = heir.claim().claimed();
    if (!(heir.claim().origin() instanceof Origin.Fork)
        || passage.incarnation().equals(heir.branch().incarnation())
        || time.isBefore(claimed)) {
      return Optional.empty();
    }
    try {
      return left.lastCommitBehind(passage.end()).filter(commit -> commit.time().isAfter(claimed));
    } catch (Damaged e) {
      return Optional.empty(); // what cannot be read holds nothing that could be chosen instead
    }
  }
}
