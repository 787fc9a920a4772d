package io.aegis.postgres.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Progress;
import io.aegis.kernel.TimeSource;
import io.aegis.kernel.testing.RequiresPart;
import io.aegis.kernel.testing.Seeds;
import io.aegis.postgres.BaseBackups;
import io.aegis.postgres.BaseBackups.CheckpointSpeed;
import io.aegis.postgres.BaseBackups.Extent;
import io.aegis.postgres.BaseBackups.Options;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Moments;
import io.aegis.postgres.PostgresCluster;
import io.aegis.postgres.Resolution;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.Resolution.PlannedTarget;
import io.aegis.postgres.Resolution.Stop;
import io.aegis.postgres.RestorableWindow.Cause;
import io.aegis.postgres.RestorableWindow.Span;
import io.aegis.postgres.Target;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.WalDurability;
import io.aegis.postgres.stream.RunningStream;
import io.aegis.postgres.testing.TestPostgres;
import io.aegis.repository.ComponentName;
import io.aegis.repository.Ports;
import io.aegis.repository.Repository;
import io.aegis.repository.testing.TestRepository;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is resolved is compared with what pg_waldump of the same version says of the same log. */
@RequiresPart({"postgres-15", "postgres-17", "postgres-18"})
class MomentsIT {
  private static final Pattern END_OF_TRANSACTION = Pattern.compile(
      "tx: +(\\d+), lsn: ([0-9A-F/]+), .*desc: (COMMIT|ABORT) (\\S+ \\S+) (\\S+?)[;\\n]");

  private final Repository repository = TestRepository.inMemory().open();

  /** How a transaction ended, as the other reader sees it. */
  private record End(long xid, Lsn start, String what, Instant time) {
    boolean isCommit() {
      return what.equals("COMMIT");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {15, 17, 18})
  void every_target_is_found_where_the_servers_own_tool_sees_it(int major) throws Exception {
    try (var server = TestPostgres.of(major)
            .setting("wal_keep_size", "1GB")
            .setting("timezone", "UTC")
            .setting("log_timezone", "UTC")
            .start();
        var stream = new RunningStream(repository, server)) {
      stream.awaitAll(server);
      server.psql("CREATE TABLE t (id int, body text)");
      backUp(server, stream);
      server.pgbench("-i", "-s", "1");
      server.pgbench("-n", "-c", "4", "-t", "100");
      server.psql("SELECT pg_create_restore_point('before the mistake')");
      server.psql("BEGIN; INSERT INTO t VALUES (1, 'x'); ROLLBACK");
      server.psql("INSERT INTO t SELECT n, 'row ' || n FROM generate_series(1, 5000) n");
      server.psql("DELETE FROM t WHERE id <= 4000");
      server.pgbench("-n", "-c", "4", "-t", "50");
      stream.awaitAll(server);
      server.psql("CREATE TABLE made_since (id int)");
      server.psql("INSERT INTO made_since SELECT generate_series(1, 700)");
      stream.awaitAll(server);
      var ends = ends(server);
      agree(ends, server);
      tablesAreCalledByTheirNames(ends, server);
    }
  }

  // Red when: LineageLog.primed takes the zeros behind a log switch for the end of the log, as it
  // did where it looked at the slice before alone.
  @Test
  void t31_what_follows_a_log_switch_in_a_large_segment_is_found_and_streamed_on()
      throws Exception {
    try (var server =
        TestPostgres.of(17).walSegmentMib(64).setting("wal_keep_size", "1GB").start()) {
      try (var stream = new RunningStream(repository, server)) {
        stream.awaitAll(server);
        server.psql("CREATE TABLE t (id int)");
        backUp(server, stream);
        server.psql("INSERT INTO t VALUES (1)");
        server.psql("SELECT pg_switch_wal()");
        server.psql("INSERT INTO t VALUES (2)");
        stream.awaitAll(server);
        latestIsTheLastOf(server);
      }
      try (var again = new RunningStream(repository, server)) {
        server.psql("INSERT INTO t VALUES (3)");
        again.awaitAll(server);
        latestIsTheLastOf(server);
      }
    }
  }

  // Red when: SliceTail.note does not look for it, or LineageLog.reach leads past it.
  @Test
  void t46_nothing_is_promised_past_log_that_was_written_with_wal_level_minimal() throws Exception {
    try (var server = TestPostgres.of(17).start()) {
      try (var stream = new RunningStream(repository, server)) {
        stream.awaitAll(server);
        server.psql("CREATE TABLE t (id int)");
        backUp(server, stream);
        server.psql("INSERT INTO t VALUES (1)");
        stream.awaitAll(server);
      }
      var before = planned(new Target.Latest());
      writeMinimalLog(server);
      try (var stream = new RunningStream(repository, server)) {
        server.psql("INSERT INTO t VALUES (3)");
        stream.awaitAll(server);
        assertThat(moments().resolve(new Target.Latest()))
            .isInstanceOfSatisfying(
                Resolution.NoData.class,
                nothing -> assertThat(nothing.reason()).contains("wal_level = minimal"));
        assertThat(moments().resolve(new Target.AtTime(Instant.now())))
            .isInstanceOf(Resolution.NoData.class);
        assertThat(planned(new Target.AtLsn(before.replayEnd())).stopAt())
            .isEqualTo(before.stopAt());
        assertThat(moments().window().holes()).singleElement().satisfies(hole -> {
          assertThat(hole.cause()).isEqualTo(Cause.BARRIER);
          assertThat(hole.affected()).hasSize(1);
        });
        backUp(server, stream);
        server.psql("INSERT INTO t VALUES (4)");
        stream.awaitAll(server);
        latestIsTheLastOf(server);
      }
    }
  }

