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
import io.aegis.postgres.archive.WalArchive;
import io.aegis.postgres.archive.WalFiling;
import io.aegis.postgres.stream.TipMending.Sender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Whether a server still has the log that is stored. One that was set back to an earlier state and
 * went on has another; positions and the chain of records can agree by chance all the same, where
 * the same work is done again. So what is stored is compared byte by byte from the last commit on,
 * which carries its time. What is behind a log switch is zeros with every server, and counts as
 * nothing.
 */
final class SameLog {
  private static final int LEAST = 64 << 10;

  /** More than a server by itself keeps of its log between two checkpoints. */
  private static final int MOST = 1 << 30;

  /** Of a record: its header, with its checksum, and that of a page which may lie in between. */
  private static final int HEADERS = 64;

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
   * What is known of the end of the stored log.
   *
   * @param record the last complete one; what follows may be torn off by a crash
   */
  record Known(LogSpan record, Edge lastCommit) {}

  /**
   * Nothing is told of a stretch that cannot be read, or that the server has removed: it keeps the
   * segment in which the stored log ends and what came since its last checkpoint, whose record has
   * a time in it, too.
   *
   * @throws Refused if the server has other log there
   * @throws Unavailable if it does not send a stretch to its end, or cannot be reached for that:
   *     what was not compared is not the same
   */
  void require(TimelineInventory tip, Known known) throws InterruptedException {
    for (var span : spans(tip, known)) {
      boolean compared;
      try {
        var stored = journey.archive().read(tip, span);
        try (var sender = opening.at(tip.timeline(), span.from())) {
          compared = compare(sender, span, stored);
        }
      } catch (Damaged e) {
        continue; // it cannot be told
      }
      if (!compared) {
        throw slow(span);
      }
    }
  }

  /**
   * What is compared: never zeros alone, and all since the last commit. Whatever has no time in it
   * can be the same with another server though what came before it differs: the bulk of one
   * transaction that is done again.
   */
  private List<LogSpan> spans(TimelineInventory tip, Known known) {
    var end = end(known.record());
    var begin = Lsn.earlier(since(known.lastCommit()), before(end, LEAST));
    var spans = new ArrayList<LogSpan>();
    var least = before(end, MOST);
    for (var to = end; to.isAfter(begin) && to.isAfter(least); to = sliceOf(to)) {
      there(tip, Lsn.later(begin, sliceOf(to)), to).ifPresent(spans::add);
    }
    if (known.lastCommit() instanceof Edge.Commit commit
        && spans.stream().noneMatch(span -> span.contains(commit.start()))) {
      upTo(tip, commit.start(), commit.end()).ifPresent(spans::add);
    }
    return spans;
  }

  /** Behind a commit that is itself large (trap T48): its header is enough. */
  private static Lsn since(Edge last) {
    return last instanceof Edge.Commit commit
        ? commit.end().minus(commit.start()) > LEAST ? commit.end() : commit.start()
        : Lsn.INVALID;
  }

  /** The beginning of the slice in which the byte before lies. */
  private Lsn sliceOf(Lsn end) {
    int size = WalArchive.sliceBytes(journey.inventory().segments());
    return new Lsn(end.plus(-1).value() & -(long) size);
  }

  /**
   * Where the last record is one by which a segment ends, of that no more than its header: a switch
   * has nothing else, and the header of any other has the checksum of the rest.
   */
  private Lsn end(LogSpan record) {
    var segments = journey.inventory().segments();
    boolean endsSegment = segments.floor(record.to()).equals(record.to());
    boolean inOne =
        segments.floor(record.from()).equals(segments.floor(record.to().plus(-1)));
    return endsSegment && inOne
        ? Lsn.earlier(record.to(), record.from().plus(HEADERS))
        : record.to();
  }

  /**
   * What leads up to a record, and its header: the checksum in it is that of the rest, of which
   * there may be hundreds of MiB (trap T48). Of its segment alone, since the server may have
   * removed the one before.
   */
  private Optional<LogSpan> upTo(TimelineInventory tip, Lsn record, Lsn end) {
    var segment = journey.inventory().segments().floor(record);
    return there(
        tip, Lsn.later(segment, before(record, LEAST)), Lsn.earlier(record.plus(HEADERS), end));
  }

  /** As much of it as is stored without a gap. */
  private static Optional<LogSpan> there(TimelineInventory tip, Lsn from, Lsn to) {
    return tip.rangeAt(to.plus(-1))
        .map(range -> new LogSpan(Lsn.later(from, range.from()), Lsn.earlier(to, range.to())))
        .filter(span -> !span.isEmpty());
  }

  private static Lsn before(Lsn lsn, long bytes) {
    return lsn.plus(-Math.min(bytes, lsn.value()));
  }

  /** Whether all of it was compared. */
  private boolean compare(Sender sender, LogSpan span, byte[] stored) throws InterruptedException {
    int done = 0;
    long heard = time.nanos();
    var signs = new SignsOfReading(sender, time);
    while (done < stored.length && time.nanos() - heard < PATIENCE.toNanos()) {
      var message = sender.poll();
      signs.give(message, span.from().plus(done));
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
        heard = length > 0 ? time.nanos() : heard;
      }
    }
    return done == stored.length;
  }

  private static Unavailable slow(LogSpan span) {
    return new Unavailable(Report.of(
            PostgresCode.DATABASE_UNREACHABLE,
            "the server sent nothing for " + HumanTime.of(PATIENCE) + " of its log from "
                + span.from() + " to " + span.to())
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
