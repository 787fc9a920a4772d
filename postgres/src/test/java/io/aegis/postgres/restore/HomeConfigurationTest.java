package io.aegis.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HomeConfigurationTest {
  private static final Path ETC = Path.of("/etc/postgresql/17/main");

  @TempDir
  Path snapshot;

  private Origin origin(Map<Path, String> elsewhere) throws IOException {
    for (var file : elsewhere.values()) {
      var captured = snapshot.resolve(file);
      Files.createDirectories(captured.getParent());
      Files.writeString(captured, "of " + captured.getFileName() + "\n");
    }
    return new Origin(
        new Origin.Release(17, 0), "", Map.of(), List.of(), Map.of(), Map.copyOf(elsewhere), homes);
  }

  private List<Path> homes = List.of();

  private HomeConfiguration home(Origin origin) {
    return new HomeConfiguration(new DirectorySnapshot(snapshot), origin);
  }

  private void has(String name, String content) throws IOException {
    Files.writeString(snapshot.resolve(name), content);
  }

  // Red when: HomeConfiguration.original looks for files by the names that they have by default.
  // Red when: HomeConfiguration.settings, or changed, leaves the setting that leads elsewhere.
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

    assertThat(home(origin).changed("pg_hba.conf")).hasValue("of 0-access\n");
    assertThat(home(origin).changed("pg_ident.conf")).hasValue("of 1-people\n");
    assertThat(home(origin).settings()).doesNotContain("/srv/rules");
    assertThat(home(origin).onceOpen().values())
        .containsEntry("work_mem", "5MB")
        .doesNotContainKeys("hba_file", "ident_file");
  }

  // Red when: HomeConfiguration.original takes a file that is included for the one that includes
  // it,
  // since it is called like it.
  @Test
  void t43_an_included_file_that_is_called_postgresql_conf_is_not_the_database_s_own()
      throws IOException {
    var site = Path.of("/srv/postgresql.conf");
    has("postgresql.conf", "port = 5433\ninclude '/srv/postgresql.conf'\n");
    var beside = origin(Map.of(site, ".aegis/configuration/0-postgresql.conf"));
    assertThat(home(beside).changed("postgresql.conf"))
        .hasValueSatisfying(
            text -> assertThat(text).startsWith("port = 5433\n").contains("of 0-postgresql.conf"));

    var elsewhere = origin(Map.of(
        site,
        ".aegis/configuration/0-postgresql.conf",
        ETC.resolve("main.conf"),
        ".aegis/configuration/config_file-main.conf"));
    assertThat(home(elsewhere).changed("postgresql.conf")).hasValue("of config_file-main.conf\n");
  }

  // Red when: ConfigurationText.moved comments out every include of a file from elsewhere.
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
    assertThat(home(elsewhere).changed("postgresql.conf")).hasValue("""
            # of the source: data_directory = '/srv/pg/data'
            include_if_exists 'local.conf'
            # of the source: include '/srv/pg/other.conf'
            """);
  }

  // Red when: HomeConfiguration.accessElsewhere looks at postgresql.conf alone.
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
    assertThat(home(origin(Map.of())).accessElsewhere())
        .containsExactly("/srv/rules/extra.conf", "/srv/rules/d");
  }

  // Red when: HomeConfiguration.changed comments out what rules from elsewhere include: a line that
  // rejects somebody may be in there.
  @Test
  void t43_what_access_rules_from_elsewhere_include_is_still_included_and_named()
      throws IOException {
    var elsewhere =
        origin(Map.of(ETC.resolve("pg_hba.conf"), ".aegis/configuration/hba_file-pg_hba.conf"));
    has(".aegis/configuration/hba_file-pg_hba.conf", "include reject.conf\nlocal all all peer\n");
    assertThat(home(elsewhere).changed("pg_hba.conf"))
        .hasValue("include \"" + ETC.resolve("reject.conf") + "\"\nlocal all all peer\n");
    assertThat(home(elsewhere).accessElsewhere())
        .containsExactly(ETC.resolve("reject.conf").toString());
  }

  // Red when: HomeConfiguration.main takes a relative path for one from the root, or leaves what
  // leads into the source's data directory as it is.
  @Test
  void t43_what_leads_out_of_the_data_directory_and_back_into_it_leads_to_the_recovered_one()
      throws IOException {
    homes = List.of(Path.of("/srv/pg/data"), Path.of("/mnt/pg"));
    var origin =
        origin(Map.of(Path.of("/srv/pg/conf/o'brien.conf"), ".aegis/configuration/0-opt.conf"));
    has("my_hba.conf", "include reject.conf\n");
    has("pg_hba.conf", "# unused\n");
    has("pg_ident.conf", "");
    has("postgresql.conf", """
        include_if_exists '../conf/o''brien.conf'
        include '/mnt/pg/local.conf'
        include 'beside.conf'
        hba_file = '/srv/pg/data/my_hba.conf'
        ident_file = '/srv/pg/data/pg_ident.conf'
        """);
    assertThat(home(origin).changed("postgresql.conf")).hasValue("""
        # /srv/pg/conf/o'brien.conf, which was included here:
        of 0-opt.conf

        include 'local.conf'
        include 'beside.conf'
        # of the source: hba_file = '/srv/pg/data/my_hba.conf'
        # of the source: ident_file = '/srv/pg/data/pg_ident.conf'
        """);
    assertThat(home(origin).changed("pg_hba.conf")).hasValue("include reject.conf\n");
  }

  // Red when: HomeConfiguration.changed comments data_directory out only in what lay elsewhere:
  // whoever
  // starts the recovered one by hand starts the directory that stands there, a whole database.
  @Test
  void a_data_directory_that_the_configuration_names_is_named_no_more() throws IOException {
    has("postgresql.conf", "port = 5433\n data_directory = '/srv/old'  # Debian's\n");
    var home = home(origin(Map.of())).changed("postgresql.conf");

    assertThat(home)
        .hasValue("port = 5433\n# of the source:  data_directory = '/srv/old'  # Debian's\n");
  }

  @Test
  void a_configuration_that_leads_nowhere_else_stays_byte_for_byte() throws IOException {
    for (String name : HomeConfiguration.FILES) {
      has(name, "# as it was\nhba_file = 'pg_hba.conf'\n");
      assertThat(home(origin(Map.of())).changed(name)).isEmpty();
    }
  }
}
