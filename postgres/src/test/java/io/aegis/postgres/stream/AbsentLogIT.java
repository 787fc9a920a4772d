package io.aegis.postgres.stream;

import static io.aegis.postgres.stream.StreamedServers.ONE;
import static io.aegis.postgres.stream.StreamedServers.commit;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.TimeSource;
import io.aegis.kernel.testing.Program;
import io.aegis.kernel.testing.RequiresPart;
import io.aegis.postgres.WalStream.Event;
import io.aegis.postgres.testing.TestPostgres;
import io.aegis.repository.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Log that the server keeps, and cannot open for a while. */
@RequiresPart("postgres-17")
class AbsentLogIT extends IntoOneRepository {
  /** A clock that can be set forward. */
  private static final class SetForward implements TimeSource {
    private final AtomicLong ahead = new AtomicLong();

    void by(Duration duration) {
      ahead.addAndGet(duration.toNanos());
    }

    @Override
    public Instant now() {
      return TimeSource.system().now();
    }

    @Override
    public long nanos() {
      return TimeSource.system().nanos() + ahead.get();
    }

    @Override
    public void sleep(Duration pause) throws InterruptedException {
      TimeSource.system().sleep(pause);
    }
  }

  // Red when: LostLog.arrived does nothing, so that an absence counts from the one before.
  @Test
  @Timeout(120)
  void t34_log_that_was_away_and_came_back_is_waited_for_as_long_when_it_is_away_again()
      throws IOException {
    var server = servers.started(TestPostgres.of(17).walSegmentMib(1));
    server.psql("create table t(id int)");
    var time = new SetForward();
    var ports = new Ports(time, Ports.system().entropy(), Ports.system().milestones());
    try (var stream = new RunningStream(servers.repository(), server, ports)) {
      stream.awaitAll(server);
      beAwayForAWhile(server, stream, time);
      beAwayForAWhile(server, stream, time);
    }
    assertThat(servers.inventory(server).timeline(ONE).gaps()).isEmpty();
  }

  /** A segment that is already written and was not sent yet goes, and comes back. */
  private void beAwayForAWhile(TestPostgres server, RunningStream stream, SetForward time)
      throws IOException {
    var sender = "select pid from pg_stat_replication where state = 'streaming'";
    while (server.psql(sender).isBlank()) {
      Thread.onSpinWait();
    }
    var pid = server.psql(sender).strip();
    Program.of("kill", "-STOP", pid).run().orFail();
    time.by(Duration.ofMinutes(10));
    server.psql("select pg_switch_wal()");
    commit(server, 1);
    var name =
        server.psql("select pg_walfile_name(pg_current_wal_insert_lsn())").strip();
    server.psql("select pg_switch_wal()");
    commit(server, 2);
    server.psql("checkpoint"); // a new slot would begin behind what cannot be opened
    var segment = server.dataDirectory().resolve("pg_wal").resolve(name);
    Files.move(segment, directory.resolve(name));
    long before = WalStreamIT.missed(stream);
    Program.of("kill", "-CONT", pid).run().orFail();
    boolean givenUp = false;
    while (WalStreamIT.missed(stream) < before + 2 && !givenUp) {
      givenUp = stream.events().stream().anyMatch(Event.GapDeclared.class::isInstance);
    }
    Files.move(directory.resolve(name), segment);
    stream.awaitAll(server);
  }
}
