package io.aegis.postgres.stream;

import static io.aegis.postgres.stream.StreamedServers.ONE;
import static io.aegis.postgres.stream.StreamedServers.commit;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.testing.RequiresPart;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.WalStream.Event;
import io.aegis.postgres.archive.Inventory;
import io.aegis.postgres.archive.LogSpan;
import io.aegis.postgres.archive.Piece;
import io.aegis.postgres.archive.WalArchive;
import io.aegis.postgres.testing.TestPostgres;
import io.aegis.postgres.wal.RealWal;
import io.aegis.postgres.wal.SegmentName;
import io.aegis.postgres.wal.SegmentSize;
import io.aegis.repository.Register;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@RequiresPart({"postgres-15", "postgres-17", "postgres-18"})
class WalStreamIT extends IntoOneRepository {
  @ParameterizedTest
  @CsvSource({"15,16", "17,1", "18,64"})
  void what_is_stored_is_byte_for_byte_what_the_server_has(int major, int mib) throws IOException {
    var server = servers.started(TestPostgres.of(major)
        .walSegmentMib(mib)
        .setting("max_prepared_transactions", "4")
        .setting("wal_keep_size", "1GB"));
    try (var stream = servers.stream(server)) {
      stream.await(Event.Streaming.class);
      RealWal.load(server, 1000);
      stream.awaitAll(server);
    }
    var inventory = servers.inventory(server);
    var timeline = inventory.timeline(ONE);
    assertThat(timeline.ranges()).hasSize(1);
    assertThat(timeline.summaries()).isNotEmpty();
    assertThat(timeline.missingTail()).isEmpty();
    var archive = servers.archive();
    var range = timeline.ranges().getFirst();
    int step = WalArchive.sliceBytes(inventory.segments());
    for (var at = range.from(); at.isBefore(range.to()); at = at.plus(step)) {
      var span = new LogSpan(at, Lsn.earlier(at.plus(step), range.to()));
      assertThat(archive.read(timeline, span)).isEqualTo(fromDisk(server, inventory, span));
    }
  }

  @Test
  void full_slices_leave_no_parts_and_old_marks_go() {
    var server = servers.started(TestPostgres.of(17).walSegmentMib(1));
    try (var stream = servers.stream(server)) {
      stream.await(Event.Streaming.class);
      server.pgbench("-i", "-q", "-s", "1");
      for (int i = 0; i < 20; i++) {
        server.psql("select pg_logical_emit_message(true, 'x', repeat('y', 100000))");
        stream.awaitAll(server);
      }
    }
    var timeline = servers.inventory(server).timeline(ONE);
    long parts =
        timeline.pieces().stream().filter(p -> p.kind() == Piece.Kind.PART).count();
    assertThat(parts).isLessThan(20);
    assertThat(timeline.marks()).hasSizeBetween(2, 4);
  }

  @Test
  void a_kill_in_the_middle_of_a_segment_on_an_idle_server_loses_no_commit() {
    var server = servers.started(TestPostgres.of(17));
    server.psql("create table t(id int)");
    Set<Long> acknowledged = new HashSet<>();
    try (var stream = servers.stream(server)) {
      for (int i = 0; i < 10; i++) {
        acknowledged.add(commit(server, i));
      }
      stream.awaitAll(server);
      server.kill();
      stream.await(Event.Waiting.class);
    }
    assertThat(servers.committed(server, ONE)).containsAll(acknowledged);
  }

  @Test
  void the_server_is_never_told_more_than_is_durable() {
    var server = servers.started(TestPostgres.of(17));
    try (var stream = servers.stream(server)) {
      stream.await(Event.Streaming.class);
      server.pgbench("-i", "-q", "-s", "2");
      for (int i = 0; i < 20; i++) {
        var told = Lsn.parse(server
            .psql("select coalesce(flush_lsn, '0/0') from pg_stat_replication")
            .strip());
        assertThat(told)
            .isLessThanOrEqualTo(
                Lsn.later(told, servers.inventory(server).timeline(ONE).durable()))
            .isLessThanOrEqualTo(servers.inventory(server).timeline(ONE).durable());
        server.psql("create table t" + i + " as select generate_series(1, 10000)");
      }
    }
  }

