package io.aegis.storage.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Failure;
import io.aegis.storage.Location;
import io.aegis.storage.StorageCode;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FileFailuresTest {
  private final FileFailures failures = new FileFailures(new Location("/srv"), Path.of("/"));

  private Failure explain(IOException e) {
    return failures.explain("storing key", e);
  }

  @Test
  void a_disk_or_a_quota_that_is_used_up_is_fullness() {
    assertThat(explain(new IOException("No space left on device")).code())
        .isEqualTo(StorageCode.STORE_FULL);
    assertThat(explain(new FileSystemException("/srv/x", null, "Disk quota exceeded"))
            .code())
        .isEqualTo(StorageCode.STORE_FULL);
  }

  @Test
  void what_the_owner_must_change_is_refused() {
    assertRefused(new AccessDeniedException("/srv/x"));
    assertRefused(new FileSystemException("/srv/x", null, "Operation not permitted"));
  }

  // Red when: a stream ends for good where a file system has become read-only for a while.
  @Test
  void a_file_system_that_became_read_only_is_waited_for() {
    var failure = explain(new FileSystemException("/srv/x", null, "Read-only file system"));
    assertThat(failure).isInstanceOf(Failure.Unavailable.class);
    assertThat(failure.code()).isEqualTo(StorageCode.STORE_READ_ONLY);
    assertThat(failure.report().next().getFirst()).contains("mount -o remount,rw");
  }

  private void assertRefused(IOException e) {
    assertThat(explain(e)).isInstanceOf(Failure.Refused.class);
    assertThat(explain(e).code()).isEqualTo(StorageCode.ACCESS_DENIED);
  }

  @Test
  void anything_else_is_the_disk_failing_in_its_own_words() {
    var failure = explain(new IOException("Input/output error"));

    assertThat(failure).isInstanceOf(Failure.Unavailable.class);
    assertThat(failure.code()).isEqualTo(StorageCode.STORE_FAILING);
    assertThat(failure.report().why()).contains("Input/output error");
  }

  @Test
  void an_interrupt_leaves_its_mark_on_the_thread() {
    assertThat(explain(new ClosedByInterruptException()).code())
        .isEqualTo(StorageCode.REQUEST_INTERRUPTED);
    assertThat(Thread.interrupted()).isTrue();
  }
}
