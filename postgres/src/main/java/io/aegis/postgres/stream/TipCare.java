package io.aegis.postgres.stream;

import io.aegis.kernel.Failure;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.WalStream;
import io.aegis.postgres.WalStream.Event;
import io.aegis.postgres.WalStream.Listener;
import io.aegis.postgres.archive.LogSpan;
import io.aegis.postgres.archive.WalArchive;
import io.aegis.postgres.stream.Continuity.Way;

/** Damage where a stream goes on does not stop it, and is never passed over in silence. */
final class TipCare {
  private final WalStream stream;
  private final Listener listener;
  private final LostLog lostLog;

  TipCare(WalStream stream, Listener listener, LostLog lostLog) {
    this.stream = stream;
    this.listener = listener;
    this.lostLog = lostLog;
  }

  /** Damage that keeps nothing from being stored: it is said, and left. */
  void passBy(Failure.Damaged damage) {
    var report = damage.report();
    listener.on(new Event.DamageMet(DamagedTip.leftAsItIs(report.what(), report.why())));
  }

  /**
   * Has the log of a damaged slice stored anew, or declares it lost.
   *
   * @return false if nothing can be put in its place, and nothing more of its timeline comes
   */
  boolean settled(Receiver.Connection connection, Journey journey, DamagedTip tip, Way way)
      throws InterruptedException {
    var until = switch (way) {
      case Way.Onward _ -> WalStreamer.ENDLESS;
      case Way.ThroughFork fork -> fork.until();
    };
    var goal = tip.goal(until);
    if (goal.isEmpty()) {
      listener.on(new Event.DamageMet(tip.leftAsItIs()));
      return false;
    }
    listener.on(new Event.DamageMet(tip.askedAgain(goal.get())));
    try {
      var again = resending(connection.link());
      var span = new TipMending(journey, again).mend(tip, goal.get());
      listener.on(new Event.Mended(tip.timeline().timeline(), span.from(), span.to()));
      return true;
    } catch (Failure.Damaged lost) {
      return declaredLost(connection, journey, tip, lost, way);
    }
  }

  /**
   * Log that is there already, once more, through no slot. Where the server has no connection left
   * for that, through the one that is to stream: a server with a single one would otherwise never
   * be streamed again.
   */
  TipMending.Opening resending(ReplicationLink own) {
    return (timeline, from) -> {
      try {
        return opened(timeline, from);
      } catch (Failure.Unavailable e) {
        if (!ReplicationLink.isFull(e)) {
          throw e;
        }
        return own.meanwhile(timeline, from);
      }
    };
  }

  private ReplicationLink opened(Timeline timeline, Lsn from) {
    var link = ReplicationLink.open(stream.server());
    try {
      stream.requireCluster(link.identify().system());
      link.start(timeline, from);
      return link;
    } catch (Failure e) {
      link.close();
      throw e;
    }
  }

  /**
   * The server has removed what is damaged here. Where it still has what follows the segment, only
   * that segment's rest is lost, and its slot stays: a new one would begin later.
   */
  private boolean declaredLost(
      Receiver.Connection connection,
      Journey journey,
      DamagedTip tip,
      Failure.Damaged lost,
      Way way) {
    if (lost.code() != PostgresCode.WAL_MISSING) {
      throw lost;
    }
    if (!isAsFound(journey, tip)) {
      return true; // somebody else's stream has been there since
    }
    var timeline = tip.timeline();
    var from = tip.unreadable().from();
    var rest =
        new LogSpan(from, journey.inventory().segments().ceiling(tip.slice().to()));
    if (!timeline.position().isBefore(rest.to())) {
      lostLog.declare(journey, timeline.timeline(), rest, lost.report().why());
      return true;
    }
    if (way instanceof Way.ThroughFork fork && !fork.from().isBefore(fork.until())) {
      listener.on(new Event.DamageMet(tip.leftAsItIs()));
      return false;
    }
    lostLog.declare(connection, journey, new LostLog.From(timeline.timeline(), from), lost);
    return true;
  }

  private static boolean isAsFound(Journey journey, DamagedTip tip) {
    var inventory = journey.archive().inventory(journey.inventory().claim());
    var timeline = inventory.timeline(tip.timeline().timeline());
    int size = WalArchive.sliceBytes(inventory.segments());
    return DamagedTip.find(journey.archive(), timeline, size)
        .filter(now -> now.unreadable().equals(tip.unreadable()))
        .isPresent();
  }
}