  @Test
  void a_stream_that_was_ended_goes_on_where_it_was_without_a_gap() {
    var server = servers.started(TestPostgres.of(15).walSegmentMib(1));
    server.psql("create table t(id int)");
    Set<Long> acknowledged = new HashSet<>();
    for (int round = 0; round < 3; round++) {
      try (var stream = servers.stream(server)) {
        acknowledged.add(commit(server, round));
        server.pgbench("-i", "-q", "-s", "1");
        acknowledged.add(commit(server, round));
        stream.awaitAll(server);
      }
      acknowledged.add(commit(server, round));
    }
    try (var stream = servers.stream(server)) {
      stream.awaitAll(server);
    }
    assertThat(servers.inventory(server).timeline(ONE).ranges()).hasSize(1);
    assertThat(servers.committed(server, ONE)).containsAll(acknowledged);
  }

  @Test
  void a_server_that_crashed_and_came_back_is_followed_again() {
    var server = servers.started(TestPostgres.of(18).durable());
    server.psql("create table t(id int)");
    try (var stream = servers.stream(server)) {
      long before = commit(server, 1);
      stream.awaitAll(server);
      server.kill();
      stream.await(Event.Waiting.class);
      server.start();
      long after = commit(server, 2);
      stream.awaitAll(server);
      assertThat(servers.committed(server, ONE)).contains(before, after);
    }
  }

  // Red when: START_REPLICATION is sent without TIMELINE, or the new timeline is begun at the fork
  // instead of at the beginning of the segment that holds it.
  @Test
  void t34_a_promoted_standby_is_followed_onto_its_timeline() throws IOException {
    var primary = servers.started(TestPostgres.of(17).walSegmentMib(1));
    primary.psql("create table t(id int)");
    long before;
    var standby = servers.standbyOf(primary, directory.resolve("standby"));
    try (var stream = servers.stream(primary)) {
      primary.pgbench("-i", "-q", "-s", "1");
      before = commit(primary, 1);
      stream.awaitAll(primary);
    }
    servers.awaitReplay(primary, standby);
    primary.kill();
    standby.psql("select pg_promote()");
    long after = commit(standby, 2);
    try (var stream = servers.stream(standby)) {
      var switched = stream.await(Event.TimelineSwitched.class);
      assertThat(switched.to()).isEqualTo(new Timeline(2));
      stream.awaitAll(standby);
    }
    assertThat(servers.inventory(standby).timelines()).containsOnlyKeys(ONE, new Timeline(2));
    assertThat(servers.committed(standby, new Timeline(2))).contains(before, after);
  }

  // Red when: LostLog.declare does not ask whether the slot keeps what cannot be opened.
  @Test
  @Timeout(120)
  void log_that_the_server_keeps_and_cannot_open_is_asked_for_again_and_not_declared_lost()
      throws IOException {
    var server = servers.started(TestPostgres.of(17).walSegmentMib(1));
    server.psql("create table t(id int)");
    try (var stream = servers.stream(server)) {
      stream.awaitAll(server);
    }
    var tip = servers.inventory(server).timeline(ONE).end();
    var log = server.dataDirectory().resolve("pg_wal");
    var segment = log.resolve(SegmentName.at(ONE, tip, new SegmentSize(1 << 20)).toString());
    server.psql("select pg_switch_wal()");
    commit(server, 1);
    server.psql("checkpoint"); // a new slot would begin behind what cannot be opened
    Files.move(segment, directory.resolve("kept"));
    try (var stream = servers.stream(server)) {
      boolean givenUp = false;
      while (missed(stream) < 2 && !givenUp) { // the first time the slot may still be in use
        givenUp = stream.events().stream().anyMatch(Event.GapDeclared.class::isInstance);
      }
      Files.move(directory.resolve("kept"), segment);
      commit(server, 2);
      stream.awaitAll(server);
    }
    assertThat(servers.inventory(server).timeline(ONE).gaps()).isEmpty();
  }

  static long missed(RunningStream stream) {
    return stream.events().stream()
        .filter(event -> event instanceof Event.Waiting(var reason, var _)
            && reason.code().equals(PostgresCode.WAL_MISSING))
        .count();
  }

