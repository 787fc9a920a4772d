package io.aegis.postgres.snapshot;

import io.aegis.kernel.Failure;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCluster.Facts;
import io.aegis.postgres.WalDurability;
import io.aegis.postgres.control.ControlFile;
import io.aegis.repository.Repository;
import io.aegis.repository.SnapshotSummary;
import io.aegis.repository.StoredFile;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The earlier snapshot that an incremental one leans on.
 *
 * @param summary as the repository lists it
 * @param facts its own account of itself
 */
record Baseline(Repository repository, SnapshotSummary summary, BackupFacts facts) {

  /** The newest of {@code taken} whose facts can be read. */
  static Optional<Baseline> newestOf(Repository repository, List<SnapshotSummary> taken) {
    for (var summary : taken.reversed()) {
      try {
        return Optional.of(new Baseline(repository, summary, BackupFactsFormat.of(summary)));
      } catch (Failure.Damaged e) {
        // An older one serves as well: what a snapshot leans on decides its cost, not its content.
      }
    }
    return Optional.empty();
  }

  /**
   * Why its content cannot be relied on without reading, in words; empty if it can (traps T20, T21,
   * T25).
   *
   * @param begin where the new snapshot begins: what came later says nothing of what was there then
   */
  Optional<String> whyNotTrusted(Facts server, Lsn begin, ControlFile control) {
    var span = facts.span();
    if (!span.system().equals(server.system())) {
      return Optional.of("the earlier snapshot is of another cluster");
    }
    if (!span.incarnation().equals(server.incarnation())) {
      return Optional.of("the cluster was recovered since the earlier snapshot");
    }
    if (!span.timeline().equals(control.checkpoint().timeline())) {
      return Optional.of("the timeline has changed since the earlier snapshot");
    }
    if (span.end().isAfter(begin)) {
      return Optional.of("the earlier snapshot is of a later moment");
    }
    if (facts.server().checksums() != control.checksums()) {
      return Optional.of("page checksums were switched since the earlier snapshot");
    }
    if (!facts.server().geometry().equals(control.geometry())
        || facts.server().catalogVersion() != server.catalogVersion()) {
      return Optional.of("the cluster's files were rewritten since the earlier snapshot");
    }
    return Optional.empty();
  }

  /**
   * Why it is not known that the server at {@code begin} came of what it was at this snapshot;
   * empty if it is. A server that was set back to an earlier state and wrote on past this snapshot
   * passes every other test; but it leaves a gap in the log that is kept (trap T25).
   */
  Optional<String> whyNotConnected(WalDurability.Watch log, Lsn begin) {
    var span = facts.span();
    return log.isUnbroken(span.timeline(), span.begin(), begin)
        ? Optional.empty()
        : Optional.of("the log since the earlier snapshot is not kept without a gap");
  }

  /** Every file it holds, in the order of their paths. */
  void files(Consumer<StoredFile> each) {
    try (var reader = repository.open(summary.id())) {
      reader.files(each);
    }
  }
}
