package io.aegis.postgres.stream;

import io.aegis.kernel.ByteReader;
import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.ByteWriter;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.wal.PgTime;
import java.time.Instant;

/** What passes over a replication connection (documentation, "Streaming Replication Protocol"). */
sealed interface WireMessage {
  int WAL_HEADER = 25;

  /** The end of the server's log when it was sent. */
  Lsn serverEnd();

  /** The server's clock when it was sent. */
  Instant sent();

  /**
   * Log.
   *
   * @param bytes the message; the log begins at {@link #WAL_HEADER}
   */
  record Wal(Lsn start, Lsn serverEnd, Instant sent, byte[] bytes) implements WireMessage {
    int length() {
      return bytes.length - WAL_HEADER;
    }

    Lsn end() {
      return start.plus(length());
    }
  }

  /** A sign of life. */
  record Keepalive(Lsn serverEnd, Instant sent, boolean wantsReply) implements WireMessage {}

  /**
   * @throws Malformed if it is neither of the two
   */
  static WireMessage parse(byte[] bytes) {
    var in = new ByteReader(bytes);
    int kind = in.u8();
    return switch (kind) {
      case 'w' -> {
        var start = new Lsn(in.i64());
        var end = new Lsn(in.i64());
        yield new Wal(start, end, PgTime.toInstant(in.i64()), bytes);
      }
      case 'k' -> {
        var end = new Lsn(in.i64());
        var sent = PgTime.toInstant(in.i64());
        yield new Keepalive(end, sent, in.u8() != 0);
      }
      default -> throw new Malformed("a replication message of kind " + kind);
    };
  }

  /** Whether the server shall answer at once. */
  enum Answer {
    WANTED,
    NOT_WANTED
  }

  /**
   * Standby status update.
   *
   * @param flushed never beyond what is durable in the repository (rule S1)
   */
  static byte[] status(Lsn received, Lsn flushed, Instant now, Answer answer) {
    return new ByteWriter(34)
        .u8('r')
        .i64(received.value())
        .i64(flushed.value())
        .i64(Lsn.INVALID.value())
        .i64(PgTime.ofInstant(now))
        .u8(answer == Answer.WANTED ? 1 : 0)
        .toByteArray();
  }
}
