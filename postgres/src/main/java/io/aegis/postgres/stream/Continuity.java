package io.aegis.postgres.stream;

import static io.aegis.postgres.PostgresCode.HISTORY_DIVERGES;
import static io.aegis.postgres.PostgresCode.LOG_WENT_BACK;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.Report;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.archive.WalFiling;
import io.aegis.postgres.stream.ReplicationLink.Identity;
import io.aegis.postgres.wal.TimelineHistory;
import java.util.Optional;

/**
 * Decides from facts alone whether a server's log may be filed behind what is stored (trap T27):
 * clones of a cluster share its identifier, so timelines and positions must agree as well.
 */
final class Continuity {
  private Continuity() {}

  /**
   * What is stored of the newest timeline.
   *
   * @param end the end of all that is there
   * @param lastEnd the end of the last complete record; what follows it may be torn off by a crash
   */
  record Stored(Timeline timeline, Lsn end, Lsn lastEnd) {}

  /** How to go on. */
  sealed interface Way {

    /** Go on where the stored log ends, on the timeline that the server is on. */
    record Onward(Timeline timeline, Lsn from) implements Way {}

    /** First finish an older timeline, up to where it was left. */
    record ThroughFork(Timeline timeline, Lsn from, Lsn until, Timeline next) implements Way {}
  }

  /**
   * @param standby whether the server is one: it tells what it has replayed, or has received since
   *     it was started ({@code GetStandbyFlushRecPtr}, src/backend/replication/walsender.c), so
   *     that one that is restarted or late seems to have less log than it has
   * @throws Refused if the server's log is no continuation of what is stored
   * @throws Unavailable if that cannot be told yet
   */
  static Way judge(Stored stored, Identity server, TimelineHistory history, boolean standby) {
    int order = server.timeline().compareTo(stored.timeline());
    if (order < 0) {
      throw refused(
          HISTORY_DIVERGES,
          "the server is on timeline " + server.timeline() + ", but timeline " + stored.timeline()
              + " is stored already",
          "it is the old primary, or a copy from before the promotion");
    }
    if (order == 0) {
      if (server.flushed().isBefore(stored.lastEnd())) {
        throw standby
            ? late(stored, server)
            : refused(
                LOG_WENT_BACK,
                "the server's log ends at " + server.flushed() + ", but log up to "
                    + stored.lastEnd() + " is stored already",
                "it was set back to an earlier state, or it is an old copy");
      }
      return new Way.Onward(stored.timeline(), stored.end());
    }
    return throughFork(stored, server, history);
  }

  private static Unavailable late(Stored stored, Identity server) {
    return new Unavailable(Report.of(
            PostgresCode.DATABASE_UNREACHABLE,
            "the standby is at " + server.flushed() + ", and log up to " + stored.lastEnd()
                + " is stored already")
        .why("it is late, or replays its own log after a restart; or it was set back")
        .safe("nothing of it was stored; what is stored stays as it is")
        .next("wait until it has caught up, or stream the primary; it is tried again"));
  }

  private static Way throughFork(Stored stored, Identity server, TimelineHistory history) {
    Optional<Lsn> fork = history.leaves(stored.timeline());
    if (fork.isEmpty()) {
      throw refused(
          HISTORY_DIVERGES,
          "timeline " + server.timeline() + " of the server does not come from timeline "
              + stored.timeline() + ", which is stored",
          "the server and the stored log went different ways before");
    }
    if (fork.get().isBefore(stored.lastEnd())) {
      throw refused(
          HISTORY_DIVERGES,
          "timeline " + server.timeline() + " of the server left timeline " + stored.timeline()
              + " at " + fork.get() + ", but log up to " + stored.lastEnd() + " is stored",
          "a standby was promoted that had not received everything, or the server was recovered to"
              + " an earlier moment by other means");
    }
    return new Way.ThroughFork(
        stored.timeline(),
        Lsn.earlier(stored.end(), fork.get()),
        fork.get(),
        successor(stored.timeline(), history));
  }

  /** The timeline that follows another one on the way to the history's own. */
  static Timeline successor(Timeline timeline, TimelineHistory history) {
    return history.ancestors().stream()
        .map(TimelineHistory.Ancestor::timeline)
        .filter(next -> next.compareTo(timeline) > 0)
        .findFirst()
        .orElse(history.timeline());
  }

  private static Refused refused(PostgresCode code, String what, String why) {
    return new Refused(Report.of(code, what)
        .why(why)
        .safe("nothing of this server was stored; what is stored stays as it is")
        .next("make sure that aegis.yaml names the server to be protected", WalFiling.NEW_LIFE));
  }
}
