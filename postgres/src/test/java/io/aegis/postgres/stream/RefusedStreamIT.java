package io.aegis.postgres.stream;

import static io.aegis.postgres.stream.StreamedServers.ONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.TimeSource;
import io.aegis.kernel.testing.RequiresPart;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCluster;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Readiness;
import io.aegis.postgres.Readiness.Level;
import io.aegis.postgres.WalProtection;
import io.aegis.postgres.WalStream;
import io.aegis.postgres.archive.Incarnations;
import io.aegis.postgres.testing.TestPostgres;
import io.aegis.postgres.testing.TestPostgres.Stop;
import io.aegis.repository.ComponentName;
import io.aegis.repository.testing.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Clones of a protected server, which must not get into its log, nor keep any for it. */
@RequiresPart("postgres-17")
class RefusedStreamIT extends IntoOneRepository {
  // Red when: Continuity.judge does not compare the server's position with the stored one, or the
  // slot is made before it judges and not dropped again.
  @Test
  void t27_a_server_that_was_set_back_is_refused_and_nothing_is_overwritten() throws IOException {
    var server = servers.started(TestPostgres.of(17));
    server.psql("create table t(id int)");
    var old = copied(server);
    try (var stream = servers.stream(server)) {
      server.psql("insert into t values (1)");
      stream.awaitAll(server);
    }
    server.stop(Stop.FAST);
    var before = servers.inventory(server);
    Files.deleteIfExists(old.resolve("postmaster.pid"));
    var copy = servers.adopted(17, old);
    try (var stream = servers.stream(copy)) {
      var failure = (Refused) stream.awaitFailure();
      assertThat(failure.code())
          .isIn(PostgresCode.LOG_WENT_BACK, PostgresCode.WAL_NOT_A_CONTINUATION);
    }
    assertThat(slots(copy)).isEmpty();
    assertThat(servers.inventory(server)).isEqualTo(before);
  }

  // Red when: bytes are stored before the scanner has read them, or the slot that was made for
  // them is not dropped again.
  @Test
  void t27_a_copy_that_went_its_own_way_is_refused_and_nothing_is_overwritten() throws IOException {
    var server = servers.started(TestPostgres.of(17));
    server.psql("create table t(id int)");
    var other = copied(server);
    try (var stream = servers.stream(server)) {
      server.psql("insert into t values (1)");
      stream.awaitAll(server);
    }
    server.stop(Stop.FAST);
    var before = servers.inventory(server);
    var copy = servers.adopted(17, other);
    copy.psql("create table elsewhere as select generate_series(1, 100000)");
    try (var stream = servers.stream(copy)) {
      var failure = (Refused) stream.awaitFailure();
      assertThat(failure.code())
          .isIn(PostgresCode.LOG_WENT_BACK, PostgresCode.WAL_NOT_A_CONTINUATION);
    }
    assertThat(slots(copy)).isEmpty();
    var after = servers.inventory(server);
    assertThat(after.timeline(ONE).pieces()).isEqualTo(before.timeline(ONE).pieces());
  }

  // Red when: WalStreamer does not ask SameLog: where records of the same sizes are written again,
  // positions and the chain of records agree.
  @Test
  void t27_a_copy_that_did_the_same_work_again_is_refused_and_nothing_is_overwritten()
      throws IOException {
    var server = servers.started(TestPostgres.of(17));
    server.psql("create table t(id int, what text)");
    var other = copied(server);
    try (var stream = servers.stream(server)) {
      insert(server, 40, "first");
      stream.awaitAll(server);
    }
    server.stop(Stop.IMMEDIATE);
    var before = servers.inventory(server);
    var copy = servers.adopted(17, other);
    insert(copy, 40, "again");
    // Page images and the server's own records are not as many in every run.
    while (!written(copy).isAfter(before.timeline(ONE).end())) {
      insert(copy, 1, "again");
    }
    try (var stream = servers.stream(copy)) {
      var failure = (Refused) stream.awaitFailure();
      assertThat(failure.code()).isEqualTo(PostgresCode.LOG_WENT_BACK);
      assertThat(failure.report().what()).contains("another one from");
    }
    assertThat(slots(copy)).isEmpty();
    assertThat(servers.inventory(server)).isEqualTo(before);
  }

