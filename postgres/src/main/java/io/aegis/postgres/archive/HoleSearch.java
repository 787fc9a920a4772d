package io.aegis.postgres.archive;

import io.aegis.postgres.BaseBackup;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.RestorableWindow.Cause;
import io.aegis.postgres.RestorableWindow.Hole;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds log that is not there: declared to be lost, missing in the middle, or missing at the end.
 */
public final class HoleSearch {
  private final WalArchive archive;
  private final List<BaseBackup> backups;

  public HoleSearch(WalArchive archive, List<BaseBackup> backups) {
    this.archive = archive;
    this.backups = backups;
  }

  /** In the order of the log. */
  public List<Hole> holes(Branch branch, TimelineInventory timeline) {
    var holes = new ArrayList<Hole>();
    for (var gap : timeline.gaps()) {
      var said = archive.gap(branch.incarnation(), branch.timeline(), gap);
      holes.add(hole(branch, gap, gap.isEmpty() ? Cause.BARRIER : Cause.DECLARED, said.reason()));
    }
    var before = Lsn.INVALID;
    for (var range : timeline.ranges()) {
      if (!before.equals(Lsn.INVALID)) {
        var missing = new LogSpan(before, range.from());
        if (!timeline.isDeclared(missing)) {
          holes.add(hole(branch, missing, Cause.MISSING, "later log is there, this is not"));
        }
      }
      before = range.to();
    }
    timeline
        .missingTail()
        .map(tail ->
            hole(branch, tail, Cause.MISSING_TAIL, "a durable mark says that it was there once"))
        .ifPresent(holes::add);
    holes.sort(java.util.Comparator.comparing(Hole::from));
    return holes;
  }

  /** Whether a snapshot of that life was taken behind it. */
  boolean isBehindUs(Hole hole) {
    return backups.stream()
        .anyMatch(base -> base.incarnation().equals(hole.branch().incarnation())
            && !base.begin().isBefore(hole.to()));
  }

  /** A snapshot is affected if replay from it would have to pass the hole. */
  Hole hole(Branch branch, LogSpan span, Cause cause, String reason) {
    var affected = backups.stream()
        .filter(base -> base.incarnation().equals(branch.incarnation()))
        .filter(base -> base.timeline().compareTo(branch.timeline()) <= 0)
        .filter(base -> base.begin().isBefore(span.to()))
        .toList();
    return new Hole(branch, span.from(), span.to(), cause, reason, affected);
  }
}
