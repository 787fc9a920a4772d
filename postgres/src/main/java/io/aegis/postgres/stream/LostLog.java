package io.aegis.postgres.stream;

import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.WalStream;
import io.aegis.postgres.WalStream.Event;
import io.aegis.postgres.WalStream.Listener;
import io.aegis.postgres.archive.DeclaredGap;
import io.aegis.postgres.archive.LogSpan;
import io.aegis.postgres.wal.TimelineHistory;
import java.time.Duration;
import java.util.OptionalLong;

/** Declares log to be lost that neither the repository nor the server has any more. */
final class LostLog {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final WalStream stream;
  private final Listener listener;
  private final SlotKeeping slot;
  private volatile OptionalLong missingSince = OptionalLong.empty();

  LostLog(WalStream stream, Listener listener, SlotKeeping slot) {
    this.stream = stream;
    this.listener = listener;
    this.slot = slot;
  }

  /** Log is there again: what is missing next has not been missing for long. */
  void arrived() {
    missingSince = OptionalLong.empty();
  }

  /** Up to where, on which timeline, log is stored. */
  record From(Timeline timeline, Lsn end) {}

  /**
   * The server has removed log before it arrived. A new slot keeps it from removing more; what lies
   * between is lost, and is said to be.
   */
  void declare(Receiver.Connection connection, Journey journey, From stored, Failure.Damaged lost) {
    if (lost.code() != PostgresCode.WAL_MISSING) {
      throw lost;
    }
    requireNotKept(connection, stored, lost);
    try (var link = ReplicationLink.open(stream.server())) {
      var name = stream.settings().slot();
      connection.link().close();
      connection.watch().slot(name).ifPresent(_ -> connection.watch().dropSlot(name));
      link.createSlot(name, stream.settings().life());
      var server = link.identify();
      var segments = journey.inventory().segments();
      var history = link.history(server.timeline())
          .map(content -> TimelineHistory.parse(server.timeline(), content))
          .orElseGet(() -> TimelineHistory.first(server.timeline()));
      var left = history.leaves(stored.timeline()); // empty where the server is still on it
      var begin = left.isEmpty() ? stored.end() : segments.floor(history.begin());
      var span = lost(begin, slot.start(connection, segments));
      journey.storeHistory(link, server.timeline());
      left.map(segments::floor) // what follows comes with the next timeline's first segment
          .filter(end -> end.isAfter(stored.end()))
          .map(end -> new LogSpan(stored.end(), end))
          .ifPresent(
              rest -> declare(journey, stored.timeline(), rest, lost.report().why()));
      if (!span.isEmpty()) {
        declare(journey, server.timeline(), span, lost.report().why());
      }
    }
  }

  /**
   * What is declared lost is lost for good. Where the slot still keeps it, by the server's own
   * word, it may be away for a moment only, such as a disk, and is asked for again for a while.
   */
  private void requireNotKept(Receiver.Connection connection, From stored, Failure.Damaged lost) {
    var kept = connection
        .watch()
        .slot(stream.settings().slot())
        .filter(slot -> !slot.isLost() && !slot.restart().isAfter(stored.end()));
    long now = stream.ports().time().nanos();
    long since = missingSince.orElse(now);
    missingSince = kept.isEmpty() ? OptionalLong.empty() : OptionalLong.of(since);
    if (kept.isPresent() && now - since < PATIENCE.toNanos()) {
      throw new Failure.Unavailable(
          Report.of(PostgresCode.WAL_MISSING, lost.report().what())
              .why("the server says that its slot keeps log from " + kept.get().restart()
                  + " on, and cannot open it")
              .safe("everything that arrived is in the repository")
              .next("see to pg_wal on the server; after " + PATIENCE.toMinutes()
                  + " min that log is declared lost"));
    }
    missingSince = OptionalLong.empty();
  }

  /**
   * A stretch behind which log is there, or still to be had. It ends with a segment: a server that
   * replays asks for whole ones, and gets none past a hole.
   */
  void declare(Journey journey, Timeline timeline, LogSpan span, String why) {
    var gap = new DeclaredGap(span, why, stream.ports().time().now());
    journey.filing().gap(timeline, gap);
    listener.on(new Event.GapDeclared(timeline, span.from(), span.to()));
  }

  /**
   * A slot made right after a promotion begins at a checkpoint of before it; only the next one lies
   * on the new timeline.
   *
   * @throws Failure.Unavailable if what is kept now begins before what is wanted: then it is tried
   *     again
   */
  static LogSpan lost(Lsn wanted, Lsn kept) {
    if (kept.isBefore(wanted)) {
      throw new Failure.Unavailable(
          Report.of(PostgresCode.WAL_MISSING, "how much of the log is lost cannot be told yet")
              .why("the new slot begins at " + kept + ", its timeline at " + wanted)
              .safe("everything that arrived is in the repository")
              .next("wait for the server's next checkpoint, or run CHECKPOINT on it"));
    }
    return new LogSpan(wanted, kept);
  }
}
