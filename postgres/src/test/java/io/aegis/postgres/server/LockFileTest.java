package io.aegis.postgres.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LockFileTest {

  @Test
  void a_ready_server_is_read_from_its_eight_lines() {
    var lock = LockFile.parse(List.of(
        "11774", "/srv/pg", "1795424018", "5433", "/tmp/s", "", "  9978762        19", "ready   "));
    assertThat(lock).hasValueSatisfying(found -> {
      assertThat(found.pid()).isEqualTo(11774);
      assertThat(found.port()).isEqualTo(5433);
      assertThat(found.socketDirectory()).isEqualTo("/tmp/s");
      assertThat(found.takesConnections()).isTrue();
    });
  }

  @Test
  void a_file_that_is_still_being_written_says_nothing() {
    assertThat(LockFile.parse(List.of())).isEmpty();
    assertThat(LockFile.parse(List.of("11774", "/srv/pg"))).isEmpty();
    assertThat(LockFile.parse(List.of("11774", "/srv/pg", "1795", "x"))).isEmpty();
  }

  @Test
  void a_server_that_is_starting_takes_no_connections() {
    var lock = LockFile.parse(
        List.of("11774", "/srv/pg", "1795424018", "5433", "", "", "  9978762  19", "starting"));
    assertThat(lock)
        .hasValueSatisfying(found -> assertThat(found.takesConnections()).isFalse());
  }
}
