package io.aegis.cli.point;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.cli.Cli;
import io.aegis.cli.frame.ExitCode;
import io.aegis.kernel.testing.VirtualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A machine that has the repository, its key and the names, and nothing of the database. */
class BareMachineTest {
  private static final String SMALL = """
      application:
        name: shop
      repository:
        location: store
        key: file:aegis.key
      database:
        name: shop-db
      """;

  @TempDir
  Path directory;

  @BeforeEach
  void makeRepository() throws IOException {
    write(SMALL + """
          data-directory: /nowhere/data
          bin-directory: /nowhere/bin
        recovery:
          directory: recovered
        """);
    assertThat(cli().run("init").exit()).isZero();
    write(SMALL);
  }

  private void write(String configuration) throws IOException {
    Files.writeString(directory.resolve("aegis.yaml"), configuration);
  }

  private Cli cli() {
    return new Cli(directory).at(new VirtualTime());
  }

  static Stream<List<String>> commands() {
    return Stream.of(
        List.of("status"),
        List.of("points"),
        List.of("wal", "status"),
        List.of("wal", "gaps"),
        List.of("wal", "around", "now"));
  }

  private Cli.Result run(List<String> command) {
    return cli().run(command.toArray(String[]::new));
  }

  // Red when: one of the commands asks for ConfigReading.configuration().
  @ParameterizedTest
  @MethodSource("commands")
  void what_only_reads_the_repository_needs_no_more_than_the_names_and_a_key(List<String> command) {
    var shown = run(command);

    boolean nothingYet = command.getLast().equals("status");
    assertThat(shown.exit()).as(shown.out() + shown.err()).isEqualTo(nothingYet ? 4 : 0);
    assertThat(shown.out()).isNotBlank();
    assertThat(shown.err()).doesNotContain("error", "missing");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void what_is_wrong_in_the_little_that_is_there_is_told_at_once(List<String> command)
      throws IOException {
    write(SMALL.replace("  name: shop\n", "  nam: shop\n") + "  port: many\n");

    var shown = run(command);

    assertThat(shown.exit()).isEqualTo(2);
    assertThat(shown.err())
        .contains(
            "AEG-1402",
            "aegis.yaml:2: application.nam: there is no such key. Did you mean 'name'?",
            "application.name: it is missing. Add it",
            "aegis.yaml:8: database.port: 'many' cannot be used. Write a whole number")
        .contains("next: mend the lines above, then: the same command again")
        .doesNotContain("data-directory", "recovery.directory");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void option_and_variables_do_in_place_of_a_file(List<String> command) throws IOException {
    Files.delete(directory.resolve("aegis.yaml"));
    var arguments = Stream.concat(command.stream(), Stream.of("-r", "store"));

    var shown = cli()
        .with("AEGIS_APPLICATION_NAME", "shop")
        .with("AEGIS_DATABASE_NAME", "shop-db")
        .with("AEGIS_REPOSITORY_KEY", "file:aegis.key")
        .run(arguments.toArray(String[]::new));

    assertThat(shown.exit()).as(shown.err()).isIn(0, 4);
    assertThat(shown.out()).isNotBlank();
  }

  // Red when: ConfigReading.lines gives each fault its line, also of a file that is not there.
  @Test
  void what_is_missing_where_there_is_no_file_has_no_line() throws IOException {
    Files.delete(directory.resolve("aegis.yaml"));

    assertThat(cli().run("status").err())
        .contains("AEG-1401", "application.name: it is missing")
        .doesNotContain("aegis.yaml:1");
  }

  @Test
  void what_acts_on_the_machine_still_says_what_it_misses() {
    for (var command : List.of("backup", "plan", "recover")) {
      var shown = cli().run(command, "--json");

      assertThat(shown.exit()).as(command).isEqualTo(2);
      assertThat(shown.err())
          .contains(
              "database.data-directory: it is missing",
              "database.bin-directory: it is missing",
              "recovery.directory: it is missing",
              "aegis config validate");
    }
  }

  // Red when: WalAroundCommand does not ask whether there is any log.
  @Test
  void who_looks_around_in_a_repository_without_log_is_told_to_stream() {
    assertThat(cli().run("wal", "around", "now").out())
        .contains("No log has arrived yet", "aegis wal stream");
  }

  // Red when: StatusCommand or PointsCommand advise the snapshot alone.
  @Test
  void who_has_no_snapshot_yet_is_told_to_stream_and_to_take_one() {
    assertThat(cli().run("status").out()).contains("next: aegis wal stream", "aegis backup");
    assertThat(cli().run("points").out()).contains("aegis backup (while aegis wal stream runs)");
  }

  // Red when: ExitCodes takes what is no key for one that does not open the repository, or the
  // table of exit codes does not tell them apart.
  @Test
  void what_is_no_key_at_all_ends_as_the_table_of_exit_codes_says() throws IOException {
    Files.writeString(directory.resolve("letter"), "dear operator\n");
    var shown = cli().run("key", "test", "--file", "letter");

    assertThat(shown.err()).contains("AEG-1209");
    assertThat(shown.exit()).isEqualTo(1);
    assertThat(ExitCode.WRONG_KEY.meaning()).endsWith("(what is no key at all: 1)");
  }

  // Red when: Unlocked.notEmpty does not say how to look at what an interrupted init has left.
  @Test
  void a_second_init_says_how_to_look_at_what_the_first_one_left() throws IOException {
    Files.delete(directory.resolve("aegis.yaml"));
    Files.delete(directory.resolve("aegis.key"));
    write(SMALL + """
          data-directory: /nowhere/data
          bin-directory: /nowhere/bin
        recovery:
          directory: recovered
        """);

    assertThat(cli().run("init").err()).contains("AEG-1204", "aegis doctor    (whether it has");
  }

  @Test
  void names_that_only_a_server_could_tell_are_said_to_be_left_out() {
    assertThat(cli().run("wal", "around", "now").err()).contains("no server is declared here");
    assertThat(cli().run("wal", "around", "now", "-q").err()).isEmpty();
  }
}
