package io.aegis.postgres.stream;

import static io.aegis.postgres.PostgresCode.LOG_WENT_BACK;
import static io.aegis.postgres.PostgresCode.SLOT_IN_USE;
import static io.aegis.postgres.PostgresCode.WAL_NOT_DURABLE;

import io.aegis.kernel.Failure;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.Report;
import io.aegis.kernel.TaskScope;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.WalDurability;
import io.aegis.postgres.WalStream;
import io.aegis.postgres.WalStream.Event;
import io.aegis.postgres.WalStream.Listener;
import io.aegis.postgres.WalStream.Settings;
import io.aegis.postgres.WalStream.SlotLife;
import io.aegis.postgres.archive.Incarnations;
import io.aegis.postgres.archive.LineageLog;
import io.aegis.postgres.archive.LogSpan;
import io.aegis.postgres.archive.SliceIndex;
import io.aegis.postgres.archive.WalArchive;
import io.aegis.postgres.archive.WalFiling;
import io.aegis.postgres.wal.Detail;
import io.aegis.postgres.wal.WalEvent;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** Lets a backup rest on the stream that runs, or on one of its own. */
public final class StreamDurability implements WalDurability {
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration FIRST_LOOK = Duration.ofMillis(20);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final WalStream stream;
  private final Listener listener;
  private final WalArchive archive;
  private final TimeSource time;

  public StreamDurability(WalStream stream, Listener listener) {
    this.stream = stream;
    this.listener = listener;
    this.archive = new WalArchive(stream.repository().records());
    this.time = stream.ports().time();
  }

  @Override
  public Watch begin() {
    try (var server = new SlotWatch(stream.server())) {
      var system = server.system();
      stream.requireCluster(system);
      var incarnation = server.incarnation(system);
      var slot = server.slot(stream.settings().slot());
      if (slot.isPresent() && slot.get().active() && slot.get().physical()) {
        // A stream asks when it connects; it may have been left since.
        new Incarnations(stream.repository(), time).requireNotLeft(incarnation);
        return new ArchiveWatch(incarnation, new Elsewhere());
      }
      var settings = slot.isPresent() ? stream.settings() : passing(stream.settings());
      return new ArchiveWatch(incarnation, ownUnlessForestalled(settings));
    }
  }

  /** A stream that is just beginning elsewhere can be faster to the slot: then it is watched. */
  private Streaming ownUnlessForestalled(Settings settings) {
    var own = new Own(settings);
    if (own.isForestalled()) {
      own.close();
      return new Elsewhere();
    }
    return own;
  }

  private static Settings passing(Settings settings) {
    return new Settings(
        settings.slot() + "_backup",
        SlotLife.OF_CONNECTION,
        settings.interval(),
        settings.heartbeat());
  }

  /** Who streams. */
  private interface Streaming extends AutoCloseable {

    /**
     * @throws Failure if it has failed for good
     */
    void requireAlive();

    @Override
    void close();
  }

  private static final class Elsewhere implements Streaming {
    @Override
    public void requireAlive() {}

    @Override
    public void close() {}
  }

  /** A stream on a thread of its own, for as long as the watch is open. */
  private final class Own implements Streaming {
    private final TaskScope scope = TaskScope.waiting("wal-of-backup", 1);
    private final AtomicReference<Failure> failure = new AtomicReference<>();
    private final AtomicBoolean streaming = new AtomicBoolean();
    private final AtomicBoolean forestalled = new AtomicBoolean();
    private final AtomicReference<String> waitsFor = new AtomicReference<>("nothing was heard");
    private final SlotLife life;

    Own(Settings settings) {
      life = settings.life();
      var own = stream.with(settings);
      try {
        scope.fork(() -> run(own));
        awaitStreaming();
      } catch (InterruptedException e) {
        scope.close();
        Thread.currentThread().interrupt();
      } catch (Failure e) {
        scope.close();
        throw e;
      }
    }

    private Void run(WalStream own) {
      try {
        own.run(event -> {
          if (event instanceof Event.Streaming) {
            streaming.set(true);
          } else if (event instanceof Event.Waiting(var reason, var _)) {
            waitsFor.set(reason.headline());
            // One that lives as long as its connection is another backup's, and ends with it.
            forestalled.set(reason.code().equals(SLOT_IN_USE) && life == SlotLife.KEPT);
          } else if (event instanceof Event.DamageMet(var report)) {
            waitsFor.set(report.headline());
          }
          listener.on(event);
        });
      } catch (Failure e) {
        failure.set(e);
      }
      return null;
    }

