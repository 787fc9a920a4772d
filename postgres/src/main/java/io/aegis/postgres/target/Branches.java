package io.aegis.postgres.target;

import io.aegis.postgres.BaseBackup;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Moments.LogStatus;
import io.aegis.postgres.Resolution;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.Target;
import io.aegis.postgres.archive.DurableMark;
import io.aegis.postgres.archive.LineageLog;
import io.aegis.postgres.archive.WalArchive;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** All histories that the repository holds log of, the one that was written to last first. */
public final class Branches {
  private final List<BaseBackup> bases;
  private final List<Known> newestFirst;

  /** A branch and what one listing shows of it. */
  record Known(Branch branch, LineageLog log, Instant active) {}

  /**
   * @param bases oldest first
   */
  public Branches(WalArchive archive, List<BaseBackup> bases) {
    this.bases = bases.stream().sorted(Comparator.comparing(BaseBackup::end)).toList();
    this.newestFirst = named(archive, this.bases).stream()
        .map(branch -> known(archive, branch))
        .sorted(Comparator.comparing(Known::active).reversed())
        .toList();
  }

  private static Set<Branch> named(WalArchive archive, List<BaseBackup> bases) {
    var systems = new LinkedHashSet<io.aegis.postgres.SystemIdentifier>();
    bases.forEach(base -> systems.add(base.system()));
    var branches = new LinkedHashSet<Branch>();
    for (var claim : archive.claims()) {
      if (systems.isEmpty() || systems.contains(claim.system())) {
        archive.inventory(claim).timelines().keySet().stream()
            .map(timeline -> new Branch(claim.id(), timeline))
            .forEach(branches::add);
      }
    }
    return branches;
  }

  private static Known known(WalArchive archive, Branch branch) {
    var log = LineageLog.of(archive, branch);
    var active = log.mark().map(DurableMark::asOf).orElse(Instant.MIN);
    return new Known(branch, log, active);
  }

  List<BaseBackup> bases() {
    return bases;
  }

  List<Known> newestFirst() {
    return newestFirst;
  }

  /** The answer of the first branch that can serve the target, or else of the newest one. */
  public Resolution resolve(Target target) {
    var answers = new ArrayList<Resolution>();
    for (var known : newestFirst) {
      var targets = new BranchTargets(known.log(), bases);
      if (targets.isEmpty()) {
        continue;
      }
      var answer = targets.resolve(target);
      if (answer instanceof Resolution.Present) {
        return answer;
      }
      answers.add(answer);
    }
    return answers.isEmpty() ? nothing() : answers.getFirst();
  }

  private Resolution nothing() {
    String reason = bases.isEmpty()
        ? "no snapshot was taken yet"
        : "the log that the snapshots need is not in the repository";
    return new Resolution.NoData(
        reason, new Resolution.Edge.Nothing(), new Resolution.Edge.Nothing());
  }

  /** How far each is durable; those without a mark have nothing to say. */
  public List<LogStatus> status() {
    return newestFirst.stream()
        .flatMap(known -> known.log().mark().stream()
            .map(mark -> new LogStatus(known.branch(), mark.durable(), mark.asOf())))
        .toList();
  }

  /** The beginning of the log that matters: where the oldest snapshot begins. */
  Lsn beginning() {
    return bases.isEmpty() ? Lsn.INVALID : bases.getFirst().begin();
  }
}
