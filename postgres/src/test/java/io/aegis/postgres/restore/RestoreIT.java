package io.aegis.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure;
import io.aegis.kernel.Milestones;
import io.aegis.kernel.Progress;
import io.aegis.kernel.TimeSource;
import io.aegis.kernel.testing.Program;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Resolution.Stop;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.feed.Spool;
import io.aegis.postgres.feed.WalFeeder;
import io.aegis.postgres.feed.WalFileName;
import io.aegis.postgres.server.Binaries;
import io.aegis.postgres.server.LocalServer;
import io.aegis.postgres.server.ReplayState;
import io.aegis.postgres.server.SocketDirectory;
import io.aegis.postgres.server.StopMode;
import io.aegis.postgres.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RestoreIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int SEGMENT = 16 << 20;

  @TempDir
  Path home;

  private final TimeSource time = TimeSource.system();

  private LocalServer serverOn(SourceCluster source, Path target) {
    return new LocalServer(
        new LocalServer.Place(
            new Binaries(source.server().binDirectory()),
            target,
            target.resolve("aegis/server.log"),
            SocketDirectory.of(target, Path.of("/tmp"))),
        time);
  }

  private static RestorePlan plan(SourceCluster source, Goal goal) throws Exception {
    return new RestorePlanner(
            source.snapshot(), source.origin(), new Binaries(source.server().binDirectory()))
        .plan(goal, SEGMENT);
  }

  private static void restore(SourceCluster source, Goal goal, Milestones milestones)
      throws Exception {
    new Restore(plan(source, goal), source.snapshot(), milestones, "run-1").run(2, Progress.SILENT);
  }

  private WalFeeder feed(SourceCluster source, Path target) throws Exception {
    var first = WalFileName.segment(new Timeline(1), source.begin(), SEGMENT);
    return WalFeeder.start(new Spool(target), source::fetch, first, SEGMENT, time);
  }

  /** Polls until replay stands still. */
  private ReplayState.Paused paused(Connection connection) throws Exception {
    while (true) {
      if (ReplayState.ask(connection) instanceof ReplayState.Paused paused) {
        return paused;
      }
      time.sleep(Duration.ofMillis(20));
    }
  }

  private static String ask(Connection connection, String sql) throws Exception {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {15, 17, 18})
  void a_cluster_stands_read_only_exactly_at_its_target_and_is_then_promoted(int major)
      throws Exception {
    try (var source = SourceCluster.of(major, home)) {
      source.backUp();
      var wanted = source.insert(1001, 2000);
      source.insert(2001, 3000);
      source.archiveAll();
      var target = home.resolve("restored");
      var goal = source.goal(target, source.lastCommitBefore(wanted), Stop.AFTER);
      restore(source, goal, Milestones.UNWATCHED);

      var server = serverOn(source, target);
      try (var _ = feed(source, target)) {
        server.start(PATIENCE);
        try (var connection = server.connect("postgres", TestPostgres.SUPERUSER)) {
          assertThat(paused(connection).replayed()).isEqualTo(wanted);
          assertThat(ask(connection, "SELECT max(n) FROM numbers")).isEqualTo("2000");
          assertThatThrownBy(() -> ask(connection, "INSERT INTO numbers VALUES (0) RETURNING n"))
              .hasMessageContaining("read-only");
          assertThat(ask(connection, "SELECT pg_promote()")).isEqualTo("t");
          assertThat(ReplayState.ask(connection)).isInstanceOf(ReplayState.Writable.class);
          assertThat(ask(connection, "INSERT INTO numbers VALUES (0) RETURNING n"))
              .isEqualTo("0");
          assertThat(ask(connection, "SHOW archive_mode")).isEqualTo("off");
          assertThat(ask(connection, "SHOW aegis.incarnation")).isEqualTo("test-0001");
          assertThat(ask(connection, "SHOW listen_addresses")).isEmpty();
        }
      } finally {
        server.stop(StopMode.FAST, PATIENCE);
        server.place().sockets().remove();
      }
      opened(source, target, major);
    }
  }

  private void opened(SourceCluster source, Path target, int major) {
    new RestoredCluster(source.goal(target, Lsn.INVALID, Stop.AFTER)).open();
    try (var open = TestPostgres.of(major).adopt(target)) {
      open.start();
      assertThat(open.psql("SELECT max(n) FROM numbers")).isEqualTo("2000");
      assertThat(open.psql("SHOW archive_mode")).isEqualTo("off");
      assertThat(open.psql("SHOW hba_file")).isEqualTo(target + "/pg_hba.conf");
      assertThat(open.psql("SHOW restore_command")).isEmpty();
      assertThat(open.psql("SHOW recovery_target_lsn")).isEmpty();
    }
  }

  @Test
  void killed_at_every_milestone_the_next_run_finishes_what_was_begun() throws Exception {
    try (var source = SourceCluster.of(17, home)) {
      source.backUp();
      var wanted = source.insert(1001, 2000);
      source.archiveAll();
      var stop = source.lastCommitBefore(wanted);
      var all = new ArrayList<String>();
      restore(source, source.goal(home.resolve("first"), stop, Stop.AFTER), all::add);
      var target = home.resolve("restored");
      var goal = source.goal(target, stop, Stop.AFTER);
      for (String fatal : all.stream().distinct().toList()) {
        assertThatThrownBy(() -> restore(source, goal, dyingAt(fatal, 3)))
            .as(fatal)
            .isInstanceOf(Killed.class);
      }
      restore(source, goal, Milestones.UNWATCHED);
      assertSame(home.resolve("first"), target);
    }
  }

  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Killed(String milestone) {
      super(milestone);
    }
  }

  /** At the third time where there is one, else at the first: a restore in the middle. */
  private static Milestones dyingAt(String fatal, int occurrence) {
    var seen = new java.util.concurrent.atomic.AtomicInteger();
    boolean repeated = fatal.equals("restore.file-in-place");
    return name -> {
      if (name.equals(fatal) && seen.incrementAndGet() == (repeated ? occurrence : 1)) {
        throw new Killed(name);
      }
    };
  }

  private static void assertSame(Path expected, Path actual) throws Exception {
    try (var tree = Files.walk(expected)) {
      for (var file : tree.filter(Files::isRegularFile).toList()) {
        var relative = expected.relativize(file);
        if (relative.toString().equals("postgresql.auto.conf")
            || relative.toString().startsWith("aegis/")) {
          continue; // they hold the place's own path
        }
        assertThat(actual.resolve(relative)).hasSameBinaryContentAs(file);
      }
    }
    try (var tree = Files.walk(actual)) {
      assertThat(tree.filter(file -> file.toString().endsWith(DurableFiles.PART)
              || file.toString().contains("aegis-run-")))
          .isEmpty();
    }
  }

  @Test
  void t40_a_directory_that_is_not_empty_is_refused_and_left_as_it_is() throws Exception {
    // Red when: TargetDirectory.lookAtUnmarked does not look whether the place is empty.
    try (var source = SourceCluster.of(17, home)) {
      source.backUp();
      var target = Files.createDirectories(home.resolve("precious"));
      Files.writeString(target.resolve("thesis.tex"), "all of it");
      var goal = source.goal(target, source.begin(), Stop.AFTER);
      assertThatThrownBy(() -> restore(source, goal, Milestones.UNWATCHED))
          .isInstanceOfSatisfying(Failure.Refused.class, refusal -> {
            assertThat(refusal.code()).isEqualTo(PostgresCode.TARGET_NOT_EMPTY);
            assertThat(refusal.report().why()).contains("thesis.tex");
          });
      assertThat(target.resolve("thesis.tex")).hasContent("all of it");
      assertThat(target.toFile().list()).hasSize(1);
    }
  }

  @Test
  void an_abandoned_restore_is_cleared_away_and_a_complete_one_never() throws Exception {
    try (var source = SourceCluster.of(17, home)) {
      source.backUp();
      var target = home.resolve("restored");
      var goal = source.goal(target, source.begin(), Stop.AFTER);
      assertThatThrownBy(() -> restore(source, goal, dyingAt("restore.files-copied", 1)));
      var other = new Goal(
          target,
          goal.tablespaces(),
          new io.aegis.postgres.Incarnation("test-0002"),
          goal.stopAt(),
          goal.stop(),
          goal.timeline());
      assertThat(plan(source, other).warnings()).anyMatch(line -> line.contains("cleared away"));
      restore(source, other, Milestones.UNWATCHED);
      assertThatThrownBy(() -> restore(source, goal, Milestones.UNWATCHED))
          .isInstanceOfSatisfying(
              Failure.Refused.class,
              refusal -> assertThat(refusal.code()).isEqualTo(PostgresCode.TARGET_NOT_EMPTY));
    }
  }

  @Test
  void a_live_database_is_never_restored_over() throws Exception {
    try (var source = SourceCluster.of(17, home)) {
      source.backUp();
      var goal = source.goal(source.server().dataDirectory(), source.begin(), Stop.AFTER);
      assertThat(plan(source, goal).refusal())
          .hasValueSatisfying(
              refusal -> assertThat(refusal.code()).isEqualTo(PostgresCode.LIVE_DIRECTORY));
    }
  }

  @Test
  void t17_without_its_label_a_restored_cluster_does_not_start() throws Exception {
    // Red when: Restore.writeControlFile writes the control file as it is in the snapshot.
    try (var source = SourceCluster.of(17, home)) {
      source.backUp();
      source.archiveAll();
      var target = home.resolve("restored");
      restore(source, source.goal(target, source.begin(), Stop.AFTER), Milestones.UNWATCHED);
      Program.of(
              "cp", "-rT", source.archive().toString(), target.resolve("pg_wal").toString())
          .run()
          .orFail();
      Files.delete(target.resolve("backup_label"));
      Files.delete(target.resolve("recovery.signal"));
      var server = serverOn(source, target);
      assertThatThrownBy(() -> server.start(PATIENCE))
          .isInstanceOfSatisfying(
              Failure.Unavailable.class,
              failure -> assertThat(failure.report().why()).contains("checkpoint"));
      server.place().sockets().remove();
    }
  }

  @Test
  void t38_targets_and_standbys_of_the_source_do_not_reach_the_restored_cluster() throws Exception {
    // Red when: Fence.over does not drop what the source had set.
    try (var source = SourceCluster.of(17, home)) {
      Files.writeString(source.server().dataDirectory().resolve("postgresql.auto.conf"), """
          recovery_target_name = 'long ago'
          primary_conninfo = 'host=production'
          recovery_target_timeline = 'latest'
          work_mem = '5MB'
          """);
      source.backUp();
      var wanted = source.insert(1001, 2000);
      source.archiveAll();
      var target = home.resolve("restored");
      var goal = source.goal(target, source.lastCommitBefore(wanted), Stop.AFTER);
      restore(source, goal, Milestones.UNWATCHED);
      var server = serverOn(source, target);
      try (var _ = feed(source, target)) {
        server.start(PATIENCE);
        try (var connection = server.connect("postgres", TestPostgres.SUPERUSER)) {
          assertThat(paused(connection).replayed()).isEqualTo(wanted);
          assertThat(ask(connection, "SHOW primary_conninfo")).isEmpty();
          assertThat(ask(connection, "SHOW work_mem")).isEqualTo("5MB");
        }
      } finally {
        server.stop(StopMode.FAST, PATIENCE);
        server.place().sockets().remove();
      }
    }
  }

  @Test
  void t28_an_archive_that_goes_away_makes_recovery_wait_and_never_promotes() throws Exception {
    // Red when: the feeder answers "absent" for what it could not fetch.
    try (var source = SourceCluster.of(17, home)) {
      source.backUp();
      source.insert(1001, 2000);
      source.archiveAll();
      source.insert(2001, 3000);
      source.archiveAll();
      var wanted = source.insert(3001, 4000);
      source.archiveAll();
      var target = home.resolve("restored");
      var goal = source.goal(target, source.lastCommitBefore(wanted), Stop.AFTER);
      restore(source, goal, Milestones.UNWATCHED);
      var server = serverOn(source, target);
      source.goAway();
      try (var feeder = feed(source, target)) {
        var starting = Thread.ofVirtual().start(() -> startQuietly(server));
        while (feeder.trouble().isEmpty() || server.running().isEmpty()) {
          time.sleep(Duration.ofMillis(20));
        }
        source.comeBack();
        starting.join();
        try (var connection = server.connect("postgres", TestPostgres.SUPERUSER)) {
          assertThat(paused(connection).replayed()).isEqualTo(wanted);
        }
      } finally {
        server.stop(StopMode.FAST, PATIENCE);
        server.place().sockets().remove();
      }
    }
  }

  private static void startQuietly(LocalServer server) {
    try {
      server.start(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void a_snapshot_with_missing_objects_is_refused_before_anything_is_written() throws Exception {
    try (var source = SourceCluster.of(17, home)) {
      source.backUp();
      var snapshot = source.snapshot();
      snapshot.lose(new io.aegis.repository.Finding(
          io.aegis.repository.Finding.Severity.LOSS, "packs/ab/1", "is missing", "all", "none"));
      var target = home.resolve("restored");
      var goal = source.goal(target, source.begin(), Stop.AFTER);
      var plan = new RestorePlanner(
              snapshot, source.origin(), new Binaries(source.server().binDirectory()))
          .plan(goal, SEGMENT);
      assertThatThrownBy(() ->
              new Restore(plan, snapshot, Milestones.UNWATCHED, "run-1").run(1, Progress.SILENT))
          .isInstanceOfSatisfying(
              Failure.Refused.class,
              refusal -> assertThat(refusal.code()).isEqualTo(PostgresCode.SNAPSHOT_INCOMPLETE));
      assertThat(target).doesNotExist();
    }
  }

  @Test
  void another_major_version_is_refused() throws Exception {
    try (var source = SourceCluster.of(17, home)) {
      source.backUp();
      var goal = source.goal(home.resolve("restored"), source.begin(), Stop.AFTER);
      try (var other = TestPostgres.of(15).create()) {
        var plan = new RestorePlanner(
                source.snapshot(), source.origin(), new Binaries(other.binDirectory()))
            .plan(goal, SEGMENT);
        assertThat(plan.refusal())
            .hasValueSatisfying(
                refusal -> assertThat(refusal.code()).isEqualTo(PostgresCode.PREFLIGHT_REFUSED));
      }
    }
  }

  @Test
  void t43_a_library_that_the_server_would_not_start_without_is_missed_beforehand()
      throws Exception {
    // Red when: Machine gets no settings of ALTER SYSTEM, or Machine.files passes over absent ones.
    try (var source = SourceCluster.of(17, home)) {
      Files.writeString(source.server().dataDirectory().resolve("postgresql.auto.conf"), """
          shared_preload_libraries = 'timescaledb, amcheck'
          ssl = on
          ssl_cert_file = '/absent/server.crt'
          ssl_key_file = '/etc/passwd'
          """);
      source.backUp();
      var goal = source.goal(home.resolve("restored"), source.begin(), Stop.AFTER);
      assertThat(plan(source, goal).refusal())
          .hasValueSatisfying(
              refusal -> assertThat(refusal.report().what()).contains("timescaledb"));
      assertThat(plan(source, goal).checks())
          .filteredOn(Check.Warning.class::isInstance)
          .anyMatch(check -> check.toString().contains("/absent/server.crt"))
          .noneMatch(check -> check.toString().contains("/etc/passwd"));
    }
  }
}
