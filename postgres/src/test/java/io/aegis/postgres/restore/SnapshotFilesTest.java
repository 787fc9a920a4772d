package io.aegis.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SnapshotFilesTest {
  private static final Path ETC = Path.of("/etc/postgresql/17/main");

  // Red when: SnapshotFiles.inlined takes include_dir for a file, follows no include of an included
  // file, or reads a path as relative to another file than that which names it.
  @Test
  void t43_settings_that_were_included_from_elsewhere_stand_where_they_were_included() {
    var outside = new TreeMap<>(Map.of(
        ETC.resolve("conf.d/10-memory.conf"), "work_mem = 5MB",
        ETC.resolve("conf.d/20-more.conf"), "include 'more/audit.conf'",
        ETC.resolve("conf.d/more/audit.conf"), "log_statement = 'all' # $1",
        ETC.resolve("conf.d/30.conf.old"), "work_mem = 1MB",
        Path.of("/srv/site.conf"), "max_connections = 300"));
    var text = """
        port = 5432
        include_dir = 'conf.d'   # Debian's
        include_if_exists '/srv/site.conf'
        include 'absent.conf'
        work_mem = 6MB
        """;

    var lines = SnapshotFiles.inlined(text, ETC, outside, 10)
        .lines()
        .filter(line -> !line.startsWith("#"))
        .toList();

    assertThat(lines)
        .containsExactly(
            "port = 5432",
            "work_mem = 5MB",
            "log_statement = 'all' # $1",
            "max_connections = 300",
            "include 'absent.conf'",
            "work_mem = 6MB");
  }

  @Test
  void files_that_include_each_other_come_to_an_end() {
    var one = ETC.resolve("one.conf");
    assertThat(
            SnapshotFiles.inlined("include 'one.conf'", ETC, Map.of(one, "include 'one.conf'"), 3))
        .endsWith("include 'one.conf'");
  }
}
