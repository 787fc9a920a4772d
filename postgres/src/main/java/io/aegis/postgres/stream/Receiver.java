package io.aegis.postgres.stream;

import io.aegis.kernel.Failure;
import io.aegis.kernel.HumanTime;
import io.aegis.kernel.Report;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.WalStream.Event;
import io.aegis.postgres.WalStream.Listener;
import io.aegis.postgres.stream.WireMessage.Answer;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Takes log from one connection until it breaks, a fork is reached, or it is told to stop. Then it
 * closes the buffer and leaves: what has arrived is made durable whatever became of the server.
 */
final class Receiver {
  private static final Duration POLL = Duration.ofMillis(5);
  private static final Duration PATIENCE = Duration.ofMillis(200);
  private static final Duration STATUS = Duration.ofSeconds(1);
  private static final Duration PROMPT_STATUS = Duration.ofMillis(100);
  private static final Duration LISTEN = Duration.ofMillis(500);
  private static final Duration LOOK_AT_SLOT = Duration.ofSeconds(5);
  private static final Duration LEAST_PATIENCE = Duration.ofSeconds(5);

  private final ReplicationLink link;
  private final SlotWatch watch;
  private final String slot;
  private final WalBuffer buffer;
  private final Shipper shipper;
  private final TimeSource time;
  private final Listener listener;
  private final BooleanSupplier stopping;
  private final Duration commitDelay;
  private final Duration patience;

  private Lsn received;
  private Lsn told = Lsn.INVALID;
  private long statusAt;
  private long slotAt;
  private long listenedAt;
  private long heardAt;

  Receiver(
      Connection connection,
      Journey journey,
      WalBuffer buffer,
      Shipper shipper,
      BooleanSupplier stopping) {
    this.link = connection.link();
    this.watch = connection.watch();
    this.slot = journey.stream().settings().slot();
    this.buffer = buffer;
    this.shipper = shipper;
    this.time = journey.stream().ports().time();
    this.listener = journey.listener();
    this.stopping = stopping;
    this.commitDelay = watch.commitDelay();
    this.received = shipper.durable();
    this.statusAt = time.nanos() - STATUS.toNanos();
    this.slotAt = time.nanos();
    this.listenedAt = time.nanos() - LISTEN.toNanos();
    this.heardAt = time.nanos();
    var twice = journey.stream().settings().heartbeat().multipliedBy(2);
    this.patience = twice.compareTo(LEAST_PATIENCE) > 0 ? twice : LEAST_PATIENCE;
  }

  /** Both connections to one server. */
  record Connection(ReplicationLink link, SlotWatch watch) {}

  /** Why receiving ended. */
  sealed interface End {
    /** Told to stop, or the fork is reached. */
    record Done() implements End {}

    /** The server is gone, or the log it should have sent. */
    record Broken(Failure why) implements End {}
  }

  End run(Lsn until) throws InterruptedException {
    try {
      while (received.isBefore(until) && !stopping.getAsBoolean()) {
        step(until);
      }
      return new End.Done();
    } catch (Failure.Unavailable | Failure.Damaged e) {
      return new End.Broken(e);
    } finally {
      buffer.close();
    }
  }

  /** Tells the server the final position, if it still listens. */
  void sayGoodbye() {
    try {
      tellStatus(Answer.NOT_WANTED);
    } catch (Failure.Unavailable e) {
      // Then it will send some log again, which does no harm.
    }
  }

  private void step(Lsn until) throws InterruptedException {
    Optional<WireMessage> message = link.poll();
    boolean asked = false;
    if (message.isPresent()) {
      switch (message.get()) {
        case WireMessage.Wal wal -> take(wal, until);
        case WireMessage.Keepalive keepalive -> {
          listen(keepalive);
          asked = keepalive.wantsReply();
        }
      }
      heardAt = time.nanos();
    } else {
      requireSignOfLife();
      time.sleep(POLL);
    }
    if (asked || isStatusDue()) {
      tellStatus(asked ? Answer.NOT_WANTED : Answer.WANTED);
    }
    lookAtSlot();
  }

  /** It is asked for an answer each second, so that a dead connection does not look idle. */
  private void requireSignOfLife() {
    if (time.nanos() - heardAt > patience.toNanos()) {
      throw new Failure.Unavailable(Report.of(
              PostgresCode.DATABASE_UNREACHABLE,
              "the server has sent nothing for " + HumanTime.of(patience))
          .why("it was asked for an answer all the time: the network, or its process, stands still")
          .safe("everything up to the position that it was told is durable")
          .next("nothing: the stream connects anew", "look at the server's processes and network"));
    }
  }

  private void take(WireMessage.Wal wal, Lsn until) throws InterruptedException {
    if (!wal.start().equals(received)) {
      throw new Failure.Unavailable(Report.of(
              PostgresCode.DATABASE_UNREACHABLE,
              "the server sent log of " + wal.start() + " where " + received + " was to come")
          .safe("nothing of it was stored")
          .next("nothing: the stream connects anew"));
    }
    int length = (int) Math.min(wal.length(), until.minus(received));
    while (!buffer.offer(wal.bytes(), WireMessage.WAL_HEADER, length, time.nanos(), PATIENCE)) {
      if (isStatusDue()) {
        tellStatus(Answer.NOT_WANTED);
      }
    }
    received = received.plus(length);
  }

  /**
   * A sign of life says how far the server has sent (WalSndKeepalive in walsender.c), and nothing
   * of what it still has to send. So it is asked; a commit may have its time already, and not be
   * flushed.
   */
  private void listen(WireMessage.Keepalive keepalive) {
    if (keepalive.serverEnd().equals(received) && time.nanos() - listenedAt >= LISTEN.toNanos()) {
      listenedAt = time.nanos();
      watch
          .quiet(received)
          .ifPresent(
              until -> buffer.heard(new WalBuffer.Silence(received, until.minus(commitDelay))));
    }
  }

  private boolean isStatusDue() {
    long since = time.nanos() - statusAt;
    boolean news = shipper.durable().isAfter(told);
    return since >= (news ? PROMPT_STATUS : STATUS).toNanos();
  }

  private void tellStatus(Answer answer) {
    statusAt = time.nanos();
    told = shipper.durable();
    link.tell(WireMessage.status(received, told, time.now(), answer));
  }

  private void lookAtSlot() {
    if (time.nanos() - slotAt < LOOK_AT_SLOT.toNanos()) {
      return;
    }
    slotAt = time.nanos();
    watch
        .slot(slot)
        .filter(SlotWatch.Slot::isAtRisk)
        .ifPresent(seen -> listener.on(new Event.SlotAtRisk(seen.status())));
  }
}
