package io.aegis.postgres.stream;

import static io.aegis.postgres.PostgresCode.LOG_WENT_BACK;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.HumanTime;
import io.aegis.kernel.Report;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.archive.LogSpan;
import io.aegis.postgres.archive.TimelineInventory;
import io.aegis.postgres.archive.WalFiling;
import io.aegis.postgres.stream.TipMending.Sender;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * Whether a server still has the log that is stored. One that was set back to an earlier state and
 * went on has another; positions and the chain of records can agree by chance all the same, where
 * the same work is done again. So the end of what is stored is compared byte by byte, with a commit
 * in it if there is one: that carries its time.
 */
final class SameLog {
  private static final int LEAST = 64 << 10;
  private static final int MOST = 8 << 20;
  private static final Duration POLL = Duration.ofMillis(5);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Journey journey;
  private final TipMending.Opening opening;
  private final TimeSource time;

  SameLog(Journey journey, TipMending.Opening opening) {
    this.journey = journey;
    this.opening = opening;
    this.time = journey.stream().ports().time();
  }

  /**
   * Nothing is told where that stretch cannot be read, or the server cannot send it: it keeps the
   * segment in which the stored log ends, so only where that is a segment's end, too.
   *
   * @param lastEnd the end of the last complete record; what follows may be torn off by a crash
   * @throws Refused if the server has other log there
   * @throws Unavailable if it sends that stretch, and not to its end in time: what was not compared
   *     is not the same
   */
  void require(TimelineInventory tip, Lsn lastEnd, Edge lastCommit) throws InterruptedException {
    var span = span(tip, lastEnd, lastCommit);
    if (span.isEmpty()) {
      return;
    }
    boolean compared;
    try {
      var stored = journey.archive().read(tip, span.get());
      try (var sender = opening.at(tip.timeline(), span.get().from())) {
        compared = compare(sender, span.get(), stored);
      }
    } catch (Damaged | Unavailable e) {
      return; // It cannot be told. Whatever is wrong with the server, the stream meets it, too.
    }
    if (!compared) {
      throw slow(span.get());
    }
  }

  private Optional<LogSpan> span(TimelineInventory tip, Lsn lastEnd, Edge lastCommit) {
    var last = lastEnd.plus(-1);
    var wanted = before(lastEnd, LEAST);
    if (lastCommit instanceof Edge.Commit commit) {
      wanted = Lsn.earlier(wanted, commit.start());
    }
    var segment = journey.inventory().segments().floor(last);
    var from = Lsn.later(segment, Lsn.later(wanted, before(lastEnd, MOST)));
    return tip.rangeAt(last).map(range -> new LogSpan(Lsn.later(from, range.from()), lastEnd));
  }

  private static Lsn before(Lsn lsn, long bytes) {
    return lsn.plus(-Math.min(bytes, lsn.value()));
  }

  /** Whether all of it was compared. */
  private boolean compare(Sender sender, LogSpan span, byte[] stored) throws InterruptedException {
    int done = 0;
    long begun = time.nanos();
    while (done < stored.length && time.nanos() - begun < PATIENCE.toNanos()) {
      var message = sender.poll();
      if (message.isEmpty()) {
        time.sleep(POLL);
      } else if (message.get() instanceof WireMessage.Wal wal) {
        int length = Math.min(wal.length(), stored.length - done);
        int at = WireMessage.WAL_HEADER;
        int other = Arrays.mismatch(wal.bytes(), at, at + length, stored, done, done + length);
        if (other >= 0) {
          throw other(span.from().plus(done + other));
        }
        done += length;
      }
    }
    return done == stored.length;
  }

  private static Unavailable slow(LogSpan span) {
    return new Unavailable(Report.of(
            PostgresCode.DATABASE_UNREACHABLE,
            "the server did not send its log from " + span.from() + " to " + span.to() + " within "
                + HumanTime.of(PATIENCE))
        .why("it is compared with what is stored there before the stream goes on")
        .safe("nothing was stored, and what is stored stays as it is")
        .next("look at the server's load and at the network; it is tried again"));
  }

  private static Refused other(Lsn at) {
    return new Refused(Report.of(
            LOG_WENT_BACK, "the server's log is another one from " + at + " on than is stored")
        .why("it was set back to an earlier state and went on from there, or it is a copy that"
            + " went its own way")
        .safe("nothing of this server was stored; what is stored stays as it is")
        .next("make sure that aegis.yaml names the server to be protected", WalFiling.NEW_LIFE));
  }
}
