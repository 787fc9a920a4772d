package io.aegis.postgres.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Milestones;
import io.aegis.kernel.TimeSource;
import io.aegis.kernel.testing.RequiresPart;
import io.aegis.postgres.ConnectionSettings;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Resolution;
import io.aegis.postgres.SystemIdentifier;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.WalStream;
import io.aegis.postgres.archive.DurableMark;
import io.aegis.postgres.archive.IncarnationClaim.Origin;
import io.aegis.postgres.archive.Incarnations;
import io.aegis.postgres.archive.LogSpan;
import io.aegis.postgres.archive.WalArchive;
import io.aegis.postgres.archive.WalFiling;
import io.aegis.postgres.testing.TestPostgres;
import io.aegis.repository.Ports;
import io.aegis.repository.Repository;
import io.aegis.repository.testing.TestRepository;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@RequiresPart({"postgres-15", "postgres-17"})
class StreamDurabilityIT {
  private static final Timeline ONE = new Timeline(1);

  @ParameterizedTest
  @ValueSource(ints = {15, 17})
  void without_a_stream_one_runs_as_long_as_the_backup(int major) throws InterruptedException {
    try (var server = TestPostgres.of(major).start();
        var repository = TestRepository.inMemory().open()) {
      try (var watch = stream(repository, server).durability(_ -> {}).begin()) {
        var from = begin(server);
        server.pgbench("-i", "-q", "-s", "1");
        var to = position(server);
        watch.await(ONE, from, to);
        assertThat(durable(repository, server)).isGreaterThanOrEqualTo(to);
      }
      var slots = "select count(*) from pg_replication_slots";
      while (!server.psql(slots).strip().equals("0")) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void a_stream_that_runs_is_watched() throws InterruptedException {
    try (var server = TestPostgres.of(17).start();
        var repository = TestRepository.inMemory().open();
        var running = new RunningStream(repository, server)) {
      running.await(WalStream.Event.Streaming.class);
      try (var watch = stream(repository, server).durability(_ -> {}).begin()) {
        var from = begin(server);
        server.pgbench("-i", "-q", "-s", "1");
        watch.await(ONE, from, position(server));
        assertThat(server.psql("select count(*) from pg_stat_replication").strip())
            .isEqualTo("1");
      }
      assertThat(server.psql("select count(*) from pg_stat_replication").strip())
          .isEqualTo("1");
    }
  }

  // Red when: ArchiveWatch.await is content with a position: what is stored there can be the log
  // that this server wrote before it was set back, while its slot is read into another repository.
  @Test
  void t27_a_backup_does_not_rest_on_the_log_of_another_past() throws InterruptedException {
    try (var server = TestPostgres.of(17).start();
        var repository = TestRepository.inMemory().open();
        var another = TestRepository.inMemory().open()) {
      var before = position(server);
      try (var stream = new RunningStream(repository, server)) {
        server.pgbench("-i", "-q", "-s", "1");
        stream.awaitAll(server);
      }
      server.psql("select pg_drop_replication_slot('aegis')");
      try (var elsewhere = new RunningStream(another, server);
          var watch = stream(repository, server).durability(_ -> {}).begin()) {
        elsewhere.await(WalStream.Event.Streaming.class);
        var to = durable(repository, server);
        assertThatThrownBy(() -> watch.await(ONE, before, to))
            .isInstanceOfSatisfying(
                Refused.class, e -> assertThat(e.code()).isEqualTo(PostgresCode.LOG_WENT_BACK));
      }
    }
  }

  // Red when: StreamDurability.begin relies on what the stream that runs asked when it connected.
  @Test
  void t27_a_life_that_was_left_while_its_stream_ran_is_not_backed_up()
      throws InterruptedException {
    try (var server = TestPostgres.of(17).start();
        var repository = TestRepository.inMemory().open();
        var running = new RunningStream(repository, server)) {
      running.await(WalStream.Event.Streaming.class);
      var at = running.awaitAll(server);
      var archive = new WalArchive(repository.records());
      var root = archive.claims().getFirst();
      var heir = new Incarnations(repository, TimeSource.system())
          .claimFork(new Incarnation("heir"), root, new Origin.Fork(root.id(), ONE, at));
      stream(repository, server).durability(_ -> {}).begin().close();
      var mark = new DurableMark(
          at.plus(8), at.plus(8), Instant.now(), Instant.now(), new Resolution.Edge.Nothing());
      new WalFiling(repository, heir, Milestones.UNWATCHED).mark(new Timeline(2), mark);
      assertThatThrownBy(() -> stream(repository, server).durability(_ -> {}).begin())
          .isInstanceOfSatisfying(
              Refused.class,
              failure -> assertThat(failure.code()).isEqualTo(PostgresCode.HISTORY_DIVERGES));
    }
  }

  // Red when: ArchiveWatch.isUnbroken is true whatever the archive holds.
  @Test
  void log_that_was_removed_before_it_was_streamed_is_a_break_and_said_to_be_one()
      throws InterruptedException {
    var setup = TestPostgres.of(17).setting("min_wal_size", "32MB").setting("wal_keep_size", "0");
    try (var server = setup.start();
        var repository = TestRepository.inMemory().open()) {
      var first = streamedUpToNow(repository, server);
      try (var watch = stream(repository, server).durability(_ -> {}).begin()) {
        assertThat(watch.isUnbroken(ONE, first.from(), first.to())).isTrue();
      }
      for (int i = 0; i < 4; i++) {
        server.psql("create table if not exists t (i int); insert into t values (1)");
        server.psql("select pg_switch_wal(); checkpoint");
      }
      var now = streamedUpToNow(repository, server);
      try (var watch = stream(repository, server).durability(_ -> {}).begin()) {
        assertThat(watch.isUnbroken(ONE, now.from(), now.to())).isTrue();
        assertThat(watch.isUnbroken(ONE, first.from(), now.to())).isFalse();
      }
    }
  }

  // Red when: StreamDurability.begin waits for its own stream, whoever has the slot by now.
  @Test
  void a_stream_that_takes_the_slot_while_the_backup_connects_is_watched()
      throws InterruptedException {
    try (var server = TestPostgres.of(17).start();
        var repository = TestRepository.inMemory().open()) {
      server.psql("select pg_create_physical_replication_slot('aegis', true)");
      var faster = new AtomicReference<RunningStream>();
      try (var watch = stream(repository, server)
          .durability(event -> {
            if (event instanceof WalStream.Event.Policy && faster.get() == null) {
              faster.set(new RunningStream(repository, server));
              faster.get().await(WalStream.Event.Streaming.class);
            }
          })
          .begin()) {
        var from = begin(server);
        server.pgbench("-i", "-q", "-s", "1");
        watch.await(ONE, from, position(server));
      } finally {
        faster.get().close();
      }
    }
  }

  private static LogSpan streamedUpToNow(Repository repository, TestPostgres server)
      throws InterruptedException {
    try (var watch = stream(repository, server).durability(_ -> {}).begin()) {
      var from = begin(server);
      server.psql("create table if not exists t (i int); insert into t values (1)");
      var to = position(server);
      watch.await(ONE, from, to);
      return new LogSpan(from, to);
    }
  }

  @Test
  void a_stream_that_is_refused_fails_the_backup_with_its_reason() {
    try (var server = TestPostgres.of(17).start();
        var repository = TestRepository.inMemory().open()) {
      server.psql("create role plain login");
      var at = RunningStream.settingsOf(server);
      var plain = new ConnectionSettings(at.host(), at.port(), at.database(), "plain", at.login());
      var stream = new WalStream(repository, plain, WalStream.Settings.standard(), Ports.system());
      assertThatThrownBy(() -> stream.durability(_ -> {}).begin())
          .isInstanceOfSatisfying(
              Refused.class,
              failure -> assertThat(failure.code()).isEqualTo(PostgresCode.REPLICATION_REFUSED));
    }
  }

  private static WalStream stream(Repository repository, TestPostgres server) {
    return new WalStream(
        repository,
        RunningStream.settingsOf(server),
        WalStream.Settings.standard(),
        Ports.system());
  }

  /** Where a backup would begin: with a checkpoint. */
  private static Lsn begin(TestPostgres server) {
    server.psql("checkpoint");
    return Lsn.parse(server.psql("select redo_lsn from pg_control_checkpoint()").strip());
  }

  private static Lsn position(TestPostgres server) {
    return Lsn.parse(server.psql("select pg_current_wal_flush_lsn()").strip());
  }

  private static Lsn durable(Repository repository, TestPostgres server) {
    var system = SystemIdentifier.parse(server.control("Database system identifier"));
    return new WalArchive(repository.records()).durable(Incarnation.rootOf(system), ONE);
  }
}
