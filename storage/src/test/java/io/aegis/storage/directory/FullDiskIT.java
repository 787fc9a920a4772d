package io.aegis.storage.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.aegis.kernel.Failure;
import io.aegis.storage.Body;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.PutOutcome;
import io.aegis.storage.StorageCode;
import io.aegis.storage.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a file system of 4 MiB; only root can mount one. */
class FullDiskIT {
  private static final ObjectKey FIRST = new ObjectKey("packs/first");
  private static final ObjectKey SECOND = new ObjectKey("packs/second");
  private static final Body THREE_MIB = Body.of(new byte[3 << 20]);

  @TempDir
  Path disk = Path.of("");

  private boolean mounted;

  @BeforeEach
  void mount() throws Exception {
    mounted = run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk.toString());
    assumeThat(mounted).as("root may mount a small file system").isTrue();
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) {
      assertThat(run("umount", disk.toString())).isTrue();
    }
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
  }

  @Test
  void a_full_disk_is_named_leaves_nothing_behind_and_is_got_over() throws IOException {
    try (var store = Stores.directory(disk.resolve("repository"))) {
      store.putIfAbsent(FIRST, THREE_MIB);

      assertThatExceptionOfType(Failure.Unavailable.class)
          .isThrownBy(() -> store.putIfAbsent(SECOND, THREE_MIB))
          .satisfies(e -> assertThat(e.code()).isEqualTo(StorageCode.STORE_FULL))
          .satisfies(e -> assertThat(e.report().safe()).contains("stored before is intact"))
          .satisfies(e -> assertThat(e.report().next().getFirst()).contains("make room"));

      assertThat(store.find(SECOND)).isEmpty();
      assertThat(store.stat(FIRST).orElseThrow().size()).isEqualTo(THREE_MIB.size());
      try (var left = Files.list(disk.resolve("repository/~unfinished"))) {
        assertThat(left).isEmpty();
      }

      store.delete(FIRST);
      assertThat(store.putIfAbsent(SECOND, THREE_MIB)).isEqualTo(PutOutcome.CREATED);
    }
  }
}
