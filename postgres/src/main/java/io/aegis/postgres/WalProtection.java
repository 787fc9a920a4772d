package io.aegis.postgres;

import io.aegis.kernel.Progress;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.RestorableWindow.Hole;
import io.aegis.postgres.archive.HoleSearch;
import io.aegis.postgres.archive.LogCheck;
import io.aegis.postgres.archive.TimelineInventory;
import io.aegis.postgres.archive.WalArchive;
import io.aegis.postgres.cluster.ClusterProbe;
import io.aegis.repository.CheckDepth;
import io.aegis.repository.Finding;
import io.aegis.repository.Repository;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How well the log is kept, as the repository has it now; no server is asked.
 *
 * @param backups the snapshots that rest on the log: they tell what a hole costs
 */
public record WalProtection(Repository repository, List<BaseBackup> backups) {
  public WalProtection {
    backups = List.copyOf(backups);
  }

  /**
   * What is kept of one timeline of one life of a cluster.
   *
   * @param from where it begins
   * @param durable how far it is durable
   * @param lastCommit the last transaction that is durable
   * @param knownUntil until here, by the server's clock, it is known that nothing else was
   *     committed
   * @param marked when that was last recorded, by the clock of the one who streams
   * @param objects how many objects hold it
   */
  public record Line(
      Branch branch,
      SystemIdentifier system,
      Lsn from,
      Lsn durable,
      Resolution.Edge lastCommit,
      Instant knownUntil,
      Instant marked,
      int objects,
      List<Hole> holes) {
    public Line {
      holes = List.copyOf(holes);
    }
  }

  /**
   * Whether the log of this server comes into this repository now, through this slot.
   *
   * @throws io.aegis.kernel.Failure.Unavailable if the server does not answer
   */
  public static Readiness streamed(Repository repository, PostgresCluster cluster, String slot) {
    var archive = new WalArchive(repository.records());
    return new ClusterProbe(cluster)
        .streamed(
            slot,
            life -> archive.claim(life).stream()
                .flatMap(claim -> archive.inventory(claim).timelines().values().stream())
                .map(TimelineInventory::durable)
                .reduce(Lsn.INVALID, Lsn::later));
  }

  /** All timelines of all lives, in the order of their names. */
  public List<Line> lines() {
    var archive = new WalArchive(repository.records());
    var lines = new ArrayList<Line>();
    for (var claim : archive.claims()) {
      var inventory = archive.inventory(claim);
      for (var timeline : inventory.timelines().values()) {
        var branch = new Branch(claim.id(), timeline.timeline());
        var holes = new HoleSearch(archive, backups).holes(branch, timeline);
        archive
            .marks(claim.id(), timeline)
            .newest()
            .map(mark -> new Line(
                branch,
                claim.system(),
                timeline.begin(),
                mark.durable(),
                mark.lastCommit(),
                mark.knownUntil(),
                mark.written(),
                timeline.pieces().size(),
                holes))
            .ifPresent(lines::add);
      }
    }
    return lines;
  }

  /** Log that is not there, of all lives, in the order of their names. */
  public List<Hole> holes() {
    return lines().stream().flatMap(line -> line.holes().stream()).toList();
  }

  /**
   * Looks for what is missing, and with {@link CheckDepth#READ_DATA} reads every byte of the log
   * and every record in it; never changes anything.
   *
   * @param progress in bytes of log
   */
  public List<Finding> check(CheckDepth depth, Progress progress) {
    return new LogCheck(repository, backups, progress).run(depth);
  }
}
