package io.aegis.postgres.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.TimeSource;
import io.aegis.kernel.testing.Program;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.control.ControlFile.PageChecksums;
import io.aegis.postgres.control.ControlFile.WalLevel;
import io.aegis.postgres.testing.TestPostgres;
import io.aegis.postgres.testing.TestPostgres.Stop;
import java.nio.file.Files;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ControlFileIT {

  @ParameterizedTest
  @ValueSource(ints = {15, 17, 18})
  void what_is_read_is_what_the_tool_of_that_version_prints(int major) throws Exception {
    var setup = TestPostgres.of(major).setting("max_worker_processes", "11").walSegmentMib(1);
    try (var postgres = setup.start()) {
      postgres.psql("CHECKPOINT");
      postgres.stop(Stop.FAST);
      var content = new ControlFileReader(TimeSource.system())
          .read(postgres.dataDirectory())
          .content();
      assertThat(content.system()).hasToString(postgres.control("Database system identifier"));
      assertThat(content.catalogVersion())
          .asString()
          .isEqualTo(postgres.control("Catalog version number"));
      assertThat(content.state()).isEqualTo(ControlFile.State.SHUT_DOWN);
      assertThat(content.checkpoint().record())
          .isEqualTo(Lsn.parse(postgres.control("Latest checkpoint location")));
      assertThat(content.checkpoint().redo())
          .isEqualTo(Lsn.parse(postgres.control("Latest checkpoint's REDO location")));
      assertThat(content.checkpoint().timeline())
          .hasToString(postgres.control("Latest checkpoint's TimeLineID"));
      assertThat(content.geometry()).isEqualTo(new ControlFile.Geometry(8192, 131072, 1 << 20));
      assertThat(content.checksums()).isEqualTo(PageChecksums.ON);
      assertThat(content.parameters())
          .isEqualTo(new ControlFile.Parameters(WalLevel.REPLICA, 100, 11, 10, 0, 64));
    }
  }

  // Red when: SpoiledControlFile.NOWHERE is replaced by the checkpoint that stands there.
  @ParameterizedTest
  @ValueSource(ints = {15, 17, 18})
  void t17_a_server_does_not_start_from_a_spoiled_control_file(int major) throws Exception {
    try (var postgres = TestPostgres.of(major).start()) {
      postgres.stop(Stop.FAST);
      var file = postgres.dataDirectory().resolve("global/pg_control");
      Files.write(file, SpoiledControlFile.of(Files.readAllBytes(file)));
      Program start = postgres.program(
          "pg_ctl", "start", "-w", "-D", postgres.dataDirectory().toString());
      assertThat(start.run().exit()).isNotZero();
      assertThat(postgres.control("Latest checkpoint location")).isEqualTo("0/DEAD");
    }
  }
}
