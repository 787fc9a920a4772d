package io.aegis.postgres.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.testing.RequiresPart;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.WalStream.Event.Silence;
import io.aegis.postgres.testing.TestPostgres;
import io.aegis.repository.testing.TestRepository;
import java.time.Instant;
import org.junit.jupiter.api.Test;

@RequiresPart("postgres-17")
class SilenceIT {

  // Red when: Receiver.hear takes what the server has sent for all that was committed.
  @Test
  void a_commit_that_is_not_flushed_yet_is_not_taken_for_silence() {
    try (var server = TestPostgres.of(17).setting("wal_writer_delay", "3s").start();
        var repository = TestRepository.inMemory().open()) {
      server.psql("create table t(id int)");
      try (var stream = new RunningStream(repository, server)) {
        stream.awaitAll(server);
        var begun = Instant.parse(server
            .psql("select to_char(clock_timestamp()"
                + " at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
            .strip());
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
}