    private void awaitStreaming() throws InterruptedException {
      long since = time.nanos();
      while (!streaming.get() && !forestalled.get()) {
        requireAlive();
        if (time.nanos() - since > PATIENCE.toNanos()) {
          throw new Unavailable(
              Report.of(WAL_NOT_DURABLE, "the log of " + stream.server() + " could not be streamed")
                  .why("no stream began within " + PATIENCE.toSeconds() + " s: " + waitsFor.get())
                  .next("aegis wal stream    (says what it waits for)"));
        }
        time.sleep(LOOK);
      }
    }

    boolean isForestalled() {
      return forestalled.get() && !streaming.get();
    }

    @Override
    public void requireAlive() {
      var reason = failure.get();
      if (reason != null) {
        throw reason;
      }
    }

    @Override
    public void close() {
      scope.close();
    }
  }

  private final class ArchiveWatch implements Watch {
    private final Incarnation incarnation;
    private final Streaming streaming;
    private boolean isOurs;

    ArchiveWatch(Incarnation incarnation, Streaming streaming) {
      this.incarnation = incarnation;
      this.streaming = streaming;
    }

    @Override
    public void await(Timeline timeline, Lsn from, Lsn to) throws InterruptedException {
      var reached = Lsn.INVALID;
      long moved = time.nanos();
      var pause = FIRST_LOOK; // mostly it is a matter of milliseconds
      while (reached.isBefore(to)) {
        streaming.requireAlive();
        var durable = archive.durable(incarnation, timeline);
        if (durable.isAfter(reached)) {
          reached = durable;
          moved = time.nanos();
        } else if (time.nanos() - moved > PATIENCE.toNanos()) {
          throw notDurable(
              to,
              "it is durable to " + reached + ", and did not move for " + PATIENCE.toSeconds()
                  + " s");
        } else {
          time.sleep(pause);
          pause = pause.multipliedBy(2).compareTo(LOOK) < 0 ? pause.multipliedBy(2) : LOOK;
        }
      }
      var unbroken = reach(timeline, from);
      if (unbroken.isBefore(to)) {
        throw notDurable(to, "there is a gap in it at " + unbroken);
      }
      if (!isOurs && to.isAfter(from)) {
        requireCheckpoint(timeline, new LogSpan(from, to));
        isOurs = true;
      }
    }

    /**
     * Whether what is stored is this server's log: one that was set back has been there before, and
     * whoever reads from its slot need not write into this repository.
     */
    private void requireCheckpoint(Timeline timeline, LogSpan span) {
      var log = LineageLog.of(archive, new Branch(incarnation, timeline));
      var found = new AtomicBoolean();
      for (var slice : SliceIndex.of(log, span).forward()) {
        log.scan(slice.span(), Detail.TRANSACTIONS, event -> {
          if (event instanceof WalEvent.Checkpoint at && at.redo().equals(span.from())) {
            found.set(true);
          }
        });
        if (found.get()) {
          return;
        }
      }
      throw new Refused(Report.of(
              LOG_WENT_BACK, "the log that is stored is not that of this server")
          .why("the backup began with a checkpoint from " + span.from() + " on, and the log stored"
              + " there has none: the server was set back, or somebody else reads from its slot")
          .safe("nothing of this server was stored; what is stored stays as it is")
          .next(
              "see who streams: select * from pg_stat_replication",
              "stop that, and let the stream say more: aegis wal stream",
              WalFiling.NEW_LIFE));
    }

    @Override
    public boolean isUnbroken(Timeline timeline, Lsn from, Lsn to) {
      return !reach(timeline, from).isBefore(to);
    }

    private Lsn reach(Timeline timeline, Lsn from) {
      return LineageLog.of(archive, new Branch(incarnation, timeline)).reach(from);
    }

    private Unavailable notDurable(Lsn to, String why) {
      return new Unavailable(Report.of(WAL_NOT_DURABLE, "the log up to " + to + " is not durable")
          .why(why)
          .safe("the database and earlier snapshots are as they were")
          .next(
              "aegis doctor    (who reads the slot, and where from)",
              "aegis wal stream    (streams into the repository of aegis.yaml)"));
    }

    @Override
    public void close() {
      streaming.close();
    }
  }
}