  // Red when: LostLog.declare names a stretch of the new timeline only.
  @Test
  void t34_what_a_promoted_standby_has_no_more_is_lost_on_the_timeline_that_it_left() {
    var primary = servers.started(TestPostgres.of(17)
        .walSegmentMib(1)
        .setting("min_wal_size", "2MB")
        .setting("max_wal_size", "3MB"));
    try (var stream = servers.stream(primary)) {
      stream.awaitAll(primary);
    }
    var stored = servers.inventory(primary).timeline(ONE).end();
    var standby = servers.standbyOf(primary, directory.resolve("standby"));
    for (int i = 0; i < 4; i++) {
      primary.pgbench("-i", "-q", "-s", "1");
      primary.psql("checkpoint");
    }
    servers.awaitReplay(primary, standby);
    primary.kill();
    standby.psql("select pg_promote()");
    standby.psql("checkpoint");
    try (var stream = servers.stream(standby)) {
      stream.awaitAll(standby);
    }
    var inventory = servers.inventory(standby);
    assertThat(inventory.timeline(ONE).gaps()).singleElement().satisfies(gap -> {
      assertThat(gap.from()).isEqualTo(stored);
      assertThat(gap.bytes()).isGreaterThan(1 << 20);
    });
    assertThat(inventory.timeline(new Timeline(2)).barriers()).isEmpty();
  }

  // Red when: ERROR 58P01 is treated as any broken connection, so that the stream tries for ever.
  @Test
  void t34_log_that_the_server_removed_is_declared_lost() {
    var server = servers.started(TestPostgres.of(17)
        .walSegmentMib(1)
        .setting("min_wal_size", "2MB")
        .setting("max_wal_size", "3MB"));
    try (var stream = servers.stream(server)) {
      stream.awaitAll(server);
    }
    server.psql("select pg_drop_replication_slot('aegis')");
    for (int i = 0; i < 4; i++) {
      server.pgbench("-i", "-q", "-s", "1");
      server.psql("checkpoint");
    }
    try (var stream = servers.stream(server)) {
      var gap = stream.await(Event.GapDeclared.class);
      assertThat(gap.to()).isGreaterThan(gap.from());
      stream.awaitAll(server);
    }
    var timeline = servers.inventory(server).timeline(ONE);
    assertThat(timeline.gaps()).hasSize(1);
    assertThat(timeline.ranges()).hasSize(2);
    assertThat(timeline.ranges().get(1).from())
        .isEqualTo(timeline.gaps().getFirst().to());
    assertThat(servers.repository().register().entries())
        .extracting(Register.Entry::kind)
        .contains(Register.Kind.WAL_GAP_DECLARED);
  }

  @Test
  void t34_a_slot_that_was_invalidated_is_made_again() {
    var server = servers.started(TestPostgres.of(17)
        .walSegmentMib(1)
        .setting("min_wal_size", "2MB")
        .setting("max_wal_size", "3MB")
        .setting("max_slot_wal_keep_size", "2MB"));
    try (var stream = servers.stream(server)) {
      assertThat(stream.await(Event.Policy.class).policy())
          .isEqualTo(new io.aegis.postgres.WalStream.KeepPolicy.ProtectPrimary(2 << 20));
      stream.awaitAll(server);
    }
    for (int i = 0; i < 4; i++) {
      server.pgbench("-i", "-q", "-s", "1");
      server.psql("checkpoint");
    }
    assertThat(server.psql("select wal_status from pg_replication_slots").strip())
        .isEqualTo("lost");
    try (var stream = servers.stream(server)) {
      assertThat(stream.await(Event.SlotAtRisk.class).status()).isEqualTo("lost");
      stream.await(Event.GapDeclared.class);
      stream.awaitAll(server);
    }
    assertThat(server.psql("select wal_status from pg_replication_slots").strip())
        .isEqualTo("reserved");
  }

  private static byte[] fromDisk(TestPostgres server, Inventory inventory, LogSpan span)
      throws IOException {
    SegmentSize size = inventory.segments();
    var name = io.aegis.postgres.wal.SegmentName.at(ONE, span.from(), size);
    var file = Files.readAllBytes(RealWal.file(server, name));
    int offset = size.offsetOf(span.from());
    return Arrays.copyOfRange(file, offset, offset + (int) span.bytes());
  }
}
