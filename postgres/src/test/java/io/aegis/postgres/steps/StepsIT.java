package io.aegis.postgres.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure;
import io.aegis.kernel.Json;
import io.aegis.kernel.Milestones;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Target;
import io.aegis.postgres.archive.WalFiling;
import io.aegis.postgres.server.LocalServer;
import io.aegis.postgres.server.MachineName;
import io.aegis.postgres.server.StopMode;
import io.aegis.postgres.steps.PostgresStep.OldPrimary;
import io.aegis.postgres.testing.TestPostgres;
import io.aegis.recovery.Probe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole recoveries, step by step, each step asked in the three worlds how far it is. */
class StepsIT extends StepByStep {
  @ParameterizedTest
  @ValueSource(ints = {15, 17, 18})
  void a_lost_database_comes_back_and_each_step_knows_how_far_it_is(int major) throws Exception {
    try (var database = new ProtectedDatabase(TestPostgres.of(major))) {
      var wanted = database.insert(1001, 2000);
      database.insert(2001, 3000);
      var run = plan(database, wanted, "2000");
      run.run("preflight");
      assertThat(run.probe("fence-source")).isInstanceOf(Probe.NotBegun.class);
      // The server still runs: it is stopped, and what it did since is not in the plan.
      assertThat(run.run("fence-source").warnings())
          .anyMatch(warning -> warning.contains("is not in this recovery"));
      assertThat(database.server().processes()).isEmpty();
      for (String id : List.of("fence-source", "restore", "replay", "promote", "open")) {
        if (!id.equals("fence-source")) {
          assertThat(run.probe(id)).as(id + " before").isInstanceOf(Probe.NotBegun.class);
          run.run(id);
        }
        assertThat(run.probe(id)).as(id + " after").isInstanceOf(Probe.Done.class);
        if (id.equals("replay")) {
          assertThat(run.run("verify").warnings()).isEmpty();
        }
        if (id.equals("promote")) {
          run.run("smoke-test");
        }
      }
      assertThat(restored().port()).isEqualTo(database.server().connection().port());
      assertThat(database.server().psql("SELECT max(n) FROM numbers")).isEqualTo("2000");
      assertThat(database.server().psql("SHOW archive_mode")).isEqualTo("off");
      // Red when: WalFiling.NEW_NAME advises what does nothing where a recovery has set it.
      var advice = WalFiling.NEW_NAME;
      database.server().psql(advice.substring(0, advice.indexOf("  (")));
      database.server().psql("SELECT pg_reload_conf()");
      String life = "";
      for (int tries = 0; tries < 300 && !life.equals("a-new-name"); tries++) {
        life = database.server().psql("SHOW aegis.incarnation"); // it may not have heard of it yet
      }
      assertThat(life).isEqualTo("a-new-name");
    }
  }

  // Red when: FenceRunner stops whatever server runs in place of the lost one.
  @Test
  void a_server_of_another_cluster_than_the_snapshot_is_of_is_not_stopped() throws Exception {
    try (var server = TestPostgres.of(17).start()) {
      var system = server.psql("SELECT system_identifier FROM pg_control_system()");
      var primary = new OldPrimary.Here(
          MachineName.here(),
          server.dataDirectory(),
          server.connection().host(),
          server.connection().port());
      var fence = new FenceRunner(TimeSource.system());
      var step = new PostgresStep.FenceSource(primary);
      assertThatThrownBy(() -> fence.run(step, knowing("4711")))
          .isInstanceOfSatisfying(
              Failure.Refused.class,
              refused -> assertThat(refused.report().why()).contains("4711", system));
      // Red when: LostCluster takes what it does not understand for the lost one.
      var control = server.dataDirectory().resolve("global/pg_control");
      var whole = Files.readAllBytes(control);
      var later = whole.clone();
      later[8] ^= 0x40; // another version of the file
      Files.write(control, later);
      assertThatThrownBy(() -> fence.run(step, knowing(system)))
          .isInstanceOf(Failure.Refused.class)
          .hasMessageContaining("cannot be told");
      Files.write(control, whole);
      assertThat(server.psql("SELECT 1")).isEqualTo("1");
      fence.run(step, knowing(system));
      assertThat(server.processes()).isEmpty();
    }
  }

  private static TestContext knowing(String system) {
    return new TestContext(Milestones.UNWATCHED, Json.object().with("cluster", system));
  }

