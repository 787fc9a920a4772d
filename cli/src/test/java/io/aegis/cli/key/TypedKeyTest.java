package io.aegis.cli.key;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.cli.Cli;
import io.aegis.cli.terminal.Terminal.Stream;
import io.aegis.kernel.Entropy;
import io.aegis.kernel.Secret;
import io.aegis.repository.Repositories;
import io.aegis.repository.Unlock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody who has the words on paper, or a passphrase in mind, and no file. */
class TypedKeyTest {
  private static final String PASSPHRASE = "correct horse battery staple";
  private static final String WITHOUT_KEY = """
      application:
        name: shop
      repository:
        location: store
      database:
        name: shop-db
        data-directory: /nowhere/data
        bin-directory: /nowhere/bin
      recovery:
        directory: recovered
      """;

  @TempDir
  Path directory;

  private String words = "";

  @BeforeEach
  void makeRepository() throws IOException {
    var file = directory.resolve("aegis.yaml");
    Files.writeString(
        file, WITHOUT_KEY.replace("location: store", "location: store\n  key: file:aegis.key"));
    assertThat(new Cli(directory).run("init").exit()).isZero();
    var fresh = Repositories.newRecoveryWords(Entropy.secure());
    words = fresh.use(bytes -> new String(bytes, StandardCharsets.UTF_8));
    try (var open = new Cli(directory).session().openRepository()) {
      open.repository().keys().add(new Unlock.RecoveryWords(fresh), "paper");
      open.repository().keys().add(new Unlock.Passphrase(Secret.ofText(PASSPHRASE)), "head");
    }
    Files.delete(directory.resolve("aegis.key"));
    Files.writeString(file, WITHOUT_KEY);
  }

  private Cli person(String... unseen) {
    return new Cli(directory).person().unseen(unseen);
  }

  // Red when: Session.settings() reads as if nobody were there.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "status",
        "points",
        "wal status",
        "wal gaps",
        "wal around now",
        "key list",
        "repo check",
        "repo stats",
        "execution list",
        "evidence list"
      })
  void whoever_has_the_words_is_asked_for_them_once_and_they_are_never_shown(String command) {
    var cli = person(words);

    var shown = cli.run(command.split(" ", -1));

    assertThat(shown.exit()).as(shown.err()).isIn(0, 4);
    assertThat(shown.out()).isNotBlank().doesNotContain(words);
    assertThat(shown.err()).doesNotContain(words, "error");
    assertThat(cli.questions())
        .singleElement()
        .satisfies(question -> assertThat(question)
            .contains("Recovery words", "passphrase", directory.resolve("store").toString()));
  }

  // Red when: Application.open does not hand on who can be asked.
  @ParameterizedTest
  @ValueSource(strings = {"plan", "recover", "backup"})
  void what_acts_on_the_database_is_opened_by_a_passphrase_too(String command) {
    var cli = person(PASSPHRASE);

    var shown = cli.run(command);

    assertThat(cli.questions()).hasSize(1);
    assertThat(shown.err())
        .as("it was opened, and holds nothing")
        .contains("error AEG-")
        .doesNotContain("AEG-14", "AEG-12", "repository.key");
  }

  // Red when: OpenRepository.openAsking tries once.
  @Test
  void a_slip_is_told_and_asked_for_again() {
    var cli = person(words.substring(words.indexOf(' ') + 1), "not this one", words);

    var shown = cli.run("key", "list");

    assertThat(shown.exit()).as(shown.err()).isZero();
    assertThat(cli.questions()).hasSize(3);
    assertThat(shown.err()).contains("23 words", "does not open");
  }

  @Test
  void the_third_wrong_key_is_the_last() {
    var cli = person("one", "two", "three", words);

    var shown = cli.run("key", "list");

    assertThat(shown.exit()).isEqualTo(12);
    assertThat(cli.questions()).hasSize(3);
  }

  // Red when: OpenRepository.openAsking does not look before it asks.
  @Test
  void nobody_types_24_words_for_a_place_that_holds_no_repository() throws IOException {
    Files.createDirectories(directory.resolve("elsewhere"));
    var cli = person(words);

    var shown = cli.run("key", "list", "-r", "elsewhere");

    assertThat(shown.exit()).isEqualTo(10);
    assertThat(cli.questions()).isEmpty();
  }

  // Red when: Session.settings() spares the key whoever is there, or Terminal.canAskUnseen forgets
  // one of the streams.
  @ParameterizedTest
  @ValueSource(strings = {"IN", "OUT", "ERR"})
  void where_it_would_be_shown_or_nobody_is_there_the_key_is_missing_as_ever(String stream) {
    var alone = new Cli(directory).run("status");
    var cli = person(words).with("NO_COLOR", "1").redirected(Stream.valueOf(stream));
    var redirected = cli.run("status");

    assertThat(alone.exit()).isEqualTo(2);
    assertThat(alone.err()).contains("AEG-1402", "repository.key: it is missing. Add it");
    assertThat(redirected).isEqualTo(alone);
    assertThat(cli.questions()).isEmpty();
  }

  @Test
  void nothing_typed_is_a_question_that_was_not_answered() {
    assertThat(person("").run("status").exit()).isEqualTo(20);
    assertThat(person().run("status").exit()).isEqualTo(20);
  }

  // Red when: they read Session.settings() and not declared().
  @ParameterizedTest
  @ValueSource(strings = {"config validate", "config show", "doctor"})
  void what_judges_the_file_judges_it_for_times_when_nobody_is_there(String command) {
    var cli = person(words);

    var shown = cli.run(command.split(" ", -1));

    assertThat(shown.exit()).isEqualTo(2);
    assertThat(shown.err()).contains("repository.key: it is missing");
    assertThat(cli.questions()).isEmpty();
  }

  // Red when: KeyTest asks by Terminal.ask, which shows what is typed, or for a key that is set.
  @Test
  void a_test_of_words_needs_no_other_key_and_does_not_show_them() {
    var cli = person(words);

    var shown = cli.run("key", "test", "--words");

    assertThat(shown.exit()).as(shown.err()).isZero();
    assertThat(cli.questions()).hasSize(1);
    assertThat(person(PASSPHRASE).run("key", "test", "--passphrase").exit()).isZero();
    assertThat(person(PASSPHRASE).run("key", "test", "--words").exit()).isEqualTo(1);
    assertThat(new Cli(directory).person(words).run("key", "test", "--words").exit())
        .as("typed where it would be shown")
        .isEqualTo(20);
  }

  // Red when: KeyTest reads Session.settings().repository().
  @Test
  void a_test_of_a_key_file_needs_neither_a_key_nor_a_person() {
    assertThat(person(words).run("key", "add", "--file", "new.key").exit()).isZero();

    var shown = new Cli(directory).run("key", "test", "--file", "new.key");

    assertThat(shown.exit()).as(shown.err()).isZero();
  }

  @Test
  void a_passphrase_is_chosen_unseen_and_typed_twice() {
    var cli = person(words, "a new one", "a new one");

    assertThat(cli.run("key", "add", "--passphrase").exit()).isZero();
    assertThat(cli.questions()).hasSize(3);
    assertThat(person("a new one").run("key", "list").exit()).isZero();
  }

  @Test
  void a_key_that_is_set_is_not_asked_for() {
    var cli = person(words).with("AEGIS_REPOSITORY_KEY", "env:PAPER").with("PAPER", words);

    assertThat(cli.run("key", "list").exit()).isZero();
    assertThat(cli.questions()).isEmpty();
  }
}