  // Red when: SameLog counts from the segment's end: behind a switch that is zeros.
  @Test
  void t27_a_copy_that_did_the_same_work_up_to_a_log_switch_is_refused() throws IOException {
    var server = servers.started(TestPostgres.of(17));
    server.psql("create table t(id int, what text)");
    var other = copied(server);
    try (var stream = servers.stream(server)) {
      insert(server, 5, "first");
      server.psql("select pg_switch_wal()");
      stream.awaitAll(server);
    }
    server.stop(Stop.IMMEDIATE);
    var before = servers.inventory(server);
    var copy = servers.adopted(17, other);
    insert(copy, 5, "again");
    copy.psql("select pg_switch_wal()");
    while (!written(copy).isAfter(before.timeline(ONE).end())) {
      insert(copy, 1, "again");
    }
    try (var stream = servers.stream(copy)) {
      var failure = (Refused) stream.awaitFailure();
      assertThat(failure.code()).isEqualTo(PostgresCode.LOG_WENT_BACK);
      assertThat(failure.report().what()).contains("another one from");
    }
    assertThat(servers.inventory(server)).isEqualTo(before);
  }

  // Red when: Shipper does not look whether it is alone, or WalArchive.read takes the object that
  // reaches furthest and does not compare the others.
  @Test
  void t27_two_servers_that_were_equal_when_both_were_streamed_are_told_apart_when_they_differ()
      throws IOException {
    var server = servers.started(TestPostgres.of(17));
    server.psql("create table t(id int, what text)");
    try (var stream = servers.stream(server)) {
      stream.awaitAll(server);
    }
    var copy = servers.adopted(17, copied(server));
    try (var stream = servers.stream(server);
        var another = servers.stream(copy)) {
      stream.await(WalStream.Event.Streaming.class);
      another.await(WalStream.Event.Streaming.class);
      insert(server, 3, "here");
      insert(copy, 1, "a copy");
      for (var failure : List.of(stream.awaitFailure(), another.awaitFailure())) {
        assertThat(failure)
            .isInstanceOfSatisfying(
                Refused.class, e -> assertThat(e.code()).isEqualTo(PostgresCode.WAL_CONFLICT));
      }
    }
    var timeline = servers.inventory(server).timeline(ONE);
    var all = timeline.ranges().getLast();
    assertThatThrownBy(() -> servers.archive().read(timeline, all))
        .isInstanceOf(Damaged.class)
        .hasMessageContaining("contradicts");
  }

  // Red when: WalStreamer notes for whom a life is before it knows that the server leads it, or
  // never: a copy would make the source's life its own, or the source could not tell the copy's.
  @Test
  void a_stream_notes_for_whom_it_stores_a_life_and_a_refused_one_notes_nothing()
      throws IOException {
    var server = servers.started(TestPostgres.of(17));
    server.psql("create table t(id int, what text)");
    var root = Incarnation.rootOf(StreamedServers.system(server));
    try (var stream = servers.stream(server, new ComponentName("shop-db"))) {
      stream.awaitAll(server);
      var copy = servers.standbyOf(server, directory.resolve("copy"));
      copy.psql("select pg_promote()");
      insert(server, 40, "behind the promotion");
      stream.awaitAll(server);
      var component = new ComponentName("staging-db");
      try (var another = servers.stream(copy, component)) {
        assertThat(another.awaitFailure()).isInstanceOf(Refused.class);
      }
      assertThat(streamed()).isEqualTo(Map.of(root, Set.of(new ComponentName("shop-db"))));

      var life = "aegis.incarnation = 'a-new-name'\n";
      var file = copy.dataDirectory().resolve("postgresql.conf");
      Files.writeString(file, life, StandardOpenOption.APPEND);
      copy.restart();
      try (var another = servers.stream(copy, component)) {
        another.await(WalStream.Event.Durable.class);
      }
      assertThat(streamed()).containsEntry(new Incarnation("a-new-name"), Set.of(component));
    }
  }

