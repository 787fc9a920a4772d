package io.aegis.postgres.stream;

import static io.aegis.postgres.PostgresCode.REPLICATION_REFUSED;

import io.aegis.kernel.Failure;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.Report;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.WalStream;
import io.aegis.postgres.WalStream.Event;
import io.aegis.postgres.WalStream.Listener;
import io.aegis.postgres.WalStream.SlotLife;
import io.aegis.postgres.wal.SegmentSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;

/**
 * The slot of one run of a stream: made where it is missing, and taken back from a server that
 * turns out to be the wrong one, since a slot that nobody reads from keeps log until its disk is
 * full.
 */
final class SlotKeeping {
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final int TRIES = 50;

  private final WalStream stream;
  private final Listener listener;
  private volatile Optional<Receiver.Connection> madeForNothing = Optional.empty();

  SlotKeeping(WalStream stream, Listener listener) {
    this.stream = stream;
    this.listener = listener;
  }

  /**
   * A lost slot holds nothing any more and only stands in the way of a new one.
   *
   * @throws Refused if it is somebody else's: one that log cannot be streamed through
   */
  void ensure(Receiver.Connection connection) {
    String name = stream.settings().slot();
    var slot = connection.watch().slot(name);
    if (slot.isPresent() && !slot.get().physical()) {
      throw logical(name);
    }
    if (slot.isPresent() && slot.get().isLost()) {
      listener.on(new Event.SlotAtRisk(slot.get().status()));
      connection.watch().dropSlot(name);
    }
    if (slot.isEmpty() || slot.get().isLost()) {
      connection.link().createSlot(name, stream.settings().life());
      madeForNothing =
          stream.settings().life() == SlotLife.KEPT ? Optional.of(connection) : Optional.empty();
    }
  }

  private Refused logical(String name) {
    return new Refused(Report.of(
            REPLICATION_REFUSED,
            "the replication slot '" + name + "' on " + stream.server() + " is a logical one")
        .why("somebody else made it, and log cannot be streamed through it")
        .safe("it was not touched")
        .next("set database.slot in aegis.yaml to a name that is free"));
  }

  /** The beginning of the first segment that it keeps. */
  Lsn start(Receiver.Connection connection, SegmentSize segments) {
    var slot = connection.watch().slot(stream.settings().slot()).orElseThrow();
    return segments.floor(slot.restart());
  }

  /**
   * Who streams already also merges what is stored, and what was listed before may be gone by now:
   * nothing is judged damaged beside another stream.
   *
   * @throws Unavailable if somebody streams through it now
   */
  void requireFree(Receiver.Connection connection) {
    String name = stream.settings().slot();
    if (isActive(connection.watch(), name)) {
      throw new Unavailable(ReplicationLink.slotInUse(
          stream.server(), "somebody else streams through '" + name + "'"));
    }
  }

  /** Log that came through it is durable: from now on it keeps what comes behind that. */
  void served() {
    madeForNothing = Optional.empty();
  }

  /**
   * Drops the slot if it was made over this connection, and nothing came through it. Another
   * connection's stays: by then the same address may lead to another server, where a slot of that
   * name is somebody else's.
   *
   * @return the refusal, with what is left to do if the slot could not be dropped
   */
  Refused takeBack(Receiver.Connection connection, Refused refusal) {
    if (!madeForNothing.equals(Optional.of(connection))) {
      return refusal;
    }
    String name = stream.settings().slot();
    try {
      connection.link().close();
      awaitRelease(connection.watch(), name);
      connection.watch().dropSlot(name);
      return refusal;
    } catch (Failure e) {
      return left(refusal, name, e);
    }
  }

  /** The server lets go of a slot some moments after its connection was closed. */
  private void awaitRelease(SlotWatch watch, String name) {
    try {
      for (int i = 0; i < TRIES && isActive(watch, name); i++) {
        stream.ports().time().sleep(PAUSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // told to end: the drop is tried once, as it stands
    }
  }

  private static boolean isActive(SlotWatch watch, String name) {
    return watch.slot(name).filter(SlotWatch.Slot::active).isPresent();
  }

  private static Refused left(Refused refusal, String name, Failure why) {
    var report = refusal.report();
    var next = new ArrayList<>(report.next());
    next.add("on that server: SELECT pg_drop_replication_slot('" + name
        + "');    (made by this stream, it keeps log there; dropping it failed: "
        + why.report().headline() + ")");
    var whole = new Refused(
        new Report(report.code(), report.what(), report.why(), report.safe(), next), refusal);
    whole.addSuppressed(why);
    return whole;
  }
}
