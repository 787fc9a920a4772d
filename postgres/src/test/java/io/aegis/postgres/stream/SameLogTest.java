package io.aegis.postgres.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.aegis.kernel.Entropy;
import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.Milestones;
import io.aegis.kernel.testing.VirtualTime;
import io.aegis.postgres.ConnectionSettings;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.WalStream;
import io.aegis.postgres.archive.ArchiveFixture;
import io.aegis.repository.Ports;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SameLogTest {
  /** A server that took the request and sends nothing. */
  private static final class Silent implements TipMending.Sender {
    @Override
    public Optional<WireMessage> poll() {
      return Optional.empty();
    }

    @Override
    public void tell(byte[] status) {}

    @Override
    public void close() {}
  }

  // Red when: SameLog.require goes on once its patience is over: another server's log, of which not
  // a byte was compared, is then stored behind ours.
  @Test
  void what_could_not_be_compared_in_time_is_not_taken_for_the_same() {
    try (var fixture = new ArchiveFixture()) {
      var wal = ArchiveFixture.log();
      var end = Lsn.earlier(wal.end(), ArchiveFixture.BEGIN.plus(100_000));
      fixture.store(wal, end);
      var nowhere = new ConnectionSettings(
          "nowhere", 1, "postgres", "nobody", new ConnectionSettings.Login.Ambient());
      var ports = new Ports(new VirtualTime(), Entropy.secure(), Milestones.UNWATCHED);
      var stream = new WalStream(fixture.repository, nowhere, WalStream.Settings.standard(), ports);
      var journey =
          new Journey(stream, _ -> {}, fixture.archive, fixture.filing, fixture.inventory());
      var same = new SameLog(journey, (_, _) -> new Silent());

      assertThatExceptionOfType(Unavailable.class)
          .isThrownBy(() -> same.require(fixture.timeline(), end, new Edge.Nothing()))
          .satisfies(slow -> assertThat(slow.code()).isEqualTo(PostgresCode.DATABASE_UNREACHABLE));
    }
  }
}