  // Red when: ClusterProbe.streamed believes whoever reads the slot, as it did.
  @Test
  void a_stream_into_another_repository_does_not_protect_this_one() {
    var server = servers.started(TestPostgres.of(17));
    var cluster = new PostgresCluster(
        RunningStream.settingsOf(server), server.dataDirectory(), TimeSource.system());
    try (var elsewhere = TestRepository.inMemory().open();
        var stream = servers.stream(server)) {
      server.psql("create table t(id int)");
      stream.awaitAll(server);

      assertThat(WalProtection.streamed(servers.repository(), cluster, "aegis"))
          .extracting(Readiness::level)
          .isEqualTo(Level.READY);
      assertThat(WalProtection.streamed(elsewhere, cluster, "aegis")).satisfies(finding -> {
        assertThat(finding.level()).isEqualTo(Level.BLOCKING);
        assertThat(finding.finding()).contains("elsewhere");
      });
    }
  }

  private Map<Incarnation, Set<ComponentName>> streamed() {
    return Incarnations.streamed(servers.repository());
  }

  // Red when: ReplicationLink.connect takes it for a server that does not answer.
  @Test
  void a_server_that_admits_no_stream_at_all_ends_it_with_what_is_missing() {
    var server = servers.started(TestPostgres.of(17).setting("max_wal_senders", "0"));
    try (var stream = servers.stream(server)) {
      var failure = (Refused) stream.awaitFailure();
      assertThat(failure.code()).isEqualTo(PostgresCode.REPLICATION_REFUSED);
      assertThat(failure.report().next().getFirst()).startsWith("aegis doctor");
    }
  }

  // Red when: ReplicationLink.connect takes it for a server that does not answer.
  @Test
  void a_stream_waits_for_a_replication_connection_and_says_that_none_is_left() {
    var server = servers.started(TestPostgres.of(17).setting("max_wal_senders", "1"));
    var elsewhere = new StreamedServers(TestRepository.inMemory().open());
    try (var holder = servers.stream(server)) {
      holder.await(WalStream.Event.Streaming.class);
      try (var stream = elsewhere.stream(server)) {
        var waiting = stream.await(WalStream.Event.Waiting.class);
        assertThat(waiting.reason().code()).isEqualTo(PostgresCode.REPLICATION_REFUSED);
        assertThat(waiting.reason().why()).contains("max_wal_senders");
      }
    }
  }

  private static void insert(TestPostgres server, int count, String what) {
    for (int i = 0; i < count; i++) {
      server.psql("insert into t values (" + i + ", '" + what + "')");
    }
  }

  private static Lsn written(TestPostgres server) {
    return Lsn.parse(server.psql("select pg_current_wal_flush_lsn()").strip());
  }

  // Red when: the slot is dropped on every refusal, whoever made it.
  @Test
  void a_refused_stream_leaves_a_slot_that_it_did_not_make() throws IOException {
    var server = servers.started(TestPostgres.of(17));
    var other = copied(server);
    try (var stream = servers.stream(server)) {
      server.psql("create table here()");
      stream.awaitAll(server);
    }
    server.stop(Stop.FAST);
    var copy = servers.adopted(17, other);
    copy.psql("select pg_create_physical_replication_slot('aegis', true)");
    copy.psql("create table elsewhere as select generate_series(1, 100000)");
    try (var stream = servers.stream(copy)) {
      assertThat(stream.awaitFailure()).isInstanceOf(Refused.class);
    }
    assertThat(slots(copy)).isEqualTo("aegis");
  }

  private static String slots(TestPostgres server) {
    return server.psql("select slot_name from pg_replication_slots").strip();
  }
}
