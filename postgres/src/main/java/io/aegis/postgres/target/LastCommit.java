package io.aegis.postgres.target;

import io.aegis.postgres.Lsn;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.archive.DurableMark;
import io.aegis.postgres.archive.LineageLog;
import io.aegis.postgres.archive.LogSpan;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The last commit of a branch, which its newest mark knows; or which must be looked for, where a
 * stream that went on in the midst of a long transaction had not met any when it wrote the mark.
 */
public final class LastCommit {
  private LastCommit() {}

  /**
   * The last one on the branch's own timeline whose record ends behind {@code lsn}.
   *
   * @param mark the branch's newest
   * @param log that of the branch
   * @throws io.aegis.kernel.Failure.Damaged if log that has to be looked into cannot be read
   */
  public static Optional<Edge.Commit> behind(Lsn lsn, DurableMark mark, Supplier<LineageLog> log) {
    return mark.lastCommit()
        .commit()
        .or(() -> found(log.get(), lsn))
        .filter(commit -> commit.end().isAfter(lsn));
  }

  private static Optional<Edge.Commit> found(LineageLog log, Lsn lsn) {
    return log.tip().ranges().reversed().stream()
        .filter(range -> range.to().isAfter(lsn))
        .map(range -> new LogSpan(Lsn.later(lsn, range.from()), range.to()))
        .flatMap(
            stretch -> LogSearch.in(log, stretch).lastCommitUpTo(stretch.to()).commit().stream())
        .findFirst();
  }
}
