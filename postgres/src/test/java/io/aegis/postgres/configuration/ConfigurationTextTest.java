package io.aegis.postgres.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ConfigurationTextTest {
  private static final Path ETC = Path.of("/etc/postgresql/17/main");

  // Red when: ConfigurationText.inlined takes include_dir for a file, follows no include of an
  // included
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

    var lines = new ConfigurationText(text)
        .inlined(ETC, outside)
        .text()
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

  // Red when: a relative path in a file that was put in the place of its include is read as one of
  // the file that included it.
  @Test
  void t43_what_an_included_file_includes_is_not_looked_for_in_the_new_data_directory() {
    var outside = Map.of(
        ETC.resolve("conf.d/20-more.conf"), "include_dir 'more'",
        ETC.resolve("conf.d/30-ours.conf"), "include_dir '../../../../srv/pg/ours'");
    var text = new ConfigurationText("include_dir 'conf.d'").inlined(ETC, outside);
    assertThat(text.text()).contains("include_dir '/etc/postgresql/17/main/conf.d/more'");
    assertThat(text.atHome(List.of(Path.of("/etc/srv/pg"))).text())
        .contains(
            "# of the source: include_dir '/etc/postgresql/17/main/conf.d/more'",
            "\ninclude_dir 'ours'");
  }

  // Red when: atHome leaves a directory elsewhere in, of which a snapshot has no file.
  @Test
  void t43_an_empty_directory_elsewhere_is_not_included_any_more() {
    var data = List.of(Path.of("/srv/pg"));
    var text = new ConfigurationText("include_dir '/etc/pg/conf.d'\ninclude_dir '../conf.d'");
    assertThat(text.atHome(data).text().lines())
        .allSatisfy(line -> assertThat(line).startsWith("# of the source: "));
    for (String stays : List.of("include_dir 'conf.d'", "include '/etc/pg/site.conf'")) {
      assertThat(new ConfigurationText(stays).atHome(data).text()).isEqualTo(stays);
    }
  }

  // Red when: INCLUDE needs quotes, or a word in small letters.
  @Test
  void t43_what_is_included_without_quotes_or_in_capitals_is_found_all_the_same() {
    var files = Map.of(ETC.resolve("site.conf"), "work_mem = 5MB");
    for (var line : List.of(
        "include site.conf",
        "INCLUDE = site.conf # ours",
        "include'site.conf'",
        "\tInclude_If_Exists='site.conf'")) {
      assertThat(new ConfigurationText(line).inlined(ETC, files).settings().values())
          .as(line)
          .containsEntry("work_mem", "5MB");
      assertThat(new ConfigurationText(line).moved(ETC, List.of()).text())
          .startsWith("# of the source: ");
    }
  }

  // Red when: Settings.parse takes a carriage return for a part of the line.
  @Test
  void a_file_that_was_written_on_windows_is_read_like_any_other() {
    var text = new ConfigurationText("port = 5433\r\nhba_file = '/srv/rules'\r\n");
    assertThat(text.settings().values())
        .containsEntry("port", "5433")
        .containsEntry("hba_file", "/srv/rules");
    assertThat(text.without(List.of("hba_file")).text())
        .isEqualTo("port = 5433\r\n# of the source: hba_file = '/srv/rules'\r\n");
  }

  @Test
  void files_that_include_each_other_come_to_an_end() {
    var one = ETC.resolve("one.conf");
    var text = new ConfigurationText("include 'one.conf'");
    assertThat(text.inlined(ETC, Map.of(one, "include 'one.conf'")).text())
        .endsWith("include 'one.conf'");
  }

  // Red when: ConfigurationText.inlined bounds the depth alone.
  @Test
  void files_that_include_each_other_many_times_come_to_an_end_of_bounded_length() {
    var one = ETC.resolve("one.conf");
    var often = "include 'one.conf'\n".repeat(50);
    assertThat(
            new ConfigurationText(often).inlined(ETC, Map.of(one, often)).text().length())
        .isLessThan(5_000_000);
  }

  // Red when: INCLUDE goes as deep as a name is long, or takes a name that is none.
  @Test
  void names_that_nobody_has_are_no_includes_and_end_nothing() {
    for (var name : List.of("a\0b", "a\\\0b", "''".repeat(100_000), "x".repeat(1_000_000) + "'y")) {
      var text = new ConfigurationText("include '" + name + "'\n");
      assertThat(text.included(ETC)).hasSizeLessThan(2);
      assertThat(text.moved(ETC, List.of()).text()).contains("include '");
    }
  }
}
