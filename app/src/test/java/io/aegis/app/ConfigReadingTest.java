package io.aegis.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.aegis.app.Configuration.Address;
import io.aegis.app.Configuration.Endpoint;
import io.aegis.app.Configuration.KeySource;
import io.aegis.app.Configuration.Place;
import io.aegis.kernel.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigReadingTest {
  private static final Path RIGHT = Path.of("src/test/resources/faults/right.yaml");

  @TempDir
  Path directory;

  @Test
  void defaults_are_filled_in() {
    var configuration = Places.read(RIGHT).configuration();

    assertThat(configuration.application().environment()).isEqualTo("prod");
    assertThat(configuration.database().connection().address())
        .isEqualTo(new Address.Tcp("localhost", 5432));
    assertThat(configuration.database().streaming().durableEvery())
        .isEqualTo(Duration.ofMillis(500));
    assertThat(configuration.recovery().approval().count()).isZero();
  }

  @Test
  void a_variable_wins_over_the_file_and_an_option_over_both() {
    var sources = new ConfigSources(
        Optional.of(RIGHT.toAbsolutePath()),
        Map.of("repository.location", new ConfigSources.Option("--repo", "s3://vault/shop")));
    var variables = Map.of(
        "AEGIS_OBJECTIVES_RTO", "5m",
        "AEGIS_REPOSITORY_LOCATION", "/elsewhere",
        "AEGIS_REPOSITORY_ENDPOINT", "https://s3.example:9000");

    var reading = ConfigReading.of(sources, Places.around(directory, variables));

    var configuration = reading.configuration();
    assertThat(configuration.objectives().rto()).isEqualTo(Duration.ofMinutes(5));
    assertThat(configuration.repository().place())
        .isInstanceOfSatisfying(Place.Bucket.class, bucket -> {
          assertThat(bucket.name()).isEqualTo("vault");
          assertThat(bucket.prefix()).isEqualTo("shop");
          assertThat(bucket.endpoint()).isInstanceOf(Endpoint.Custom.class);
        });
    assertThat(reading.settings())
        .contains(
            new ConfigSetting(
                "objectives.rto", "5m", new ConfigOrigin.Variable("AEGIS_OBJECTIVES_RTO")),
            new ConfigSetting(
                "repository.location", "s3://vault/shop", new ConfigOrigin.Option("--repo")),
            new ConfigSetting("recovery.approvals", "0", new ConfigOrigin.Default()))
        .anySatisfy(setting -> assertThat(setting.origin().toString()).isEqualTo("right.yaml:2"));
  }

  @Test
  void paths_are_relative_to_the_file_and_know_the_home() throws Exception {
    var file = directory.resolve("conf/aegis.yaml");
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        Files.readString(RIGHT)
            .replace("/srv/aegis", "../store")
            .replace("file:/etc/aegis/key", "file:~/aegis.key"));

    var configuration = Places.read(file).configuration();

    assertThat(configuration.repository().place())
        .isEqualTo(new Place.Directory(directory.resolve("store")));
    assertThat(configuration.repository().key())
        .isEqualTo(new KeySource.Kept(
            new SecretReference.InFile(directory.resolve("conf/home/aegis.key"))));
  }

  @Test
  void a_secret_written_out_is_refused_and_never_repeated() throws Exception {
    var file = directory.resolve("aegis.yaml");
    Files.writeString(file, Files.readString(RIGHT).replace("file:/etc/aegis/key", "hunter2"));

    assertThatExceptionOfType(Failure.Refused.class)
        .isThrownBy(() -> Places.read(file).configuration())
        .satisfies(refused -> {
          assertThat(refused.code()).isEqualTo(AppCode.CONFIG_FAULTY);
          assertThat(refused.report().why()).contains("repository.key").doesNotContain("hunter2");
        });
  }

  @Test
  void the_repository_alone_can_be_read_without_any_file() {
    var variables = Map.of("AEGIS_REPOSITORY_KEY", "file:/mnt/usb/key");
    var sources = new ConfigSources(
        Optional.empty(),
        Map.of("repository.location", new ConfigSources.Option("--repo", "/srv/aegis")));

    var reading = ConfigReading.of(sources, Places.around(directory, variables));

    assertThat(reading.repository().place()).isEqualTo(new Place.Directory(Path.of("/srv/aegis")));
    assertThatExceptionOfType(Failure.Refused.class)
        .isThrownBy(reading::configuration)
        .satisfies(refused -> assertThat(refused.code()).isEqualTo(AppCode.NO_CONFIG));
  }

  private static final String SMALL = """
      application:
        name: shop
      repository:
        location: /srv/aegis
        key: file:/etc/aegis/key
      database:
        name: shop-db
      """;

  private ConfigReading small(String text) throws IOException {
    var file = directory.resolve("aegis.yaml");
    Files.writeString(file, text);
    return Places.read(file);
  }

  // Red when: Reading.essentialFaults spares nothing.
  @Test
  void the_names_and_the_repository_are_enough_to_look_at_what_is_there() throws Exception {
    var essentials = small(SMALL).essentials();

    assertThat(essentials.application().name()).isEqualTo("shop");
    assertThat(essentials.component().value()).isEqualTo("shop-db");
    assertThat(essentials.objectives().rpo()).isEqualTo(Duration.ofMinutes(1));
    assertThat(essentials.repository().place())
        .isEqualTo(new Place.Directory(Path.of("/srv/aegis")));
    assertThat(essentials.database()).isEmpty();
  }

  @Test
  void a_whole_file_is_more_than_enough_and_leads_to_the_same() {
    var reading = Places.read(RIGHT);

    assertThat(reading.essentials()).isEqualTo(reading.configuration().essentials());
  }

  // Red when: Binder.essentials binds the database whatever is missing.
  @Test
  void a_database_of_which_half_is_declared_is_no_server_that_could_be_asked() throws Exception {
    var half = small(SMALL + "  host: db-1\n  data-directory: /var/lib/postgresql\n");

    assertThat(half.essentials().database()).isEmpty();
  }

  // Red when: Reading.essentialFaults spares every fault outside of the essential keys.
  @Test
  void what_is_set_has_to_be_right_also_where_it_is_not_needed() throws Exception {
    var reading = small(SMALL.replace("  name: shop-db", "  port: many")
        + "recovery:\n  fense: stop\n  invariants:\n    - name: orders\n");

    assertThatExceptionOfType(Failure.Refused.class)
        .isThrownBy(reading::essentials)
        .satisfies(refused -> {
          assertThat(refused.code()).isEqualTo(AppCode.CONFIG_FAULTY);
          assertThat(refused.report().why())
              .contains(
                  "aegis.yaml:7: database.port: 'many'",
                  "database.name: it is missing. Add it",
                  "aegis.yaml:9: recovery.fense",
                  "recovery.invariants[0].sql: it is missing",
                  "recovery.invariants[0].expect: it is missing")
              .doesNotContain("directory");
          assertThat(refused.report().next())
              .containsExactly("mend the lines above, then: the same command again");
        });
  }

  @Test
  void without_any_file_the_variables_are_named_that_stand_in_for_one() {
    var sources = new ConfigSources(Optional.empty(), Map.of());

    var reading = ConfigReading.of(sources, Places.around(directory, Map.of()));

    assertThatExceptionOfType(Failure.Refused.class)
        .isThrownBy(reading::essentials)
        .satisfies(refused -> {
          assertThat(refused.code()).isEqualTo(AppCode.NO_CONFIG);
          assertThat(refused.report().why())
              .contains("looked for ./aegis.yaml", "application.name", "database.name")
              .doesNotContain("data-directory", "recovery.");
          assertThat(refused.report().next())
              .anySatisfy(next -> assertThat(next)
                  .contains("AEGIS_APPLICATION_NAME", "AEGIS_DATABASE_NAME", "-r <location>"));
        });
  }

  // Red when: ConfigReading.configuration says nothing of what is set where there is no file.
  @Test
  void a_slip_in_a_variable_is_told_also_where_variables_stand_in_for_the_file() {
    var variables = Map.of("AEGIS_DATABASE_PORT", "abc", "AEGIS_APPLICATION_NAME", "shop");
    var sources = new ConfigSources(Optional.empty(), Map.of());

    assertThat(whyNot(ConfigReading.of(sources, Places.around(directory, variables))))
        .contains("looked for ./aegis.yaml", "AEGIS_DATABASE_PORT: database.port: 'abc'")
        .contains("database.name: it is missing")
        .doesNotContain("application.name");
    assertThat(whyNot(ConfigReading.of(sources, Places.around(directory, Map.of()))))
        .contains("looked for ./aegis.yaml")
        .doesNotContain("database");
  }

  private static String whyNot(ConfigReading reading) {
    try {
      return "right: " + reading.configuration();
    } catch (Failure.Refused refused) {
      return refused.report().why();
    }
  }

  @Test
  void a_named_file_that_is_not_there_is_not_replaced_by_another() throws Exception {
    Files.copy(RIGHT, directory.resolve("aegis.yaml"));

    assertThatExceptionOfType(Failure.Refused.class)
        .isThrownBy(() -> Places.read(directory.resolve("other.yaml")))
        .satisfies(refused -> assertThat(refused.code()).isEqualTo(AppCode.NO_CONFIG));
  }

  @Test
  void a_variable_with_a_slip_in_its_name_does_not_pass_in_silence() {
    var reading = Places.read(
        RIGHT,
        Map.of(
            "AEGIS_OBJECTIVE_RTO", "5m",
            "AEGIS_ACTOR", "somebody-else",
            "AEGIS_PASSWORD_OF_SHOP", "x",
            "AEGIS_DATABASE_PASSWORD", "env:AEGIS_PASSWORD_OF_SHOP"));

    assertThat(reading.strayVariables())
        .containsExactly(
            "AEGIS_ACTOR is no setting",
            "AEGIS_OBJECTIVE_RTO is no setting; did you mean AEGIS_OBJECTIVES_RTO?");
  }
}
