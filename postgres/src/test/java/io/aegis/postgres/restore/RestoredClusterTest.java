package io.aegis.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.PostgresCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoredClusterTest {
  private static final Incarnation OURS = new Incarnation("a-restore");

  /** Of the kernel: not even root can remove a file of it. */
  private static final Path IRREMOVABLE = Path.of("/proc/self/fdinfo");

  @TempDir
  Path target;

  @Test
  void what_cannot_be_removed_is_a_failure_and_stays_marked_as_ours() throws IOException {
    // Red when: RestoredCluster.discard throws UncheckedIOException, which no execution expects.
    new Marker(OURS, Marker.Stage.FILLING, List.of(IRREMOVABLE), "").write(target);
    var cluster = new RestoredCluster(target, OURS);
    assertThatThrownBy(cluster::discard)
        .isInstanceOfSatisfying(Failure.Unavailable.class, failure -> {
          assertThat(failure.code()).isEqualTo(PostgresCode.RESTORE_INTERRUPTED);
          assertThat(failure.report().what()).contains(target.toString());
          assertThat(failure.report().why()).contains(IRREMOVABLE.toString());
        });
    assertThat(cluster.stage()).isEqualTo(RestoredCluster.Stage.HALF_COPIED);
  }
}
