package io.aegis.postgres.stream;

import static io.aegis.postgres.stream.StreamedServers.ONE;
import static io.aegis.postgres.stream.StreamedServers.commit;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.testing.RequiresPart;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.WalStream.Event;
import io.aegis.postgres.testing.TestPostgres;
import io.aegis.postgres.testing.TestPostgres.Stop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Servers that have one replication connection for a stream and none to compare its log with what
 * is stored.
 */
@RequiresPart("postgres-17")
@Timeout(180)
class SingleConnectionIT extends IntoOneRepository {
  // Red when: TipCare.resending has no other way: the stream waits for a connection for ever.
  @ParameterizedTest
  @ValueSource(ints = {15, 17, 18})
  void a_server_with_a_single_replication_connection_is_streamed_again(int major) {
    var server = servers.started(TestPostgres.of(major).setting("max_wal_senders", "1"));
    server.psql("create table t(id int)");
    for (int id = 1; id <= 3; id++) {
      try (var stream = servers.stream(server)) {
        commit(server, id);
        server.psql("create table bulk" + id + " as select generate_series(1, 20000)");
        stream.awaitAll(server);
      }
    }
    assertThat(servers.inventory(server).timeline(ONE).ranges()).hasSize(1);
  }

  // Red when: nothing is compared where there is no second connection.
  @Test
  void t27_with_a_single_connection_too_a_copy_that_did_the_same_work_again_is_refused() {
    var server = servers.started(TestPostgres.of(17).setting("max_wal_senders", "1"));
    server.psql("create table t(id int)");
    var other = copied(server);
    try (var stream = servers.stream(server)) {
      server.psql("insert into t select generate_series(1, 100)");
      stream.awaitAll(server);
    }
    server.stop(Stop.IMMEDIATE);
    var before = servers.inventory(server);
    var copy = servers.adopted(17, other);
    copy.psql("insert into t select generate_series(1001, 1100)");
    copy.psql("create table more as select generate_series(1, 10000)");
    try (var stream = servers.stream(copy)) {
      var failure = (Refused) stream.awaitFailure();
      assertThat(failure.code())
          .isIn(PostgresCode.LOG_WENT_BACK, PostgresCode.WAL_NOT_A_CONTINUATION);
    }
    assertThat(servers.inventory(server)).isEqualTo(before);
  }

  // Red when: the connection is not free again after log of a timeline that was left.
  @Test
  void a_promoted_standby_with_a_single_connection_is_followed() {
    var primary = servers.started(TestPostgres.of(17));
    primary.psql("create table t(id int)");
    var standby = servers.standbyOf(primary, directory.resolve("standby"));
    try (var stream = servers.stream(primary)) {
      commit(primary, 1);
      stream.awaitAll(primary);
    }
    servers.awaitReplay(primary, standby);
    primary.kill();
    standby.psql("select pg_promote()");
    standby.psql("alter system set max_wal_senders = 1");
    standby.restart();
    long after = commit(standby, 2);
    try (var stream = servers.stream(standby)) {
      assertThat(stream.await(Event.TimelineSwitched.class).to()).isEqualTo(new Timeline(2));
      stream.awaitAll(standby);
    }
    assertThat(servers.committed(standby, new Timeline(2))).contains(after);
  }
}
