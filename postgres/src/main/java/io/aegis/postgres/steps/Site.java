package io.aegis.postgres.steps;

import static io.aegis.postgres.PostgresCode.LOG_ENDED_EARLY;
import static io.aegis.postgres.PostgresCode.NOT_RESTORED_HERE;
import static io.aegis.postgres.PostgresCode.RECOVERY_STANDS_ELSEWHERE;
import static io.aegis.postgres.PostgresCode.SERVER_NOT_STARTED;

import io.aegis.kernel.Failure;
import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.Report;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.archive.ArchivedLog;
import io.aegis.postgres.archive.WalArchive;
import io.aegis.postgres.feed.Spool;
import io.aegis.postgres.feed.TablespaceGuard;
import io.aegis.postgres.feed.WalFeeder;
import io.aegis.postgres.feed.WalFileName;
import io.aegis.postgres.restore.RestoredCluster;
import io.aegis.postgres.server.Binaries;
import io.aegis.postgres.server.LocalServer;
import io.aegis.postgres.server.ReplayState;
import io.aegis.postgres.server.SocketDirectory;
import io.aegis.postgres.server.StopMode;
import io.aegis.postgres.server.Superuser;
import io.aegis.postgres.steps.PostgresStep.Job;
import io.aegis.recovery.StepContext;
import io.aegis.repository.Repository;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One recovery's place on this machine: its directory, its server, the log it is fed. */
final class Site {
  static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration POLL = Duration.ofMillis(50);

  /** {@code CheckRequiredParameterValues}, src/backend/access/transam/xlogrecovery.c. */
  private static final Pattern TOO_SMALL =
      Pattern.compile("(max_\\w+) = \\d+ is a lower setting than on the primary server,"
          + " where its value was (\\d+)");

  private final Repository repository;
  private final Job job;
  private final TimeSource time;

  Site(Repository repository, Job job, TimeSource time) {
    this.repository = repository;
    this.job = job;
    this.time = time;
  }

  TimeSource time() {
    return time;
  }

  LocalServer server() {
    var target = job.goal().target();
    return new LocalServer(
        new LocalServer.Place(
            new Binaries(job.local().binaries()),
            target,
            target.resolve("aegis/server.log"),
            SocketDirectory.of(target, job.local().sockets())),
        time);
  }

  RestoredCluster cluster() {
    return new RestoredCluster(job.goal());
  }

  /** Where its server must leave the timeline that it is recovered along. */
  Departure departure() {
    var goal = job.goal();
    return new Departure(goal.target(), goal.timeline(), job.log().replayEnd());
  }

  Connection connect() {
    return superuser().connect();
  }

  /** Who does everything in it; the role that backups are taken as may be allowed too little. */
  Superuser superuser() {
    return Superuser.of(server(), job.local().database(), job.local().role());
  }

  /** Whether what stands here is this recovery's, and whole. Everything else here rests on it. */
  boolean isRestored() {
    return switch (cluster().stage()) {
      case NOT_BEGUN, HALF_COPIED -> false;
      case FENCED, OPEN -> true;
    };
  }

  /**
   * @throws Refused if the directory is absent, another recovery's, or was not filled to the end
   */
  void requireRestored() {
    if (!isRestored()) {
      var target = job.goal().target();
      throw new Refused(Report.of(NOT_RESTORED_HERE, "this recovery did not restore " + target)
          .why("there is no marker in it that says so: aegis/restore.json")
          .safe("nothing was started and nothing was changed there")
          .next(
              "if it was moved or its disk is not mounted: put it back, then resume the execution",
              "or begin anew: aegis plan"));
    }
  }

  /** Whether a server has recovered here at least once: the first one puts the label aside. */
  boolean wasStarted() {
    return isRestored() && !Files.exists(job.goal().target().resolve("backup_label"));
  }

  /** Whether recovery is over: PostgreSQL removes the signal file when it ends. */
  boolean wasPromoted() {
    return wasStarted() && !Files.exists(job.goal().target().resolve("recovery.signal"));
  }

  /** Fills the spool until it is closed. */
  WalFeeder feed() throws InterruptedException {
    var archive = new WalArchive(repository.records());
    var log = job.log();
    var segments = archive.requireClaim(log.incarnation()).segments();
    var timeline = job.goal().timeline();
    var source = new TablespaceGuard(
        new ArchivedLog(archive, new Branch(log.incarnation(), timeline)),
        segments,
        new TablespaceGuard.Replayed(log.begin(), log.replayEnd()),
        job.goal().target());
    return WalFeeder.start(
        new Spool(job.goal().target()),
        source,
        WalFileName.segment(timeline, log.begin(), segments.bytes()),
        segments.bytes(),
        time);
  }

  /**
   * Brings the server to the target, where it stands read-only; a server that is there already is
   * left alone.
   *
   * @throws Damaged if the log ends before the target
   * @throws Unavailable if log cannot be had, or recovery stands still elsewhere
   */
  void standAtTarget(StepContext context) throws InterruptedException {
    requireRestored();
    try (var feeder = feed()) {
      while (!tryToStand(feeder, context)) {
        server().stop(StopMode.FAST, PATIENCE);
      }
    }
  }

