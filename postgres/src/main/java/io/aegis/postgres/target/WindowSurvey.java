package io.aegis.postgres.target;

import io.aegis.postgres.BaseBackup;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.RestorableWindow;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.RestorableWindow.Cause;
import io.aegis.postgres.RestorableWindow.Hole;
import io.aegis.postgres.RestorableWindow.Span;
import io.aegis.postgres.archive.DeclaredGap;
import io.aegis.postgres.archive.DurableMark;
import io.aegis.postgres.archive.LogSpan;
import io.aegis.postgres.archive.TimelineInventory;
import io.aegis.postgres.target.Branches.Known;
import io.aegis.postgres.wal.Detail;
import io.aegis.postgres.wal.WalEvent.TransactionEnd;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** Puts the window together from what is really stored. */
public final class WindowSurvey {
  private final Branches branches;

  public WindowSurvey(Branches branches) {
    this.branches = branches;
  }

  public RestorableWindow window() {
    var spans = new ArrayList<Span>();
    var holes = new ArrayList<Hole>();
    for (var known : branches.newestFirst().reversed()) {
      spans.addAll(spans(known));
      holes.addAll(holes(known));
    }
    return new RestorableWindow(spans, holes);
  }

  /** Those of them that no snapshot lies behind. */
  public List<Hole> open(List<Hole> holes) {
    var newestFirst = branches.newestFirst().stream().map(Known::branch).toList();
    return holes.stream()
        .filter(hole ->
            branches.bases().stream().noneMatch(base -> liesBehind(base, hole, newestFirst)))
        .toList();
  }

  /** On its branch; or on one that is led since, and was not reached through that log. */
  static boolean liesBehind(BaseBackup base, Hole hole, List<Branch> newestFirst) {
    var branch = hole.branch();
    if (base.isOf(branch.incarnation(), branch.timeline())) {
      return !base.begin().isBefore(hole.to());
    }
    int led = newestFirst.indexOf(new Branch(base.incarnation(), base.timeline()));
    return led >= 0 && led < newestFirst.indexOf(branch) && !hole.affected().contains(base);
  }

  // Backups from which replay reaches the same end lie in one interval; the oldest is where it
  // begins.
  private List<Span> spans(Known known) {
    var oldestByReach = new LinkedHashMap<Lsn, BaseBackup>();
    for (var base : branches.bases()) {
      if (known.log().lineage().carries(base)) {
        var reach = known.log().reach(base.begin());
        if (!reach.isBefore(base.end())) {
          oldestByReach.putIfAbsent(reach, base);
        }
      }
    }
    var spans = new ArrayList<Span>();
    oldestByReach.forEach((reach, base) -> spans.add(span(known, base, reach)));
    return spans;
  }

  private static Span span(Known known, BaseBackup base, Lsn reach) {
    if (reach.equals(base.end())) {
      return new Span.Point(known.branch(), base);
    }
    var last = lastCommit(known, new LogSpan(base.begin(), reach));
    return new Span.Interval(
        known.branch(),
        new Edge.SnapshotEnd(base.end(), base.finished()),
        last,
        reach,
        knownUntil(known, base, last, reach));
  }

  /** The newest mark knows the last commit before it, so that only what came since is read. */
  private static Edge lastCommit(Known known, LogSpan stretch) {
    if (known.mark().isPresent()
        && !stretch.to().isBefore(known.mark().get().durable())
        && known.mark().get().lastCommit() instanceof Edge.Commit noted
        && noted.end().isAfter(stretch.from())) {
      return lastCommit(known, known.mark().get(), noted, stretch.to());
    }
    return LogSearch.fromRecord(known.log(), stretch).lastCommitUpTo(stretch.to());
  }

  /** A switch of the log ends its segment, of which the rest need not be stored yet. */
  private static Edge lastCommit(Known known, DurableMark mark, Edge.Commit noted, Lsn to) {
    var last = new Edge[] {noted};
    if (mark.durable().isBefore(to) && mark.lastEnd().isBefore(to)) {
      var since = new LogSpan(mark.lastEnd(), to);
      known.log().scanFromRecord(since, Detail.TRANSACTIONS, event -> {
        if (event instanceof TransactionEnd end && end.outcome().isCommit()) {
          last[0] = LogSearch.edge(end);
        }
      });
    }
    return last[0];
  }

  private static Instant knownUntil(Known known, BaseBackup base, Edge last, Lsn reach) {
    var mark = known.mark();
    if (mark.isPresent() && !reach.isBefore(mark.get().durable())) {
      return mark.get().knownUntil();
    }
    return last instanceof Edge.Commit commit ? commit.time() : base.finished();
  }

  private List<Hole> holes(Known known) {
    var inventory = known.log().tip();
    var holes = new ArrayList<Hole>();
    for (var at : inventory.barriers()) {
      holes.add(hole(known, new LogSpan(at, at), Cause.BARRIER, DeclaredGap.MINIMAL));
    }
    for (var gap : inventory.lost()) {
      holes.add(hole(known, gap, Cause.DECLARED, "the server had removed it before it arrived"));
    }
    for (var missing : between(inventory)) {
      if (!inventory.isDeclared(missing)) {
        holes.add(hole(known, missing, Cause.MISSING, "later log is there, this is not"));
      }
    }
    inventory
        .missingTail()
        .map(tail ->
            hole(known, tail, Cause.MISSING_TAIL, "it was durable once, and is not there any more"))
        .ifPresent(holes::add);
    return holes;
  }

  private static List<LogSpan> between(TimelineInventory inventory) {
    var missing = new ArrayList<LogSpan>();
    var ranges = inventory.ranges();
    for (int i = 1; i < ranges.size(); i++) {
      missing.add(new LogSpan(ranges.get(i - 1).to(), ranges.get(i).from()));
    }
    return missing;
  }

  private Hole hole(Known known, LogSpan span, Cause cause, String reason) {
    Branch branch = known.branch();
    var affected = branches.bases().stream()
        .filter(base -> known.log().lineage().carries(base) && base.begin().isBefore(span.to()))
        .toList();
    return new Hole(branch, span.from(), span.to(), cause, reason, affected);
  }
}
