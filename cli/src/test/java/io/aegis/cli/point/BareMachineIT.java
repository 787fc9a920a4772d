package io.aegis.cli.point;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.cli.Cli;
import io.aegis.cli.ProtectedShop;
import io.aegis.kernel.TimeSource;
import io.aegis.kernel.testing.VirtualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BareMachineIT {
  @TempDir
  Path home;

  @TempDir
  Path elsewhere;

  private final Instant now = TimeSource.system().now().plusSeconds(60);

  // Red when: Holdings.backups() is given another name than the component's.
  @Test
  void another_machine_with_the_key_and_the_names_is_shown_what_the_first_one_is()
      throws IOException {
    try (var _ = ProtectedShop.in(home)) {
      var key = Files.copy(home.resolve("aegis.key"), elsewhere.resolve("aegis.key"));
      Files.writeString(
          elsewhere.resolve("aegis.yaml"), """
          application:
            name: shop
          repository:
            location: %s
            key: file:%s
          database:
            name: shop-db
          """.formatted(home.resolve("repository"), key));
      for (var format : List.of("table", "wide", "json", "ndjson")) {
        same("status", "-o", format);
        same("points", "-o", format);
        same("wal", "status", "-o", format);
        same("wal", "gaps", "-o", format);
        same("wal", "around", "now", "-o", format);
      }
      assertThat(run(elsewhere, "points").out()).contains("Restorable window");
    }
  }

  private void same(String... command) {
    var whole = run(home, command);
    var small = run(elsewhere, command);
    assertThat(small.out()).as(small.err()).isEqualTo(whole.out());
    assertThat(small.exit()).isEqualTo(whole.exit());
  }

  private Cli.Result run(Path directory, String... command) {
    return new Cli(directory).at(new VirtualTime(now)).run(command);
  }
}
