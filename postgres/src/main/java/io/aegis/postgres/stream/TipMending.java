package io.aegis.postgres.stream;

import static io.aegis.postgres.PostgresCode.WAL_NOT_A_CONTINUATION;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Report;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.archive.DurableMark;
import io.aegis.postgres.archive.LogSpan;
import io.aegis.postgres.archive.WalFiling;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * Puts one object in the place of a slice whose parts are damaged: its log is fetched once more,
 * from its beginning to past its old end, without the slot, which must not go back. What arrives is
 * read record by record, and must be the log that was stored: the same bytes where those can still
 * be read, the same end of a record and the same commit where the newest mark says so, and what is
 * stored behind it must continue it. Only then is it stored, and only then do the parts go that it
 * covers (rule A3).
 */
final class TipMending {
  private static final Duration POLL = Duration.ofMillis(5);

  private final Journey journey;
  private final Opening opening;
  private final TimeSource time;

  TipMending(Journey journey, Opening opening) {
    this.journey = journey;
    this.opening = opening;
    this.time = journey.stream().ports().time();
  }

  /** Who sends log. */
  interface Sender extends AutoCloseable {

    /** The next message that is there already. */
    Optional<WireMessage> poll();

    void tell(byte[] status);

    @Override
    void close();
  }

  /** Has log sent, through no slot; closed, what it is sent over may be used again. */
  @FunctionalInterface
  interface Opening {
    Sender at(Timeline timeline, Lsn from);
  }

  /**
   * Waits for the log for as long as it takes.
   *
   * @param goal as the damaged slice itself says
   * @return what is stored anew
   * @throws Damaged if the server does not have it any more
   * @throws Refused if what it sends is not what was stored
   */
  LogSpan mend(DamagedTip tip, Lsn goal) throws InterruptedException {
    var timeline = tip.timeline().timeline();
    var branch = new Branch(journey.filing().claim().id(), timeline);
    var tail = SliceTail.resume(journey.archive(), branch, tip.slice().from());
    var mark = journey
        .archive()
        .marks(branch.incarnation(), tip.timeline())
        .newest()
        .filter(known -> known.durable().isAfter(tip.slice().from()));
    try (var sender = opening.at(timeline, tip.slice().from())) {
      fetch(sender, tail, goal, mark);
    }
    requireSameBytes(tip, tail);
    var span = new LogSpan(tip.slice().from(), tail.end());
    if (tail.isFull()) {
      var full = tail.next();
      requireGoesOn(tip, tail);
      journey.filing().slice(full.timeline(), full.summary(), full.bytes(), tip.parts());
    } else {
      journey.filing().merge(timeline, span, tail.copy(span), tip.parts());
    }
    return span;
  }

  private void fetch(Sender sender, SliceTail tail, Lsn goal, Optional<DurableMark> mark)
      throws InterruptedException {
    var signs = new SignsOfReading(sender, time);
    while (tail.end().isBefore(goal)) {
      var message = sender.poll();
      if (message.isEmpty()) {
        time.sleep(POLL);
      } else if (message.get() instanceof WireMessage.Wal wal) {
        take(wal, tail, mark);
      }
      signs.give(message, tail.end());
    }
  }

  private static void take(WireMessage.Wal wal, SliceTail tail, Optional<DurableMark> mark) {
    if (!wal.start().equals(tail.end())) {
      throw new IllegalStateException("log of " + wal.start() + " instead of " + tail.end());
    }
    int length = Math.min(wal.length(), tail.room());
    int first = mark.map(known -> known.durable().minus(tail.end()))
        .filter(bytes -> bytes > 0 && bytes <= length)
        .map(Math::toIntExact)
        .orElse(0);
    if (first > 0) {
      tail.append(wal.bytes(), WireMessage.WAL_HEADER, first);
      requireSameEnd(tail, mark.orElseThrow());
    }
    tail.append(wal.bytes(), WireMessage.WAL_HEADER + first, length - first);
  }

  /** A record that began before the slice is only known if the slice before it is. */
  private static void requireSameEnd(SliceTail tail, DurableMark mark) {
    var start = tail.begin();
    boolean sameEnd = mark.lastEnd().equals(tail.lastEnd())
        || (!mark.lastEnd().isAfter(start) && !tail.lastEnd().isAfter(start));
    if (!sameEnd || !within(mark.lastCommit(), start).equals(within(tail.lastCommit(), start))) {
      throw another(
          mark.durable(),
          "a mark says that a record ended at " + mark.lastEnd() + ", after " + mark.lastCommit()
              + "; here one ends at " + tail.lastEnd() + ", after " + tail.lastCommit());
    }
  }

  private static Edge within(Edge commit, Lsn start) {
    return commit instanceof Edge.Commit known && !known.start().isBefore(start)
        ? known
        : new Edge.Nothing();
  }

  private void requireSameBytes(DamagedTip tip, SliceTail tail) {
    for (var part : tip.readable()) {
      if (!Arrays.equals(journey.archive().content(part), tail.copy(part.span()))) {
        throw another(part.span().from(), "it contradicts " + part.key() + ", which is readable");
      }
    }
  }

  /** What is stored behind the slice was read as its continuation once, and must be it still. */
  private void requireGoesOn(DamagedTip tip, SliceTail tail) {
    var next = tip.timeline().pieces().stream()
        .filter(piece -> piece.span().from().equals(tip.slice().to()))
        .findFirst();
    try {
      next.map(journey.archive()::content).ifPresent(log -> tail.append(log, 0, log.length));
    } catch (Damaged e) {
      // It cannot tell anything: a finding, and a tip, of its own.
    } catch (Refused e) {
      throw another(
          tip.slice().to(),
          "what is stored behind it does not continue it: " + e.report().why());
    }
  }

  private static Refused another(Lsn at, String why) {
    return new Refused(Report.of(
            WAL_NOT_A_CONTINUATION, "the log received before " + at + " is not the one stored")
        .why(why)
        .safe("nothing of it was stored; what is stored stays as it is, the damaged part too")
        .next("make sure that aegis.yaml names the server to be protected", WalFiling.NEW_LIFE));
  }
}
