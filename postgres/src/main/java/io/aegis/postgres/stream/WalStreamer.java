package io.aegis.postgres.stream;

import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import io.aegis.kernel.TaskScope;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.WalStream;
import io.aegis.postgres.WalStream.Ending;
import io.aegis.postgres.WalStream.Event;
import io.aegis.postgres.WalStream.Listener;
import io.aegis.postgres.archive.CatchUp;
import io.aegis.postgres.archive.Incarnations;
import io.aegis.postgres.archive.WalArchive;
import io.aegis.postgres.archive.WalFiling;
import io.aegis.postgres.stream.Continuity.Way;
import io.aegis.postgres.stream.Receiver.End;
import io.aegis.postgres.stream.ReplicationLink.Identity;
import io.aegis.postgres.wal.TimelineHistory;
import java.time.Duration;
import java.util.Optional;

/**
 * Streams for as long as it is wanted, one connection after the other. Nothing is carried from one
 * to the next but what is in the repository: so a new attempt after a broken connection, a restart
 * of this process and a take-over by another machine are the same thing.
 */
public final class WalStreamer {
  static final Lsn ENDLESS = new Lsn(Long.MAX_VALUE);
  private static final int BUFFER = 32 << 20;
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Duration SLEEP = Duration.ofMillis(100);

  private final WalStream stream;
  private final Listener listener;
  private final WalArchive archive;
  private final SlotKeeping slot;
  private final LostLog lostLog;
  private final TipCare tipCare;
  private volatile Optional<Lsn> durable = Optional.empty();
  private Optional<Report> failed = Optional.empty();
  private volatile boolean stopping;
  private Duration pause = SHORTEST_PAUSE;

  public WalStreamer(WalStream stream, Listener listener) {
    this.stream = stream;
    this.listener = event -> {
      note(event);
      listener.on(event);
    };
    this.archive = new WalArchive(stream.repository().records());
    this.slot = new SlotKeeping(stream, this.listener);
    this.lostLog = new LostLog(stream, this.listener, slot);
    this.tipCare = new TipCare(stream, this.listener, lostLog);
  }

  /** See {@link WalStream#run}. */
  public Ending run() {
    while (!stopping) {
      try {
        attempt();
        failed = Optional.empty();
      } catch (Failure.Unavailable e) {
        if (Thread.currentThread().isInterrupted()) {
          stopping = true; // it failed because it was told to end, before anything had arrived
        } else {
          failed = Optional.of(e.report());
          rest(e);
        }
      } catch (InterruptedException e) {
        stopping = true; // between two connections there is nothing to finish
      }
    }
    return failed.isPresent()
        ? new Ending.CutShort(durable, failed.get())
        : new Ending.Whole(durable);
  }

  // What is in the repository is known even while nothing more gets there.
  private void note(Event event) {
    if (event instanceof Event.Streaming streaming) {
      durable = Optional.of(streaming.from());
    } else if (event instanceof Event.Durable more) {
      durable = Optional.of(more.to());
      slot.served();
      lostLog.arrived();
    } else if (event instanceof Event.Mended) {
      slot.served();
    } else if (event instanceof Event.DamageMet(var report)) {
      failed = Optional.of(report); // until the attempt that met it has come to its end
    }
  }

  private void rest(Failure.Unavailable reason) {
    listener.on(new Event.Waiting(reason.report(), pause));
    try {
      for (var slept = Duration.ZERO; slept.compareTo(pause) < 0; slept = slept.plus(SLEEP)) {
        stream.ports().time().sleep(SLEEP);
      }
    } catch (InterruptedException e) {
      stopping = true;
    }
    var longer = pause.multipliedBy(2);
    pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
  }

  private void attempt() throws InterruptedException {
    try (var link = ReplicationLink.open(stream.server());
        var watch = new SlotWatch(stream.server())) {
      var connection = new Receiver.Connection(link, watch);
      try {
        over(connection);
      } catch (Failure.Refused e) {
        throw slot.takeBack(connection, e);
      }
    }
  }

  private void over(Receiver.Connection connection) throws InterruptedException {
    var server = connection.link().identify();
    stream.requireCluster(server.system());
    var journey = prepare(server, connection.watch());
    listener.on(new Event.Policy(connection.watch().policy()));
    follow(connection, journey, server);
  }

