package io.aegis.storage.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.storage.ObjectStat;
import io.aegis.storage.Stores;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a real process, really killed. */
class KilledWriterIT {
  @TempDir
  Path temporary = Path.of("");

  @Test
  void a_killed_writer_leaves_whole_objects_only_and_all_it_was_told_are_stored() throws Exception {
    for (int acknowledged : new int[] {1, 5, 12}) {
      var root = temporary.resolve("killed-after-" + acknowledged);
      killAfter(acknowledged, root);
      try (var store = Stores.directory(root)) {
        var stats = new ArrayList<ObjectStat>();
        store.list("", stats::add);

        assertThat(stats).hasSizeGreaterThanOrEqualTo(acknowledged);
        for (var stat : stats) {
          var name = stat.key().name();
          int number = Integer.parseInt(name.substring(name.lastIndexOf('/') + 1));
          assertThat(store.find(stat.key())).hasValue(PutForever.content(number));
        }
      }
    }
  }

  @Test
  void a_directory_store_loads_nothing_of_the_cloud() throws Exception {
    var log = temporary.resolve("classes.log");
    killAfter(1, temporary.resolve("store"), "-Xlog:class+load:file=" + log);

    assertThat(Files.readAllLines(log))
        .anyMatch(line -> line.contains("io.aegis.storage.directory.DirectoryStore"))
        .noneMatch(line -> line.contains("software.amazon"));
  }

  private static void killAfter(int acknowledged, Path root, String... options)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(PutForever.class.getName(), root.toString()));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (int i = 1; i <= acknowledged; i++) {
        assertThat(lines.readLine()).isEqualTo(Integer.toString(i));
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
  }
}