  @Test
  void steps_that_were_cut_short_say_so_and_go_on() throws Exception {
    try (var database = new ProtectedDatabase(TestPostgres.of(17))) {
      var run = plan(database, database.insert(1001, 2000), "2000");
      database.lose();
      run.runFrom("preflight", "fence-source");
      assertCutShort(run, "restore", "restore.files-copied");
      run.run("restore");
      run.run("replay");
      restored().stop(StopMode.KILL, LIMIT);
      assertThat(run.probe("replay")).isInstanceOf(Probe.HalfDone.class);
      run.run("replay");
      run.run("promote");
      restored().stop(StopMode.FAST, LIMIT);
      assertThat(run.probe("promote")).isInstanceOf(Probe.HalfDone.class);
      run.run("promote");
      assertCutShort(run, "open", "open.fence-down");
      run.run("open");
      assertThat(database.server().psql("SELECT max(n) FROM numbers")).isEqualTo("2000");
    }
  }

  // Red when: PromoteRunner does not ask for them: tables would hang, and nobody has said why.
  @Test
  void a_transaction_that_was_prepared_at_the_moment_is_named() throws Exception {
    try (var database =
        new ProtectedDatabase(TestPostgres.of(17).setting("max_prepared_transactions", "2"))) {
      database.server().psql("create table p(n int)");
      database.server().psql("begin; insert into p values (1); prepare transaction 'settle-1'");
      var run = plan(database, database.insert(1001, 2000), "2000");
      database.lose();
      run.runFrom("preflight", "verify");

      assertThat(run.run("promote").warnings()).anyMatch(line -> line.contains("'settle-1' in "));
    }
  }

  @Test
  void a_promotion_that_a_dead_attempt_asked_for_ends_well_beside_the_next_one() throws Exception {
    // Red when: PromoteRunner lets standAtTarget() take a server that is being promoted for one
    // that
    // stands elsewhere.
    try (var database = new ProtectedDatabase(TestPostgres.of(17))) {
      var run = plan(database, database.insert(1001, 2000), "2000");
      database.lose();
      run.runFrom("preflight", "verify");
      var asked = new TestContext(name -> {
        if (name.equals("promote.claimed")) {
          askForPromotion();
        }
      });
      run.step("promote").run(asked);
      assertThat(run.probe("promote")).isInstanceOf(Probe.Done.class);
    }
  }

