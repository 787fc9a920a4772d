package io.aegis.postgres.archive;

import io.aegis.postgres.BaseBackup;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Resolution.Leg;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.archive.IncarnationClaim.Origin;
import io.aegis.postgres.wal.SegmentSize;
import io.aegis.postgres.wal.TimelineHistory.Ancestor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The one way through timelines and incarnations that leads to a branch.
 *
 * <p>A promotion copies the beginning of the segment in which it happens into the first segment of
 * the new timeline, and PostgreSQL reads it from there. So a timeline's records end at the fork,
 * but its files are needed only up to the beginning of that segment.
 *
 * @param passages oldest first
 */
public record Lineage(Branch branch, SegmentSize segments, List<Passage> passages) {
  static final Lsn OPEN = new Lsn(-1);

  public Lineage {
    passages = List.copyOf(passages);
  }

  /**
   * A timeline on the way.
   *
   * @param begin where it left the one before
   * @param end where it was left; beyond every position for the last one
   */
  public record Passage(Incarnation incarnation, Timeline timeline, Lsn begin, Lsn end) {}

  /** Reads claims and history files only. */
  public static Lineage of(WalArchive archive, Branch branch) {
    var claim = archive.requireClaim(branch.incarnation());
    var history = archive.history(claim.id(), branch.timeline());
    var passages = new ArrayList<Passage>();
    var begin = Lsn.INVALID;
    var ancestors = history.ancestors();
    for (int i = 0; i < ancestors.size(); i++) {
      var end = leftAt(ancestors.subList(i, ancestors.size()));
      if (begin.isBefore(end)) {
        var timeline = ancestors.get(i).timeline();
        passages.add(new Passage(ownerOf(archive, claim, timeline), timeline, begin, end));
        begin = end;
      }
    }
    passages.add(new Passage(claim.id(), branch.timeline(), begin, OPEN));
    return new Lineage(branch, claim.segments(), passages);
  }

  /**
   * A server that followed a timeline and ended before its beginning left the one before there; its
   * history does not say so (see {@link #legsTo}).
   */
  private static Lsn leftAt(List<Ancestor> fromHere) {
    return fromHere.stream().map(Ancestor::until).min(Comparator.naturalOrder()).orElseThrow();
  }

  /** A recovered cluster shares the timelines up to the fork with the one it was recovered from. */
  private static Incarnation ownerOf(
      WalArchive archive, IncarnationClaim claim, Timeline timeline) {
    return switch (claim.origin()) {
      case Origin.Root() -> claim.id();
      case Origin.Fork(var parent, var last, var _) ->
        timeline.compareTo(last) > 0
            ? claim.id()
            : ownerOf(archive, archive.claimOfParent(parent, claim), timeline);
    };
  }

  /** The passage on that timeline of that incarnation, if the way leads through it. */
  public Optional<Passage> passage(Incarnation incarnation, Timeline timeline) {
    return passages.stream()
        .filter(p -> p.incarnation().equals(incarnation) && p.timeline().equals(timeline))
        .findFirst();
  }

  /** Whether a restore of that backup can reach this branch (trap T37). */
  public boolean carries(BaseBackup base) {
    return passage(base.incarnation(), base.timeline())
        .filter(passage -> !base.end().isAfter(passage.end()))
        .isPresent();
  }

  /**
   * Which files a replay needs that stops at a record, and so on which timeline it has to stop: the
   * one that the record lies on. PostgreSQL writes the history of the timeline that it was told to
   * follow (writeTimeLineHistory, src/backend/access/transam/timeline.c), also where the end of its
   * replay lies before the beginning of that one.
   *
   * @param record where it begins
   * @param reach how far the log is there
   */
  public List<Leg> legsTo(Lsn from, Lsn record, Lsn reach) {
    var way = new ArrayList<Passage>();
    for (var passage : passages) {
      way.add(passage);
      if (record.isBefore(passage.end())) {
        break;
      }
    }
    return new Lineage(branch, segments, way)
        .legs(from, Lsn.earlier(reach, way.getLast().end()));
  }

  /** Which files are needed from where, to replay from one position up to another. */
  public List<Leg> legs(Lsn from, Lsn to) {
    var legs = new ArrayList<Leg>();
    for (int i = 0; i < passages.size(); i++) {
      var passage = passages.get(i);
      boolean last = i + 1 == passages.size();
      var begin = Lsn.later(segments.floor(passage.begin()), segments.floor(from));
      var end = last ? to : Lsn.earlier(segments.floor(passage.end()), to);
      if (begin.isBefore(end)) {
        legs.add(new Leg(passage.incarnation(), passage.timeline(), begin, end));
      }
    }
    return legs;
  }
}
