package io.aegis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Json;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What goes wrong is told in four parts and by an exit code, and nothing is overwritten or lost:
 * one test for each kind of bad input that is listed in docs/TESTING.md.
 */
class BadInputIT {
  @TempDir
  static Path original;

  static ProtectedShop shop;

  @TempDir
  Path directory;

  @BeforeAll
  static void protect() {
    shop = ProtectedShop.in(original);
  }

  @AfterAll
  static void stop() {
    shop.close();
  }

  @BeforeEach
  void copy() throws IOException {
    shop.copyTo(directory);
  }

  @AfterEach
  void bringUp() {
    shop.bringUp();
  }

  private Cli cli() {
    return shop.cli(directory);
  }

  private Tree tree() {
    return Tree.of(directory);
  }

  private List<Path> all(String below) throws IOException {
    try (var files = Files.walk(directory.resolve("repository").resolve(below))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static void flip(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.delete(file);
    Files.write(file, bytes);
  }

  private static FourParts expect(int exit, String code, Cli.Result shown) {
    assertThat(shown.exit()).as(shown.out() + shown.err()).isEqualTo(exit);
    return FourParts.of(shown).assertGood(code);
  }

  private static Json.Obj expectEnd(int exit, Cli.Result shown) {
    assertThat(shown.exit()).as(shown.out() + shown.err()).isEqualTo(exit);
    return Json.parseObject(shown.out());
  }

  @Test
  void a_wrong_key_opens_nothing() throws IOException {
    Files.writeString(directory.resolve("other.key"), "aegis-key-1\n" + "0".repeat(64) + "\n");
    var before = tree();

    var shown =
        cli().with("AEGIS_REPOSITORY_KEY", "file:other.key").run("recover", "--yes", "--json");

    assertThat(expect(12, "AEG-1202", shown).what()).contains("repository");
    assertThat(tree()).isEqualTo(before);
  }

  @Test
  void a_folder_that_is_no_repository_is_left_as_it_is() throws IOException {
    Files.createDirectories(directory.resolve("letters"));
    Files.writeString(directory.resolve("letters/to-mum"), "x");
    var before = tree();

    var status = cli().run("status", "-r", "letters", "--json");
    var backup = cli().run("backup", "-r", "letters", "--json");
    var init = cli().run("init", "-r", "letters", "--json");

    assertThat(expect(10, "AEG-1201", status).what()).contains("letters");
    expect(10, "AEG-1201", backup);
    assertThat(expect(1, "AEG-1204", init).what()).contains("letters");
    assertThat(tree()).isEqualTo(before);
  }

  @Test
  void a_half_written_configuration_is_told_line_by_line() throws IOException {
    var file = directory.resolve("aegis.yaml");
    String whole = Files.readString(file);
    Files.writeString(file, whole.substring(0, whole.indexOf("repository:") + 6));
    var before = tree();

    for (String command : List.of("status", "backup", "recover", "doctor")) {
      var parts = expect(2, "AEG-1402", cli().run(command, "--json"));

      assertThat(parts.what()).contains("aegis.yaml");
      assertThat(parts.why()).contains("aegis.yaml:", "it was cut off");
    }
    assertThat(tree()).isEqualTo(before);
  }

  @Test
  void a_foreign_cluster_is_refused_before_a_byte_of_it_is_stored() {
    try (var foreign = TestPostgres.of(17).start()) {
      var before = tree();

      var connected = foreign(foreign).run("backup", "--json");
      var configured = foreign(foreign)
          .with("AEGIS_DATABASE_DATA_DIRECTORY", foreign.dataDirectory().toString())
          .run("backup", "--json");
      var streamed = foreign(foreign).run("wal", "stream", "--timeout", "60s", "--json");

      expect(1, "AEG-2202", connected);
      expect(1, "AEG-2202", configured);
      expect(1, "AEG-2202", streamed);
      // Red when: LossPlan does not ask which cluster it is that would be stopped.
      var recovered = foreign(foreign)
          .with("AEGIS_DATABASE_DATA_DIRECTORY", foreign.dataDirectory().toString())
          .run("recover", "--yes", "--json");
      assertThat(expect(1, "AEG-2202", recovered).safe()).contains("not stopped");
      assertThat(foreign.psql("SELECT 1")).isEqualTo("1");
      assertThat(before.changedOrLostIn(tree())).isEmpty();
      assertThat(before.addedIn(tree()))
          .noneMatch(name ->
              name.contains("packs") || name.contains("snapshots") || name.contains("/wal/"));
    }
  }

  /** As if host and port in aegis.yaml led elsewhere. */
  private Cli foreign(TestPostgres server) {
    return cli()
        .with("AEGIS_DATABASE_PORT", Integer.toString(server.connection().port()))
        .with("AEGIS_DATABASE_SOCKET", String.valueOf(server.dataDirectory().getParent()));
  }

  @Test
  void a_server_that_is_down_is_unavailable_and_nothing_is_begun() {
    shop.server().stop(TestPostgres.Stop.FAST);
    var before = tree();

    var backup = cli().run("backup", "--json");

    assertThat(expect(1, "AEG-2501", backup).what())
        .contains(Integer.toString(shop.server().connection().port()));
    assertThat(tree()).isEqualTo(before);
    assertThat(cli().run("status").exit()).as("reads without the server").isZero();
  }

  // Red when: Status.rpoNow is measured against a moment that lies ahead, as it was: until then
  // nothing would have shown that no log arrives.
  @Test
  void a_last_moment_ahead_of_the_clock_is_no_objective_met() {
    var early = cli().at(anHourAgo());

    var shown = early.run("status");

    assertThat(shown.exit()).isEqualTo(4);
    assertThat(shown.out()).contains("needs attention", "MISS", "ahead of this machine's clock");
    var said = expectEnd(4, early.run("status", "--json"));
    assertThat(said.text("clockFault")).contains("one of the clocks was set");
    assertThat(said.compact()).contains("\"rpoNowMillis\":null");
  }

  private static TimeSource anHourAgo() {
    return new TimeSource() {
      @Override
      public Instant now() {
        return TimeSource.system().now().minus(Duration.ofHours(1));
      }

      @Override
      public long nanos() {
        return TimeSource.system().nanos();
      }

      @Override
      public void sleep(Duration pause) throws InterruptedException {
        TimeSource.system().sleep(pause);
      }
    };
  }

  @Test
  void a_role_without_the_privilege_is_told_what_to_grant() {
    shop.server().psql("create role weak login");
    shop.server().psql("create role half login in role pg_read_all_settings, pg_monitor");
    var before = tree();

    var backup = cli().with("AEGIS_DATABASE_USER", "weak").run("backup", "--json");
    var half = cli().with("AEGIS_DATABASE_USER", "half").run("backup", "--json");
    var nobody = cli().with("AEGIS_DATABASE_USER", "nobody").run("backup", "--json");
    var doctor = cli().with("AEGIS_DATABASE_USER", "weak").run("doctor");

    expect(1, "AEG-2503", backup);
    assertThat(expect(1, "AEG-2507", half).next())
        .contains("ALTER ROLE \"half\" REPLICATION;")
        .anyMatch(line -> line.startsWith("GRANT EXECUTE ON FUNCTION pg_backup_start"));
    expect(1, "AEG-2502", nobody);
    assertThat(doctor.exit()).isEqualTo(1);
    assertThat(doctor.out()).contains("FAIL", "fix:", "GRANT");
    assertThat(tree()).isEqualTo(before);
  }

  @Test
  void a_server_without_the_setting_is_told_which_one() throws IOException {
    // Red when: SnapshotRun does not ask requireReady: then a minute passes, and AEG-2307 is told.
    try (var minimal = TestPostgres.of(17)
        .setting("wal_level", "minimal")
        .setting("max_wal_senders", "0")
        .start()) {
      var place = Files.createDirectories(directory.resolve("minimal"));
      String port = Integer.toString(minimal.connection().port());
      ProtectedShop.expectDone(shop.cli(place).run("init", "--discover", "--port", port));
      var before = Tree.of(place);

      var backup = shop.cli(place).run("backup", "--json");

      var parts = expect(1, "AEG-2507", backup);
      assertThat(parts.why()).contains("wal_level", "max_wal_senders");
      assertThat(parts.next().getFirst()).contains("ALTER SYSTEM SET wal_level");
      assertThat(shop.cli(place).run("doctor").out()).contains("FAIL", "wal_level");
      assertThat(Tree.of(place)).isEqualTo(before);
    }
  }

  @Test
  void a_target_outside_the_window_is_answered_with_what_can_be_had() {
    var before = tree();

    for (String command : List.of("plan", "recover")) {
      var past = cli().run(command, "--to", "2020-01-01T00:00:00Z", "--json");
      var future = cli().run(command, "--to", "2099-01-01T00:00:00Z", "--json");
      var nothing = cli().run(command, "--to", "xid:4000000000", "--json");
      var nonsense = cli().run(command, "--to", "the day before yesterday", "--json");

      assertThat(expect(1, "AEG-2101", past).next()).anyMatch(line -> line.contains("--to"));
      assertThat(expect(1, "AEG-2104", future).next()).contains("aegis recover --to latest");
      expect(1, "AEG-2102", nothing);
      expect(2, "AEG-1501", nonsense);
    }
    assertThat(tree()).isEqualTo(before);
  }

  @Test
  void a_time_without_zone_in_a_script_is_answered_with_the_time_that_may_be_meant() {
    var before = tree();

    var shown = cli().run("recover", "--to", "2020-01-01 12:00", "--yes", "--json");

    var parts = expect(2, "AEG-1504", shown);
    assertThat(parts.why() + parts.next()).contains("11:00:00Z", "--to 2020-01-01T12:00+01:00");
    assertThat(tree()).isEqualTo(before);
  }

  @Test
  void a_directory_that_is_not_empty_is_refused_before_anything_is_begun() throws IOException {
    Files.createDirectories(directory.resolve("busy"));
    Files.writeString(directory.resolve("busy/precious"), "x");
    var before = tree();

    var busy = cli().run("recover", "--into", "busy", "--yes", "--json");
    var live =
        cli().run("recover", "--into", shop.server().dataDirectory().toString(), "--yes", "--json");

    Path data = shop.server().dataDirectory();
    var inside =
        cli().run("recover", "--into", data.resolve("base/x").toString(), "--yes", "--json");

    assertThat(expect(1, "AEG-2401", busy).what()).contains("busy");
    assertThat(expect(1, "AEG-2417", inside).why()).contains(data.toString());
    assertThat(data.resolve("base/x")).doesNotExist();
    expect(1, "AEG-2406", live);
    assertThat(tree()).isEqualTo(before);
    assertThat(cli().run("execution", "list", "-o", "ndjson").out()).isEmpty();
    assertThat(shop.server().psql("select count(*) from orders").strip()).isEqualTo("500");
  }

  // Red when: TargetDirectory.look() or Ownership.obstacle() throws what is no Failure, as they
  // did; or it lets a path pass that PostgreSQL cannot be told.
  @Test
  void a_place_that_can_hold_no_directory_is_refused_and_is_no_bug() throws IOException {
    Files.writeString(directory.resolve("letter"), "dear all");
    Files.createSymbolicLink(directory.resolve("circle"), directory.resolve("circle"));
    var before = tree();

    for (String place : List.of("/", "letter", "letter/x", "circle/x", "a\\b")) {
      var plan = cli().run("plan", "--into", place, "--json");
      var recover = cli().run("recover", "--into", place, "--yes", "--json");

      assertThat(plan.exit()).as(place + ": " + plan.out() + plan.err()).isZero();
      assertThat(plan.out()).contains("as things are, it would be refused: AEG-2401");
      assertThat(expect(1, "AEG-2401", recover).what()).contains("cannot restore into");
      // Red when: PlanCommand.run does not ask whether its first step would be refused.
      expect(1, "AEG-2401", cli().run("plan", "--into", place, "--detailed-exitcode", "--json"));
    }
    for (String place : List.of("", "a\nb")) {
      assertThat(expect(2, "AEG-1501", cli().run("plan", "--into", place, "--json"))
              .what())
          .contains("--into names no directory");
    }
    assertThat(tree()).isEqualTo(before);
  }

  @Test
  void a_damaged_pack_is_found_by_a_check_and_refused_by_a_recovery() throws IOException {
    for (var pack : all("packs")) {
      flip(pack);
    }
    shop.server().kill();
    var before = tree();
    var source = Tree.of(shop.server().dataDirectory());

    var check = cli().run("repo", "check", "--read-data");
    var recover = cli().run("recover", "--yes", "--json");

    assertThat(check.exit()).as(check.out() + check.err()).isEqualTo(3);
    assertThat(check.out()).contains("means:", "repair:");
    assertThat(recover.exit()).as(recover.out() + recover.err()).isEqualTo(1);
    expect(1, "AEG-1203", recover);
    assertThat(before.changedOrLostIn(tree())).isEmpty();
    assertThat(Tree.of(shop.server().dataDirectory())).isEqualTo(source);
  }

  @Test
  void log_that_is_missing_is_announced_before_anything_is_copied() throws IOException {
    for (var piece : all("wal")) {
      Files.delete(piece);
    }
    var before = tree();

    var plan = cli().run("plan", "--json");
    var recover = cli().run("recover", "--yes", "--json");
    var check = cli().run("repo", "check");

    expect(1, "AEG-2102", plan);
    expect(1, "AEG-2102", recover);
    assertThat(check.exit()).as(check.out() + check.err()).isEqualTo(3);
    assertThat(check.out()).contains("means:", "repair:");
    assertThat(tree()).isEqualTo(before);
    assertThat(directory.resolve("recovered")).doesNotExist();
  }

  @Test
  void a_second_recovery_while_one_has_not_ended_is_told_of_the_first() {
    // Red when: ExecutionCancel undoes with a catalog that knows no kind of step.
    shop.server().kill();
    var first = expectEnd(
        20, cli().with("AEGIS_RECOVERY_APPROVALS", "1").run("recover", "--yes", "--json"));
    String id = first.text("execution");
    var before = tree();

    var second = cli().run("recover", "--yes", "--json");

    assertThat(expect(11, "AEG-1301", second).what()).contains(id);
    assertThat(before.changedOrLostIn(tree())).isEmpty();
    var shown = Json.parseObject(cli().run("execution", "show", id, "--json").out());
    assertThat(shown.text("state")).isEqualTo("PENDING_APPROVAL");
    expectEnd(
        0, cli().run("execution", "cancel", id, "--undo", "--yes", "--reason", "a test", "--json"));
  }
}
