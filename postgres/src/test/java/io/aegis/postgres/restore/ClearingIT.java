package io.aegis.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Failure;
import io.aegis.postgres.testing.AsNobody;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClearingIT {
  @TempDir
  Path home;

  // Red when: HeldDirectory.deleteTree does not make its owner's what it takes names out of; or
  // RestoredCluster.discard throws UncheckedIOException, which no execution expects.
  @Test
  void a_half_done_restore_with_read_only_directories_is_cleared_by_its_account() throws Exception {
    var said = new AsNobody(home)
        .run(ReadOnlyRemains.class, List.of(Failure.class, Possession.class), home.toString());
    assertThat(said).isEqualTo("cleared away and taken back");
  }

  // Red when: Ownership does not ask whether the place can be written to: the old primary is then
  // stopped for a restore that cannot begin.
  @Test
  void a_place_that_cannot_be_written_to_is_refused_before_anything_is_stopped() throws Exception {
    var asked = new AsNobody(home);
    List<Class<?>> besides = List.of(Failure.class, Possession.class);
    var shut = Files.createDirectory(home.resolve("shut"));
    Files.setPosixFilePermissions(shut, PosixFilePermissions.fromString("r-xr-xr-x"));
    assertThat(asked.run(AskOwnership.class, besides, shut.resolve("deep/new").toString()))
        .contains("cannot write to " + shut);
  }
}
