package io.aegis.postgres.stream;

import io.aegis.kernel.TimeSource;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.stream.TipMending.Sender;
import io.aegis.postgres.stream.WireMessage.Answer;
import java.time.Duration;
import java.util.Optional;

/**
 * Tells a server that its log is still read: it ends a walsender that has heard nothing for {@code
 * wal_sender_timeout}, however much that one sends ({@code WalSndCheckTimeOut},
 * src/backend/replication/walsender.c). Nothing is confirmed by it (rule S1).
 */
final class SignsOfReading {
  private static final Duration EVERY = Duration.ofSeconds(1);

  private final Sender sender;
  private final TimeSource time;
  private long told;

  SignsOfReading(Sender sender, TimeSource time) {
    this.sender = sender;
    this.time = time;
    this.told = time.nanos();
  }

  /**
   * Gives one if it is due, or if the server has asked for it.
   *
   * @param message what has come from the server last, if anything has
   * @param received how far its log has come
   */
  void give(Optional<WireMessage> message, Lsn received) {
    boolean asked =
        message.orElse(null) instanceof WireMessage.Keepalive alive && alive.wantsReply();
    if (asked || time.nanos() - told > EVERY.toNanos()) {
      told = time.nanos();
      sender.tell(WireMessage.status(received, Lsn.INVALID, time.now(), Answer.NOT_WANTED));
    }
  }
}
