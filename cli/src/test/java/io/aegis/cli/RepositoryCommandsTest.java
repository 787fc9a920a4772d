package io.aegis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Entropy;
import io.aegis.kernel.Json;
import io.aegis.kernel.Secret;
import io.aegis.repository.Repositories;
import io.aegis.repository.Unlock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoryCommandsTest {
  @TempDir
  Path directory;

  @BeforeEach
  void writeConfiguration() throws IOException {
    Files.writeString(directory.resolve("aegis.yaml"), """
        application:
          name: shop
        repository:
          location: store
          key: file:aegis.key
        database:
          name: shop-db
          data-directory: /nowhere/data
          bin-directory: /nowhere/bin
        recovery:
          directory: recovered
        """);
  }

  private Cli cli() {
    return new Cli(directory);
  }

  @Test
  void init_makes_a_key_for_its_owner_only_and_a_repository_that_opens() throws IOException {
    var made = cli().run("init", "--json");

    assertThat(made.exit()).as(made.err()).isZero();
    assertThat(Json.parseObject(made.out()).text("kind")).isEqualTo("Initialized");
    assertThat(Files.getPosixFilePermissions(directory.resolve("aegis.key"))).hasSize(2);
    assertThat(cli().run("key", "list").exit()).isZero();
    assertThat(cli().run("key", "list").out()).contains("key-file");
  }

  @Test
  void init_lets_two_writers_race_and_leaves_nothing_of_it() {
    // Red when: WriterRace does not delete what it raced for.
    var made = cli().run("init", "--json");

    var json = Json.parseObject(made.out());
    assertThat(json.text("writers")).isEqualTo("many");
    assertThat(json.text("writersProbed")).isEqualTo("proved");
    assertThat(cli().run("repo", "check", "--read-data").exit()).isZero();
    assertThat(Tree.of(directory.resolve("store")).files().keySet())
        .noneMatch(name -> name.startsWith("probe/"));
  }

  // Red when: Points and Application.warned() do not ask the register for its faults.
  @Test
  void points_say_what_the_register_cannot_tell_any_more() throws IOException {
    cli().run("init");
    assertThat(Json.parseObject(cli().run("points", "--json").out()).array("warnings"))
        .isEmpty();
    Files.writeString(directory.resolve("store/register/000000000000"), "spoilt");

    var points = cli().run("points", "--json");

    assertThat(points.exit()).as(points.err()).isZero();
    assertThat(Json.parseObject(points.out()).array("warnings")).hasSize(1);
    assertThat(points.err()).contains("register/000000000000", "can no longer be told");
    assertThat(cli().run("repo", "check").exit()).isEqualTo(3);
  }

  // Red when: StatusCommand and WalStatusCommand do not ask for warnings, as they did not.
  @Test
  void status_and_wal_status_say_what_the_register_cannot_tell_any_more() throws IOException {
    cli().run("init");
    Files.writeString(directory.resolve("store/register/000000000000"), "spoilt");

    for (var asked :
        List.of(new String[] {"status", "--json"}, new String[] {"wal", "status", "--json"})) {
      var shown = cli().run(asked);
      assertThat(shown.exit()).as(shown.err()).isEqualTo(4);
      assertThat(Json.parseObject(shown.out()).array("warnings")).hasSize(1);
      assertThat(shown.err()).contains("register/000000000000", "can no longer be told");
    }
  }

  @Test
  void init_works_with_the_file_that_the_variable_names() throws IOException {
    // Red when: InitCommand looks for ./aegis.yaml, whatever AEGIS_CONFIG says.
    Files.createDirectories(directory.resolve("etc"));
    Files.move(directory.resolve("aegis.yaml"), directory.resolve("etc/named.yaml"));

    var made = cli().with("AEGIS_CONFIG", "etc/named.yaml").run("init", "--json");

    assertThat(made.exit()).as(made.err()).isZero();
    assertThat(Json.parseObject(made.out()).text("configuration"))
        .isEqualTo(directory.resolve("etc/named.yaml").toString());
  }

  @Test
  void doctor_looks_at_key_and_repository_although_the_rest_of_the_file_is_faulty()
      throws IOException {
    // Red when: Checkup demands the whole configuration before it looks at anything.
    cli().run("init");
    var file = directory.resolve("aegis.yaml");
    Files.writeString(file, Files.readString(file).replace("database:", "databse:"));

    var doctor = cli().run("doctor");

    assertThat(doctor.exit()).isEqualTo(1);
    assertThat(doctor.out())
        .contains("databse", "aegis config validate", "key file", "opened with the key");
  }

  @Test
  void every_line_of_a_listing_says_its_version_and_kind() {
    // Red when: Session.lines prints items as they are.
    cli().run("init");

    var slots = cli().run("key", "list", "-o", "ndjson").out();

    var slot = Json.parseObject(slots.strip());
    assertThat(slot.text("apiVersion")).isEqualTo("aegis/v1");
    assertThat(slot.text("kind")).isEqualTo("KeySlots");
    assertThat(slot.text("type")).isEqualTo("key-file");
  }

  @Test
  void init_never_touches_what_is_there() throws IOException {
    cli().run("init");
    var key = Files.readString(directory.resolve("aegis.key"));

    var again = cli().run("init");

    assertThat(again.exit()).isEqualTo(1);
    assertThat(again.err()).contains("AEG-1204");
    assertThat(Files.readString(directory.resolve("aegis.key"))).isEqualTo(key);
    assertThat(cli().run("key", "list").exit()).isZero();
  }

  // Red when: RecoverCommand.plan advises the newest moment whatever was typed.
  @Test
  void a_moment_that_is_typed_without_its_option_is_advised_and_no_other_one() {
    cli().run("init");

    var moment = cli().run("recover", "2026-11-26T18:25:20Z").err();
    var file = cli().run("recover", "shop.plan").err();

    assertThat(moment).contains("AEG-1507", "next: aegis recover --to 2026-11-26T18:25:20Z");
    assertThat(file).contains("next: aegis recover --to <moment>");
    assertThat(moment + file).doesNotContain("latest");
  }

  // Red when: Failures.show prints the report as it came.
  @Test
  void what_is_advised_keeps_the_file_that_was_named() throws IOException {
    Files.move(directory.resolve("aegis.yaml"), directory.resolve("other.yaml"));

    cli().run("init", "-c", "other.yaml");

    var page = cli().run("points", "-c", "other.yaml");
    Files.move(directory.resolve("store"), directory.resolve("unmounted"));
    var text = cli().run("key", "list", "-c", "other.yaml");
    var json = cli().run("key", "list", "-c", "other.yaml", "--json");

    assertThat(page.out()).contains("Next: aegis backup -c other.yaml");
    assertThat(text.err()).contains(": aegis init -c other.yaml");
    assertThat(json.err()).contains(": aegis init -c other.yaml\"");
  }

  // Red when: InitCommand.draft takes any name, or says nothing of a file that is there.
  @Test
  void a_name_that_no_configuration_may_have_is_refused_before_one_is_written() throws IOException {
    var file = directory.resolve("aegis.yaml");
    var kept = Files.readString(file);
    Files.delete(file);

    var wrong = cli().run("init", "--discover", "--application", "Shop");
    assertThat(wrong.exit()).isEqualTo(2);
    assertThat(wrong.err()).contains("AEG-1501", "next: aegis init --discover --application shop");
    assertThat(file).doesNotExist();

    Files.writeString(file, kept);
    assertThat(cli().run("init", "--discover", "--application", "shop").err())
        .contains("aegis.yaml is there already");
    assertThat(Files.readString(file)).isEqualTo(kept);
  }

  // Red when: InitCommand.makeRepository does not ask where the key file is older.
  @Test
  void init_makes_no_empty_repository_where_the_old_one_may_only_be_unmounted() throws IOException {
    cli().run("init");
    Files.move(directory.resolve("store"), directory.resolve("unmounted"));
    assertThat(cli().run("key", "list").err()).contains("AEG-1201", "next: check that its file");

    var alone = cli().run("init");
    var person = cli().person("yes").run("init");

    assertThat(alone.exit()).as(alone.err()).isEqualTo(20);
    assertThat(alone.err()).contains("aegis.key is older", "next: findmnt -T ", "--yes");
    assertThat(person.exit()).isEqualTo(20);
    assertThat(directory.resolve("store")).doesNotExist();
    Files.move(directory.resolve("unmounted"), directory.resolve("store"));
    assertThat(cli().run("key", "list").exit()).isZero();
    Files.move(directory.resolve("store"), directory.resolve("old"));
    assertThat(cli().run("init", "--yes").exit()).isZero();
  }

  @Test
  void a_key_that_opens_nothing_is_not_left_behind() throws IOException {
    Files.createDirectories(directory.resolve("store"));
    Files.writeString(directory.resolve("store/somebodys-file"), "x");

    var refused = cli().run("init");

    assertThat(refused.exit()).isEqualTo(1);
    assertThat(directory.resolve("aegis.key")).doesNotExist();
  }

  @Test
  void a_folder_that_is_no_repository_is_exit_code_10() throws IOException {
    cli().run("init");
    Files.createDirectories(directory.resolve("elsewhere"));

    var shown = cli().run("key", "list", "-r", "elsewhere");

    assertThat(shown.exit()).isEqualTo(10);
    assertThat(shown.err()).contains("error AEG-1201", "why:", "safe:", "next:");
  }

  @Test
  void a_wrong_key_is_exit_code_12() throws IOException {
    cli().run("init");
    Files.writeString(directory.resolve("other.key"), "aegis-key-1\n" + "0".repeat(64) + "\n");

    var shown = cli().with("AEGIS_REPOSITORY_KEY", "file:other.key").run("key", "list", "--json");

    assertThat(shown.exit()).isEqualTo(12);
    assertThat(Json.parseObject(shown.err().strip()).text("code")).isEqualTo("AEG-1202");
  }

  @Test
  void a_missing_key_file_names_the_file() {
    cli().run("init");

    var shown = cli().with("AEGIS_REPOSITORY_KEY", "file:gone.key").run("key", "list");

    assertThat(shown.exit()).isEqualTo(1);
    assertThat(shown.err()).contains("AEG-1404", "gone.key");
  }

  @Test
  void a_new_key_file_opens_the_repository_and_a_removed_one_does_not() {
    cli().run("init");
    var added = cli().run("key", "add", "--file", "second.key", "--label", "safe", "--json");
    assertThat(added.exit()).as(added.err()).isZero();
    var slot = Json.parseObject(added.out()).array("slots").getFirst();
    String id = ((Json.Obj) slot).text("id");

    assertThat(cli().run("key", "test", "--file", "second.key").exit()).isZero();
    assertThat(cli().run("key", "remove", id).exit()).isEqualTo(20);
    assertThat(cli().person("something else").run("key", "remove", id).exit()).isEqualTo(20);
    assertThat(cli().person(id).run("key", "remove", id).exit()).isZero();
    assertThat(cli().run("key", "test", "--file", "second.key").exit()).isEqualTo(12);
  }

  // Red when: KeyRemove asks before it looks.
  @Test
  void a_slot_that_does_not_exist_is_refused_before_anybody_is_asked() {
    cli().run("init");
    assertThat(cli().run("key", "remove", "zzz").err()).contains("AEG-1208");
  }

  @Test
  void the_last_key_slot_stays() {
    cli().run("init");
    var listed = Json.parseObject(cli().run("key", "list", "--json").out());
    String id = ((Json.Obj) listed.array("slots").getFirst()).text("id");

    var shown = cli().run("key", "remove", id, "--yes");

    assertThat(shown.exit()).isEqualTo(1);
    assertThat(shown.err()).contains("AEG-1207");
  }

  @Test
  void a_repository_can_be_read_on_a_bare_machine_with_its_location_and_a_key() throws IOException {
    cli().run("init");
    Files.delete(directory.resolve("aegis.yaml"));

    var shown = cli()
        .with("AEGIS_REPOSITORY_KEY", "file:" + directory.resolve("aegis.key"))
        .run("key", "list", "-r", directory.resolve("store").toString());

    assertThat(shown.exit()).as(shown.err()).isZero();
  }

  @Test
  void without_a_configuration_the_next_step_is_named() throws IOException {
    Files.delete(directory.resolve("aegis.yaml"));

    var shown = cli().run("doctor");

    assertThat(shown.exit()).isEqualTo(2);
    Golden.assertMatches("errors/no-configuration.txt", shown.err());
  }

  @Test
  void a_half_written_configuration_is_exit_code_2_with_its_line() throws IOException {
    Files.writeString(directory.resolve("aegis.yaml"), "application:\n  name: shop\nreposi");

    var shown = cli().run("key", "list");

    assertThat(shown.exit()).isEqualTo(2);
    assertThat(shown.err()).contains("AEG-1402", "aegis.yaml:3", "it was cut off");
  }

  @Test
  void the_words_are_shown_once_and_only_to_a_person() {
    var made = cli().run("init");
    assertThat(made.err()).contains("no recovery words were made").doesNotContain(" 24 ");

    var refused = cli().run("key", "add", "--words");
    assertThat(refused.exit()).isEqualTo(20);
  }

  // Red when: OpenRepository.open takes every key for a key file.
  @Test
  void with_the_words_or_a_passphrase_in_place_of_the_key_file_every_command_opens()
      throws IOException {
    cli().run("init");
    var words = Repositories.newRecoveryWords(Entropy.secure());
    String paper = words.use(bytes -> new String(bytes, StandardCharsets.UTF_8));
    try (var open = cli().session().openRepository()) {
      open.repository().keys().add(new Unlock.RecoveryWords(words), "paper");
      var spoken = Secret.ofText("correct horse battery staple");
      open.repository().keys().add(new Unlock.Passphrase(spoken), "head");
    }
    Files.delete(directory.resolve("aegis.key"));
    Files.writeString(directory.resolve("words"), paper.replace(' ', '\n') + "\n");
    Files.writeString(directory.resolve("head"), "correct horse battery staple\n");
    Files.writeString(directory.resolve("wrong"), "correct horse\n");
    Files.writeString(directory.resolve("short"), paper.substring(0, paper.lastIndexOf(' ')));

    assertThat(with("words").run("repo", "check", "--read-data").exit()).isZero();
    assertThat(with("head").run("key", "list").exit()).isZero();
    var wrong = with("wrong").run("repo", "check");
    assertThat(wrong.exit()).isEqualTo(12);
    assertThat(wrong.err()).contains("AEG-1202", "AEGIS_REPOSITORY_KEY=file:");
    assertThat(with("short").run("repo", "check").err()).contains("AEG-1209", "23 words");
  }

  private Cli with(String key) {
    return cli().with("AEGIS_REPOSITORY_KEY", "file:" + directory.resolve(key));
  }

  @Test
  void a_check_of_a_whole_repository_finds_nothing_and_says_what_it_looked_at() {
    cli().run("init");

    var structure = cli().run("repo", "check");
    var everything = cli().run("repo", "check", "--read-data", "--json");

    assertThat(structure.exit()).as(structure.err()).isZero();
    assertThat(structure.out()).contains("the content was not read");
    assertThat(Json.parseObject(everything.out()).text("depth")).isEqualTo("read_data");
    assertThat(cli().run("repo", "stats", "--json").out()).contains("\"objects\"");
  }

  @Test
  void a_damaged_object_is_a_finding_with_its_consequence_and_exit_code_3() throws IOException {
    cli().run("init");
    cli().run("key", "add", "--file", "second.key");
    Path victim;
    try (var files = Files.walk(directory.resolve("store/register"))) {
      victim = files.filter(Files::isRegularFile).sorted().findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(victim);
    bytes[bytes.length / 2] ^= 1;
    victim.toFile().setWritable(true);
    Files.write(victim, bytes);

    var shown = cli().run("repo", "check", "--read-data");

    assertThat(shown.exit()).as(shown.out() + shown.err()).isEqualTo(3);
    assertThat(shown.out()).contains("means:", "repair:");
  }
}