  private Journey prepare(Identity server, SlotWatch watch) {
    var ports = stream.ports();
    var claim = new Incarnations(stream.repository(), ports.time())
        .of(watch.incarnation(server.system()), server.system(), watch.segmentSize());
    var filing = new WalFiling(stream.repository(), claim, ports.milestones());
    new CatchUp(archive, filing).run(archive.inventory(claim)).forEach(tipCare::passBy);
    return new Journey(stream, listener, archive, filing, archive.inventory(claim));
  }

  private void follow(Receiver.Connection connection, Journey journey, Identity server)
      throws InterruptedException {
    var newest = journey.inventory().timelines().values().stream()
        .filter(timeline -> !timeline.isEmpty())
        .reduce((_, later) -> later);
    if (newest.isEmpty()) {
      slot.ensure(connection);
      journey.storeHistory(connection.link(), server.timeline());
      var from = slot.start(connection, journey.inventory().segments());
      stream(connection, journey, server.timeline(), from, ENDLESS);
      return;
    }
    var history = history(connection.link(), server.timeline());
    var found = Resumption.of(journey, newest.get());
    var way =
        Continuity.judge(found.stored(), server, history, connection.watch().isStandby());
    slot.ensure(connection); // only now: a server that is refused keeps no log for anybody
    journey.storeHistory(connection.link(), newest.get().timeline());
    switch (found) {
      case Resumption.Torn(var _, var tip) -> {
        slot.requireFree(connection);
        if (tipCare.settled(connection, journey, tip, way)) {
          return; // what is stored is another than before: it is looked at afresh
        }
      }
      case Resumption.Whole(var _, var known) ->
        new SameLog(journey, tipCare.resending(connection.link())).require(newest.get(), known);
    }
    var segments = journey.inventory().segments(); // the fork's comes with the next timeline
    switch (way) {
      case Way.Onward(var timeline, var from) ->
        stream(connection, journey, timeline, from, ENDLESS);
      case Way.ThroughFork(var timeline, var from, var until, var _)
      when from.isBefore(until) && !from.equals(segments.floor(until)) ->
        stream(connection, journey, timeline, from, until);
      case Way.ThroughFork(var timeline, var _, var until, var next) -> {
        journey.storeHistory(connection.link(), next);
        listener.on(new Event.TimelineSwitched(timeline, next, until));
        var begin = segments.floor(until);
        stream(connection, journey, next, begin, history.leaves(next).orElse(ENDLESS));
      }
    }
  }

  private static TimelineHistory history(ReplicationLink link, Timeline timeline) {
    return link.history(timeline)
        .map(content -> TimelineHistory.parse(timeline, content))
        .orElseGet(() -> TimelineHistory.first(timeline));
  }

  private void stream(
      Receiver.Connection connection, Journey journey, Timeline timeline, Lsn from, Lsn until)
      throws InterruptedException {
    noteOwner(journey.filing().claim().id());
    var tail = journey.tail(timeline, from);
    tail.unread().ifPresent(tipCare::passBy);
    var buffer = new WalBuffer(BUFFER);
    var compactor = new Compactor(journey.filing(), listener);
    var shipper = new Shipper(journey, buffer, compactor, tail);
    connection.link().start(stream.settings().slot(), timeline, from);
    listener.on(new Event.Streaming(journey.filing().claim().id(), timeline, from));
    var receiver = new Receiver(connection, journey, buffer, shipper, () -> stopping);
    End end;
    try (var scope = TaskScope.waiting("wal-stream", 3)) {
      scope.fork(shipper::run);
      scope.fork(compactor::run);
      var receiving = scope.fork(() -> receiver.run(until));
      finish(scope);
      end = receiving.result();
    }
    switch (end) {
      case End.Done() -> receiver.sayGoodbye();
      case End.Broken(Failure.Damaged lost) ->
        lostLog.declare(connection, journey, new LostLog.From(timeline, tail.end()), lost);
      case End.Broken(Failure why) -> throw why;
    }
    pause = SHORTEST_PAUSE;
  }

  /** Only of a server that was found to lead this life, and before any of its log is durable. */
  private void noteOwner(Incarnation life) {
    stream
        .component()
        .ifPresent(
            component -> new Incarnations(stream.repository(), stream.ports().time())
                .streamedFor(component, life));
  }

  /** An interrupt ends the receiving, not the storing of what was received. */
  private void finish(TaskScope scope) throws InterruptedException {
    try {
      scope.join();
    } catch (InterruptedException e) {
      stopping = true;
      scope.join();
    }
  }
}
