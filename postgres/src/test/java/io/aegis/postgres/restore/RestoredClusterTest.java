package io.aegis.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.PostgresCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoredClusterTest {
  private static final Incarnation OURS = new Incarnation("a-restore");

  @TempDir
  Path target;

  @Test
  void what_cannot_be_removed_is_a_failure_and_stays_marked_as_ours() throws IOException {
    // Red when: RestoredCluster.discard throws UncheckedIOException, which no execution expects.
    var place = Optional.of(target.toRealPath());
    new Marker(OURS, Marker.Stage.FILLING, List.of(), "", place).begin(target);
    var irremovable = tooDeep();
    var cluster = new RestoredCluster(target, OURS);
    assertThatThrownBy(cluster::discard)
        .isInstanceOfSatisfying(Failure.Unavailable.class, failure -> {
          assertThat(failure.code()).isEqualTo(PostgresCode.RESTORE_INTERRUPTED);
          assertThat(failure.report().what()).contains(target.toString());
          assertThat(failure.report().why()).contains("File name too long");
        });
    assertThat(cluster.stage()).isEqualTo(RestoredCluster.Stage.HALF_COPIED);
    Files.move(irremovable, target.resolve("within-reach"));
  }

  /** Not even root can remove it: its files' names are longer than the kernel takes. */
  private Path tooDeep() throws IOException {
    var half = ("a".repeat(200) + "/").repeat(12);
    Files.createDirectories(target.resolve("one").resolve(half));
    Files.createDirectories(target.resolve("two").resolve(half));
    var deep = target.resolve("one").resolve(half).resolve("two");
    return Files.move(target.resolve("two"), deep);
  }
}
