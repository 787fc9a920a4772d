package io.aegis.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @TempDir
  Path snapshot;

  private Origin origin(Map<Path, String> elsewhere) throws IOException {
    for (var file : elsewhere.values()) {
      var captured = snapshot.resolve(file);
      Files.createDirectories(captured.getParent());
      Files.writeString(captured, "of " + captured.getFileName() + "\n");
    }
    return new Origin(
        new Origin.Release(17, 0), "", Map.of(), List.of(), Map.of(), Map.copyOf(elsewhere));
  }

  private void has(String name, String content) throws IOException {
    Files.writeString(snapshot.resolve(name), content);
  }

  // Red when: SnapshotFiles.original looks for files by the names that they have by default.
  // Red when: SnapshotFiles.settingsAtHome, or atHome, leaves the setting that leads elsewhere.
  @ParameterizedTest
  @ValueSource(strings = {"postgresql.auto.conf", "postgresql.conf"})
  void t43_access_rules_that_lay_elsewhere_come_home_whatever_they_were_called(String where)
      throws IOException {
    var origin = origin(Map.of(
        Path.of("/srv/rules/access"), ".aegis/configuration/0-access",
        Path.of("/srv/rules/people"), ".aegis/configuration/1-people"));
    has("postgresql.conf", "port = 5433\n");
    has("pg_hba.conf", "local all all trust\n");
    Files.writeString(
        snapshot.resolve(where),
        "work_mem = '5MB'\nHBA_file = '/srv/rules/access'\nident_file = '/srv/rules/people'\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    var files = new DirectorySnapshot(snapshot);

    assertThat(SnapshotFiles.atHome(files, origin, "pg_hba.conf")).hasValue("of 0-access\n");
    assertThat(SnapshotFiles.atHome(files, origin, "pg_ident.conf")).hasValue("of 1-people\n");
    assertThat(SnapshotFiles.settingsAtHome(files, origin)).doesNotContain("/srv/rules");
    assertThat(SnapshotFiles.settingsOnceOpen(files, origin).values())
        .containsEntry("work_mem", "5MB")
        .doesNotContainKeys("hba_file", "ident_file");
  }

  // Red when: SnapshotFiles.original takes a file that is included for the one that includes it,
  // since it is called like it.
  @Test
  void t43_an_included_file_that_is_called_postgresql_conf_is_not_the_database_s_own()
      throws IOException {
    var site = Path.of("/srv/postgresql.conf");
    has("postgresql.conf", "port = 5433\ninclude '/srv/postgresql.conf'\n");
    var beside = origin(Map.of(site, ".aegis/configuration/0-postgresql.conf"));
    assertThat(SnapshotFiles.atHome(new DirectorySnapshot(snapshot), beside, "postgresql.conf"))
        .hasValueSatisfying(
            text -> assertThat(text).startsWith("port = 5433\n").contains("of 0-postgresql.conf"));

    var elsewhere = origin(Map.of(
        site,
        ".aegis/configuration/0-postgresql.conf",
        ETC.resolve("main.conf"),
        ".aegis/configuration/config_file-main.conf"));
    assertThat(SnapshotFiles.atHome(new DirectorySnapshot(snapshot), elsewhere, "postgresql.conf"))
        .hasValue("of config_file-main.conf\n");
  }

  // Red when: SnapshotFiles comments out every include of a file from elsewhere.
  @Test
  void t43_what_a_file_from_elsewhere_includes_from_the_data_directory_is_still_included()
      throws IOException {
    var elsewhere = origin(
        Map.of(ETC.resolve("postgresql.conf"), ".aegis/configuration/config_file-postgresql.conf"));
    has(".aegis/configuration/config_file-postgresql.conf", """
        data_directory = '/srv/pg/data'
        include_if_exists = '/srv/pg/data/local.conf' # ours
        include '/srv/pg/other.conf'
        """);
    assertThat(SnapshotFiles.atHome(new DirectorySnapshot(snapshot), elsewhere, "postgresql.conf"))
        .hasValue("""
            # of the source: data_directory = '/srv/pg/data'
            include_if_exists 'local.conf' # ours
            # of the source: include '/srv/pg/other.conf'
            """);
  }

  // Red when: SnapshotFiles.accessNotIn looks at postgresql.conf alone.
  @Test
  void t43_what_access_rules_include_and_no_snapshot_has_is_named() throws IOException {
    has("postgresql.conf", "port = 5433\n");
    has("pg_hba.conf", """
        include local.conf
        include "/srv/rules/extra.conf"  # ours
        include_if_exists /srv/rules/absent.conf
        include_dir other
        include_dir "/srv/rules/d"
        """);
    has("local.conf", "local all all trust\n");
    assertThat(SnapshotFiles.accessNotIn(new DirectorySnapshot(snapshot), origin(Map.of())))
        .containsExactly("/srv/rules/extra.conf", "/srv/rules/d");
  }

  // Red when: SnapshotFiles.atHome comments data_directory out only in what lay elsewhere: whoever
  // starts the recovered one by hand starts the directory that stands there, a whole database.
  @Test
  void a_data_directory_that_the_configuration_names_is_named_no_more() throws IOException {
    has("postgresql.conf", "port = 5433\n data_directory = '/srv/old'  # Debian's\n");
    var home =
        SnapshotFiles.atHome(new DirectorySnapshot(snapshot), origin(Map.of()), "postgresql.conf");

    assertThat(home)
        .hasValue("port = 5433\n# of the source:  data_directory = '/srv/old'  # Debian's\n");
  }

  @Test
  void a_configuration_that_leads_nowhere_else_stays_byte_for_byte() throws IOException {
    var files = new DirectorySnapshot(snapshot);
    for (String name : SnapshotFiles.CONFIGURATION) {
      has(name, "# as it was\nhba_file = 'pg_hba.conf'\n");
      assertThat(SnapshotFiles.atHome(files, origin(Map.of()), name)).isEmpty();
    }
  }

  @Test
  void files_that_include_each_other_come_to_an_end() {
    var one = ETC.resolve("one.conf");
    assertThat(
            SnapshotFiles.inlined("include 'one.conf'", ETC, Map.of(one, "include 'one.conf'"), 3))
        .endsWith("include 'one.conf'");
  }
}