  private static void writeMinimalLog(TestPostgres server) {
    server.psql("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
    server.psql("ALTER SYSTEM SET wal_level = minimal");
    server.psql("ALTER SYSTEM SET max_wal_senders = 0");
    server.stop(TestPostgres.Stop.FAST);
    server.start();
    server.psql("INSERT INTO t VALUES (2)");
    server.psql("ALTER SYSTEM RESET ALL");
    server.stop(TestPostgres.Stop.FAST);
    server.start();
  }

  private void latestIsTheLastOf(TestPostgres server) {
    var last = ends(server).stream().filter(End::isCommit).toList().getLast();
    assertThat(planned(new Target.Latest()).stopAt()).isEqualTo(last.start());
  }

  private static PostgresCluster cluster(TestPostgres server) {
    return new PostgresCluster(
        RunningStream.settingsOf(server), server.dataDirectory(), TimeSource.system());
  }

  private void backUp(TestPostgres server, RunningStream stream) throws InterruptedException {
    backups()
        .take(
            cluster(server),
            durableBy(stream),
            new Options(Extent.INCREMENTAL, CheckpointSpeed.FAST, 2),
            Progress.SILENT);
  }

  private static WalDurability durableBy(RunningStream stream) {
    return () -> new WalDurability.Watch() {
      @Override
      public void await(Timeline timeline, Lsn from, Lsn to) {
        stream.awaitDurable(to);
      }

      @Override
      public boolean isUnbroken(Timeline timeline, Lsn from, Lsn to) {
        return true;
      }

      @Override
      public void close() {}
    };
  }

  private BaseBackups backups() {
    return new BaseBackups(repository, new ComponentName("db"), Ports.system());
  }

  private Moments moments() {
    return new Moments(repository, backups());
  }

  private void agree(List<End> ends, TestPostgres server) {
    var base = backups().list().getFirst();
    var behind = ends.stream().filter(end -> !end.start().isBefore(base.end())).toList();
    var commits = behind.stream().filter(End::isCommit).toList();
    assertThat(commits).hasSizeGreaterThan(500);

    var latest = planned(new Target.Latest());
    assertThat(latest.stop()).isEqualTo(Stop.AFTER);
    assertThat(latest.stopAt()).isEqualTo(behind.getLast().start());

    assertThat(moments().window().spans())
        .singleElement()
        .isInstanceOfSatisfying(Span.Interval.class, interval -> {
          assertThat(((Edge.Commit) interval.last()).start())
              .isEqualTo(commits.getLast().start());
          assertThat(interval.first()).isEqualTo(new Edge.SnapshotEnd(base.end(), base.finished()));
        });
    assertThat(moments().window().holes()).isEmpty();

    timesAgree(behind);
    transactionsAgree(commits);
    namesAgree(behind);
    outsideIsAnswered(base.begun(), behind.getLast());
    theMistakeIsFound(behind, cluster(server));
  }

  // Red when: BranchTargets.at takes the last commit at or before the time instead of the first one
  // behind it (commit times are not monotonic), or when LogSearch passes over aborts.
  private void timesAgree(List<End> ends) {
    var random = new Random(Seeds.next());
    for (int i = 0; i < 40; i++) {
      var time = ends.get(random.nextInt(ends.size() - 1)).time();
      var unwanted = ends.stream().filter(end -> end.time().isAfter(time)).findFirst();
      var plan = planned(new Target.AtTime(time));
      var before = ends.subList(0, ends.indexOf(unwanted.orElseThrow()));
      assertThat(plan.stop()).isEqualTo(Stop.AFTER);
      assertThat(plan.replayEnd()).isLessThanOrEqualTo(unwanted.orElseThrow().start());
      if (!before.isEmpty()) { // else it is the end of the snapshot
        assertThat(plan.stopAt()).isGreaterThanOrEqualTo(before.getLast().start());
      }
      before.stream()
          .filter(End::isCommit)
          .reduce((_, last) -> last)
          .ifPresent(last ->
              assertThat(((Edge.Commit) plan.lastIncluded()).start()).isEqualTo(last.start()));
    }
  }

  private void transactionsAgree(List<End> commits) {
    var random = new Random(Seeds.next());
    for (int i = 0; i < 10; i++) {
      var wanted = commits.get(random.nextInt(commits.size()));
      var plan = planned(new Target.AtTransaction(wanted.xid()));
      assertThat(plan.stop()).isEqualTo(Stop.AFTER);
      assertThat(plan.stopAt()).isEqualTo(wanted.start());
      assertThat(((Edge.Commit) plan.lastIncluded()).xid()).isEqualTo(wanted.xid());
      var byLsn = planned(new Target.AtLsn(plan.replayEnd()));
      assertThat(byLsn.lastIncluded()).isEqualTo(plan.lastIncluded());
    }
  }

  private void namesAgree(List<End> ends) {
    var plan = planned(new Target.AtRestorePoint("before the mistake"));
    var before = ends.stream()
        .filter(end -> end.isCommit() && end.start().isBefore(plan.stopAt()))
        .max(Comparator.comparing(End::start))
        .orElseThrow();
    assertThat(((Edge.Commit) plan.lastIncluded()).start()).isEqualTo(before.start());
    var snapshot = planned(new Target.AtSnapshot(backups().list().getFirst().id()));
    assertThat(snapshot.replayEnd()).isEqualTo(backups().list().getFirst().end());
    var rolledBack = ends.stream().filter(end -> !end.isCommit()).findFirst().orElseThrow();
    assertThat(moments().resolve(new Target.AtTransaction(rolledBack.xid())))
        .isInstanceOfSatisfying(
            Resolution.NoData.class, no -> assertThat(no.reason()).contains("rolled back"));
  }

  private void outsideIsAnswered(Instant begun, End last) {
    assertThat(moments().resolve(new Target.AtTime(begun.minusSeconds(60))))
        .isInstanceOf(Resolution.Past.class);
    assertThat(moments().resolve(new Target.AtTime(last.time().plusSeconds(3600))))
        .isInstanceOf(Resolution.Future.class);
    assertThat(moments().resolve(new Target.AtLsn(last.start().plus(1L << 30))))
        .isInstanceOf(Resolution.Future.class);
    assertThat(moments().resolve(new Target.AtRestorePoint("nobody made this")))
        .isInstanceOf(Resolution.NoData.class);
  }

  // Red when: SnapshotClosing does not put RelationNames.PATH, or Moments.names leaves out a place.
  private void tablesAreCalledByTheirNames(List<End> ends, TestPostgres server) {
    var live = changed(ends, Optional.of(cluster(server)));
    assertThat(live).containsEntry(4000L, "public.t").containsEntry(700L, "public.made_since");
    server.stop(TestPostgres.Stop.FAST);
    var lost = changed(ends, Optional.of(cluster(server)));
    assertThat(lost).containsEntry(4000L, "public.t");
    assertThat(lost.get(700L)).matches("1663/\\d+/\\d+");
    assertThat(changed(ends, Optional.empty())).isEqualTo(lost);
  }

  /** By how many of its rows a transaction touched. */
  private Map<Long, String> changed(List<End> ends, Optional<PostgresCluster> live) {
    var names = new HashMap<Long, String>();
    moments()
        .transactions(ends.getFirst().time(), ends.getLast().time(), 0, () -> live)
        .transactions()
        .forEach(transaction ->
            transaction.changes().forEach(change -> names.put(change.rows(), change.table())));
    return names;
  }

  private void theMistakeIsFound(List<End> ends, PostgresCluster live) {
    var found = moments()
        .transactions(ends.getFirst().time(), ends.getLast().time(), 0, () -> Optional.of(live))
        .transactions();
    assertThat(found).hasSizeGreaterThanOrEqualTo(500);
    var mistake = found.stream()
        .filter(t -> t.changes().stream().anyMatch(c -> c.deleted() == 4000))
        .toList();
    assertThat(mistake).hasSize(1);
    var plan = planned(new Target.AtLsn(mistake.getFirst().commit().start()));
    assertThat(((Edge.Commit) plan.firstExcluded()).xid())
        .isEqualTo(mistake.getFirst().commit().xid());
  }

  private PlannedTarget planned(Target target) {
    var resolution = moments().resolve(target);
    assertThat(resolution).as("%s", target).isInstanceOf(Resolution.Present.class);
    return ((Resolution.Present) resolution).plan();
  }

  private static List<End> ends(TestPostgres server) {
    var first = server.psql("SELECT min(name) FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'");
    var last = server.psql("SELECT pg_walfile_name(pg_current_wal_flush_lsn())");
    var text = server.waldump(
        "--rmgr=Transaction",
        server.dataDirectory().resolve("pg_wal").resolve(first.strip()).toString(),
        server.dataDirectory().resolve("pg_wal").resolve(last.strip()).toString());
    var ends = new ArrayList<End>();
    var matcher = END_OF_TRANSACTION.matcher(text + "\n");
    while (matcher.find()) {
      var time = Instant.parse(matcher.group(4).replace(' ', 'T') + "Z");
      ends.add(new End(
          Long.parseLong(matcher.group(1)), Lsn.parse(matcher.group(2)), matcher.group(3), time));
    }
    return ends;
  }
}
