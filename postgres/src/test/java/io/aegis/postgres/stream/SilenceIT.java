package io.aegis.postgres.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.testing.Program;
import io.aegis.kernel.testing.RequiresPart;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.WalStream.Event.Silence;
import io.aegis.postgres.WalStream.Event.Waiting;
import io.aegis.postgres.archive.DurableMark;
import io.aegis.postgres.testing.TestPostgres;
import io.aegis.repository.testing.TestRepository;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresPart("postgres-17")
class SilenceIT {
  /** Several times the heartbeat, and the time after which a standby asks for its primary. */
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  @TempDir
  Path directory = Path.of("unset");

  private static Instant clockOf(TestPostgres server) {
    return Instant.parse(server
        .psql("select to_char(clock_timestamp()"
            + " at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
        .strip());
  }

  // Red when: Receiver.listen takes what the server has sent for all that was committed.
  @Test
  void a_commit_that_is_not_flushed_yet_is_not_taken_for_silence() {
    try (var server = TestPostgres.of(17).setting("wal_writer_delay", "3s").start();
        var repository = TestRepository.inMemory().open()) {
      server.psql("create table t(id int)");
      try (var stream = new RunningStream(repository, server)) {
        stream.awaitAll(server);
        var begun = clockOf(server);
        server.psql("set synchronous_commit = off; insert into t values (1)");
        var inserted =
            Lsn.parse(server.psql("select pg_current_wal_insert_lsn()").strip());
        stream.awaitDurable(inserted);
        assertThat(stream.events())
            .filteredOn(event -> event instanceof Silence)
            .filteredOn(event -> ((Silence) event).durable().isBefore(inserted))
            .allMatch(event -> ((Silence) event).asOf().isBefore(begun));
      }
    }
  }

  // Red when: Receiver waits for ever for a server that does not answer.
  @Test
  void a_connection_on_which_nothing_comes_any_more_is_given_up_and_made_anew() {
    try (var servers = new StreamedServers(TestRepository.inMemory().open())) {
      var server = servers.started(TestPostgres.of(17));
      server.psql("create table t(id int)");
      try (var stream = servers.stream(server)) {
        stream.awaitAll(server);
        var sender = server.psql("select pid from pg_stat_replication").strip();
        signal("STOP", sender);
        stream.await(Waiting.class);
        signal("CONT", sender);
        long committed = StreamedServers.commit(server, 1);
        stream.awaitAll(server);
        assertThat(servers.committed(server, StreamedServers.ONE)).contains(committed);
      }
    }
  }

  private static void signal(String which, String process) {
    Program.of(List.of("kill", "-" + which, process)).run().orFail();
  }

  // Red when: Receiver.listen believes a keepalive, which says how far the server has sent: while a
  // stream catches up, each of them says that nothing more is there.
  @Test
  void a_server_that_still_has_log_to_send_is_not_taken_for_silent() {
    try (var servers = new StreamedServers(TestRepository.inMemory().open())) {
      var server = servers.started(TestPostgres.of(17));
      server.psql("create table t(id int, filling text)");
      server.psql("alter table t alter filling set storage external"); // log that is not compressed
      try (var stream = servers.stream(server)) {
        stream.awaitAll(server);
      }
      for (int i = 0; i < 40; i++) {
        server.psql("insert into t select g, repeat(md5(g::text), 100)"
            + " from generate_series(1, 2500) g");
      }
      var last = clockOf(server);
      var end = Lsn.parse(server.psql("select pg_current_wal_flush_lsn()").strip());
      var seen = new LinkedHashSet<DurableMark>();
      try (var _ = servers.stream(server)) {
        while (seen.isEmpty() || seen.getLast().durable().isBefore(end)) {
          seen.add(newestMark(servers, server));
        }
      }
      assertThat(seen)
          .filteredOn(mark -> mark.durable().isBefore(end))
          .hasSizeGreaterThan(2)
          .allMatch(mark -> mark.asOf().isBefore(last));
    }
  }

  private static DurableMark newestMark(StreamedServers servers, TestPostgres server) {
    var timeline = servers.inventory(server).timeline(StreamedServers.ONE);
    return servers
        .archive()
        .marks(servers.claim(server).id(), timeline)
        .newest()
        .orElseThrow();
  }

  // Red when: SlotWatch.quiet takes a standby's own clock for that of the server that commits, or
  // SqlSession takes over an isolation in which a standby answers nothing.
  @Test
  void a_standby_that_lost_its_primary_does_not_know_that_nothing_was_committed()
      throws InterruptedException {
    try (var servers = new StreamedServers(TestRepository.inMemory().open())) {
      var primary = servers.started(TestPostgres.of(17));
      primary.psql("create table t(id int)");
      var standby = servers.standbyOf(primary, directory.resolve("standby"));
      StreamedServers.commit(primary, 1);
      servers.awaitReplay(primary, standby);
      standby.psql("alter system set default_transaction_isolation = 'serializable'");
      standby.psql("select pg_reload_conf()");
      try (var stream = servers.stream(standby)) {
        var heard = stream.await(Silence.class);
        primary.kill();
        var lost = Instant.now();
        assertThat(heard.asOf()).isBefore(lost);
        Thread.sleep(PATIENCE.toMillis());
        assertThat(stream.events())
            .filteredOn(event -> event instanceof Silence)
            .allMatch(event -> ((Silence) event).asOf().isBefore(lost));
      }
    }
  }
}