  /** False if parameters were raised and the server has to be started again. */
  private boolean tryToStand(WalFeeder feeder, StepContext context) throws InterruptedException {
    var server = server();
    boolean ran = server.running().isPresent();
    try {
      server.start(untilDeadline(context), () -> hopeless(feeder).isPresent());
    } catch (Unavailable e) {
      if (raisedParameters()) {
        return false;
      }
      throw explained(e, feeder);
    }
    try (var connection = connect()) {
      return await(connection, feeder, context);
    } catch (Elsewhere e) {
      throw elsewhere(e, ran);
    } catch (SQLException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException("cancelled while asking the server");
      }
      throw explained(stopped(String.valueOf(e.getMessage())), feeder);
    }
  }

  /** Until it is consistent a server may have to replay for as long as the whole step takes. */
  private Duration untilDeadline(StepContext context) {
    var left = Duration.between(time.now(), context.deadline());
    return left.compareTo(PATIENCE) > 0 ? left : PATIENCE;
  }

  private boolean await(Connection connection, WalFeeder feeder, StepContext context)
      throws SQLException, InterruptedException, Elsewhere {
    var shown = job.log().begin();
    var told = "";
    context.progress().expect(Math.max(1, job.log().replayEnd().minus(shown)));
    while (true) {
      switch (ReplayState.ask(connection)) {
        case ReplayState.Paused(var at)
        when at.equals(job.log().replayEnd()) -> {
          return true;
        }
        case ReplayState.Paused(var at) -> {
          if (raisedParameters()) {
            return false;
          }
          throw new Elsewhere("it pauses at " + at, "aegis repo check --read-data");
        }
        case ReplayState.Writable(var at) ->
          throw new Elsewhere(
              "it takes writes at " + at,
              "if it was opened before: aegis plan --to <the same target>    (plans a new"
                  + " directory)");
        case ReplayState.Replaying(var at) -> {
          if (at.isAfter(shown)) {
            context.progress().advance(at.minus(shown));
            shown = at;
          }
        }
      }
      told = tellTrouble(feeder, context, told);
      context.checkpoint();
      time.sleep(POLL);
    }
  }

  private static String tellTrouble(WalFeeder feeder, StepContext context, String told) {
    String trouble =
        feeder.trouble().map(failure -> failure.report().headline()).orElse("");
    if (!trouble.isEmpty() && !trouble.equals(told)) {
      context.log(trouble);
    }
    var hopeless = hopeless(feeder);
    if (hopeless.isPresent()) {
      throw hopeless.get();
    }
    return trouble;
  }

  /** Trouble that does not pass by itself. */
  private static Optional<Failure> hopeless(WalFeeder feeder) {
    return feeder.trouble().filter(failure -> !(failure instanceof Unavailable));
  }

  /**
   * Recovery also pauses, or ends, where the source was given larger parameters since the snapshot.
   *
   * @return whether some had to be raised, and were
   */
  private boolean raisedParameters() {
    var larger = new TreeMap<String, Integer>();
    var log = server().log();
    Stream.concat(log.warnings().stream(), log.complaints().stream()).forEach(line -> {
      var matcher = TOO_SMALL.matcher(line);
      while (matcher.find()) {
        larger.merge(matcher.group(1), Integer.valueOf(matcher.group(2)), Math::max);
      }
    });
    return cluster().raise(larger);
  }

  /** It stands, and not at the target. */
  private static final class Elsewhere extends Exception {
    private static final long serialVersionUID = 1L;
    private final String remedy;

    Elsewhere(String fact, String remedy) {
      super(fact);
      this.remedy = remedy;
    }
  }

  /** A server that this attempt started is stopped again; one that ran before is only named. */
  private Damaged elsewhere(Elsewhere found, boolean ran) throws InterruptedException {
    var server = server();
    String now = "; the server that was started is stopped again";
    if (ran) {
      now = server.running().map(it -> "; its server runs, process " + it.pid()).orElse("");
    } else {
      server.stop(StopMode.FAST, PATIENCE);
    }
    return new Damaged(Report.of(RECOVERY_STANDS_ELSEWHERE, "recovery is not where it must be")
        .why(found.getMessage() + ", the plan says " + job.log().replayEnd())
        .safe("this step promoted nothing" + now)
        .next("see its log: " + server.place().log(), found.remedy));
  }

  private Unavailable stopped(String why) {
    return new Unavailable(Report.of(SERVER_NOT_STARTED, "the server stopped in recovery")
        .why(why)
        .safe("its files are as it left them; it goes on when it is started again")
        .next("see its log: " + server().place().log(), "resume the execution"));
  }

  /** What the feeder knows says more than what the server saw of it. */
  private Failure explained(Unavailable failure, WalFeeder feeder) {
    if (feeder.trouble().isPresent()) {
      return feeder.trouble().get();
    }
    boolean ended = server().log().complaints().stream()
        .anyMatch(line -> line.contains("before configured recovery target was reached"));
    if (!ended) {
      return failure;
    }
    return new Damaged(
        Report.of(LOG_ENDED_EARLY, "the log ends before the target " + job.log().replayEnd())
            .why(failure.report().why())
            .safe("nothing was promoted; the repository is as it was")
            .next("aegis wal gaps    (shows what is missing)", "aegis points"));
  }
}