  private void askForPromotion() {
    try (var connection = restored().connect("postgres", TestPostgres.SUPERUSER);
        var statement = connection.createStatement()) {
      statement.execute("SELECT pg_promote(false)");
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertCutShort(Run run, String id, String milestone) throws Exception {
    var dying = new TestContext(name -> {
      if (name.equals(milestone)) {
        throw new IllegalStateException("killed at " + name);
      }
    });
    assertThatThrownBy(() -> run.step(id).run(dying)).hasMessageContaining(milestone);
    assertThat(run.probe(id)).as(id).isInstanceOf(Probe.HalfDone.class);
  }

  @Test
  void parameters_that_the_source_raised_later_are_raised_here_too() throws Exception {
    // Red when: Site does not look at why recovery pauses or ends.
    try (var database = new ProtectedDatabase(TestPostgres.of(17))) {
      database.server().psql("ALTER SYSTEM SET max_connections = 250");
      database.server().restart();
      var run = plan(database, database.insert(1001, 2000), "2000");
      run.runFrom("preflight", "replay");
      assertThat(run.probe("replay")).isInstanceOf(Probe.Done.class);
    }
  }

  @Test
  void a_database_that_breaks_an_invariant_is_not_promoted() throws Exception {
    try (var database = new ProtectedDatabase(TestPostgres.of(17))) {
      var run = plan(database, database.insert(1001, 2000), "4711");
      run.runFrom("preflight", "replay");
      assertThatThrownBy(() -> run.run("verify"))
          .isInstanceOfSatisfying(Failure.Damaged.class, failure -> {
            assertThat(failure.code()).isEqualTo(PostgresCode.VERIFICATION_FAILED);
            assertThat(failure.report().why()).contains("4711");
            // Red when: VerifyRunner names the directory of the socket alone.
            var look = failure.report().next().getFirst();
            assertThat(look).containsPattern("psql -h \\S+ -p [0-9]+ -U \\S+ -d \\S+$");
          });
    }
  }

  @Test
  void an_old_primary_that_came_back_stops_the_promotion_and_the_opening() throws Exception {
    // Red when: PromoteRunner does not ask before it begins, or not again when it stands at the
    // target; or OpenRunner does not ask.
    try (var database = new ProtectedDatabase(TestPostgres.of(17))) {
      var run = plan(database, database.insert(1001, 2000), "2000");
      var old = database.server();
      database.lose();
      run.runFrom("preflight", "replay");
      old.start();
      assertStillRuns(() -> run.run("promote"));
      old.kill();
      var comingBack = new TestContext(name -> {
        if (name.equals("promote.at-target")) {
          old.start();
        }
      });
      assertStillRuns(() -> run.step("promote").run(comingBack));
      assertThat(run.probe("promote")).isInstanceOf(Probe.NotBegun.class);
      old.kill();
      run.run("promote");
      old.start();
      assertStillRuns(() -> run.run("open"));
      assertThat(run.probe("open")).isInstanceOf(Probe.NotBegun.class);
      old.kill();
      run.run("open");
      assertThat(run.probe("open")).isInstanceOf(Probe.Done.class);
    }
  }

  // Red when: OpenRunner does not ask whether it was promoted, or not where its timeline began.
  @Test
  void a_database_that_was_not_promoted_as_planned_is_not_opened() throws Exception {
    try (var database = new ProtectedDatabase(TestPostgres.of(17))) {
      var run = plan(database, database.insert(1001, 2000), "2000");
      database.lose();
      run.runFrom("preflight", "verify");
      assertNotOpened(run, Failure.Refused.class, "recovery.signal is still there");

      restored().stop(StopMode.FAST, LIMIT);
      Files.delete(target.resolve("recovery.signal")); // it comes up on the old timeline
      assertNotOpened(run, Failure.Damaged.class, "began none of its own");
    }
  }

  private static void assertNotOpened(Run run, Class<? extends Failure> kind, String why)
      throws InterruptedException {
    assertThatThrownBy(() -> run.run("open"))
        .isInstanceOfSatisfying(
            kind, failure -> assertThat(failure.report().why()).contains(why));
    assertThat(run.probe("open")).isInstanceOf(Probe.NotBegun.class);
  }

  private static void assertStillRuns(ThrowingCallable step) {
    assertThatThrownBy(step)
        .isInstanceOfSatisfying(
            Failure.Refused.class,
            failure -> assertThat(failure.code()).isEqualTo(PostgresCode.SOURCE_STILL_RUNS));
  }

  @Test
  void a_cancelled_recovery_is_taken_back_but_a_promoted_database_never() throws Exception {
    // Red when: RestoreRunner.undo does not ask whether the database was promoted.
    try (var database = new ProtectedDatabase(TestPostgres.of(17))) {
      var run = plan(database, database.insert(1001, 2000), "2000");
      run.runFrom("preflight", "replay");
      run.step("restore").undo(new TestContext());
      assertThat(target).isEmptyDirectory();
      assertThat(run.probe("restore")).isInstanceOf(Probe.NotBegun.class);
      run.runFrom("preflight", "promote");
      assertThat(run.step("restore").undo(new TestContext()).warnings()).isNotEmpty();
      assertThat(target.resolve("global/pg_control")).exists();
    }
  }

  @Test
  void a_server_that_recovered_past_its_target_is_never_taken_for_the_one_that_was_verified()
      throws Exception {
    // Red when: PromoteRunner does not ask where the new timeline left the old one.
    try (var database = new ProtectedDatabase(TestPostgres.of(17))) {
      var wanted = database.insert(1001, 2000);
      database.insert(2001, 3000);
      var run = plan(database, wanted, "2000");
      database.lose();
      run.runFrom("preflight", "verify");
      restored().stop(StopMode.FAST, LIMIT);
      Files.delete(target.resolve("recovery.signal"));
      assertFails(run, "promote", PostgresCode.RECOVERY_STANDS_ELSEWHERE);
      assertThat(run.probe("promote")).isInstanceOf(Probe.HalfDone.class);
      assertFails(run, "promote", PostgresCode.RECOVERY_STANDS_ELSEWHERE);
    }
  }

  @Test
  void nothing_is_started_where_this_recovery_restored_nothing() throws Exception {
    // Red when: Site does not ask for the marker: in an absent directory there is neither label nor
    // signal, as after a promotion.
    try (var database = new ProtectedDatabase(TestPostgres.of(17))) {
      var wanted = database.insert(1001, 2000);
      var run = plan(database, wanted, "2000");
      var another = plan(database, wanted, "2000");
      database.lose();
      for (String id : List.of("replay", "verify", "promote", "smoke-test", "open")) {
        assertThat(run.probe(id)).as(id).isInstanceOf(Probe.NotBegun.class);
        assertFails(run, id, PostgresCode.NOT_RESTORED_HERE);
      }
      run.runFrom("preflight", "restore");
      for (String id : List.of("replay", "verify", "promote", "smoke-test", "open")) {
        assertFails(another, id, PostgresCode.NOT_RESTORED_HERE);
      }
    }
  }

  private static void assertFails(Run run, String id, PostgresCode code) {
    assertThatThrownBy(() -> run.run(id))
        .as(id)
        .isInstanceOfSatisfying(Failure.class, f -> assertThat(f.code()).isEqualTo(code));
  }

  @Test
  void t39_behind_its_fence_it_is_private_and_takes_nothing_from_a_publisher() throws Exception {
    // Red when: Fence.isolation leaves max_logical_replication_workers or unix_socket_directories
    // as the source had them.
    try (var publisher = TestPostgres.of(17).setting("wal_level", "logical").start();
        var database = new ProtectedDatabase(TestPostgres.of(17))) {
      subscribe(database.server(), publisher);
      var run = plan(database, database.insert(1001, 2000), "2000");
      database.lose();
      var slot = "SELECT active, confirmed_flush_lsn FROM pg_replication_slots";
      publisher.psql("INSERT INTO numbers SELECT generate_series(5000, 5999)");
      var before = publisher.psql(slot);
      run.runFrom("preflight", "promote");
      restored().stop(StopMode.FAST, LIMIT);
      restored().start(LocalServer.Door.AS_CONFIGURED, LIMIT); // as a person would
      assertThat(target.resolve("aegis/.s.PGSQL." + restored().port())).exists();
      assertThat(Path.of("/tmp/.s.PGSQL." + restored().port())).doesNotExist();
      TimeSource.system().sleep(Duration.ofSeconds(3));
      assertThat(publisher.psql(slot)).isEqualTo(before);
    }
  }

  private static void subscribe(TestPostgres server, TestPostgres publisher) {
    publisher.psql("CREATE TABLE numbers (n int PRIMARY KEY)");
    publisher.psql("CREATE PUBLICATION numbers FOR TABLE numbers");
    var at = publisher.connection();
    server.psql("CREATE SUBSCRIPTION numbers CONNECTION 'host=" + at.host() + " port=" + at.port()
        + " dbname=" + at.database() + " user=" + at.user() + "' PUBLICATION numbers");
    var active = "SELECT count(*) FROM pg_replication_slots WHERE active";
    while (!publisher.psql(active).strip().equals("1")) {
      Thread.onSpinWait();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {15, 17})
  void t05_a_snapshot_of_an_idle_standby_is_restored_to_its_own_end(int major) throws Exception {
    // Red when: BranchTargets.atItsEnd looks for the record that only a primary writes.
    var data = home.resolve("standby");
    try (var primary = ProtectedDatabase.withNumbers(TestPostgres.of(major))) {
      primary.tool("pg_basebackup", "-D", data.toString(), "-R", "-c", "fast");
      var standby = TestPostgres.of(major).adopt(data);
      standby.start();
      awaitReplay(primary, standby);
      try (var database = new ProtectedDatabase(standby)) {
        var end = database.resolve(new Target.AtSnapshot(database.backup().id()));
        assertThat(database.resolve(new Target.Latest()).stopAt()).isEqualTo(end.stopAt());
        var run = plan(database, end, "1000");
        database.lose();
        run.runFrom("preflight", "promote");
      }
    }
  }

  private static void awaitReplay(TestPostgres primary, TestPostgres standby) {
    var written = primary.psql("SELECT pg_current_wal_flush_lsn()").strip();
    var arrived = "SELECT pg_last_wal_replay_lsn() >= '" + written + "'";
    while (!standby.psql(arrived).strip().equals("t")) {
      Thread.onSpinWait();
    }
  }
}
