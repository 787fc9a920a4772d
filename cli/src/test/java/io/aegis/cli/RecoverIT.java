package io.aegis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Json;
import io.aegis.postgres.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The main job through the command line: protect, lose, recover. */
class RecoverIT extends FreshShop {

  /** The data directory is gone, and so is the server. */
  private void lose() throws IOException {
    server.kill();
    try (var files = Files.walk(server.dataDirectory())) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void a_lost_database_comes_back_and_takes_connections() throws Exception {
    assertThat(cli().run("points").out()).contains("taken").doesNotContain("verified");
    assertThat(cli().run("status").out()).contains("not measured");
    lose();

    var shown = expect(0, cli().run("recover", "--yes", "--json", "--reason", "the disk is gone"));

    var end = Json.parseObject(shown.out());
    assertThat(end.text("kind")).isEqualTo("Execution");
    assertThat(end.text("state")).isEqualTo("COMPLETED");
    assertThat(end.array("exceptions")).isEmpty();
    assertThat(Json.array(end.array("warnings")).compact())
        .contains("nothing protected it when it was");
    assertThat(end.number("rtoActualMillis")).isPositive();
    assertThat(end.number("port")).isEqualTo(server.connection().port());
    Path recovered = Path.of(end.text("dataDirectory"));
    try (var restored = TestPostgres.of(17).adopt(recovered)) {
      assertThat(server.psql("select count(*) from orders").strip()).contains("500");
      assertThat(restored.dataDirectory()).isEqualTo(recovered.toRealPath());
      // As the page says; the recovered database lies below recovery.directory.
      var there = cli().with("AEGIS_DATABASE_DATA_DIRECTORY", recovered.toString());
      expect(0, there.run("backup", "--json"));
    }
    String id = end.text("execution");
    assertThat(cli().run("points").out()).contains("restored and verified", "ago by " + id);
    var status = Json.parseObject(cli().run("status", "--json").out());
    assertThat(status.text("provenBy")).isEqualTo(id);
    assertThat(status.number("rtoProvenMillis")).isEqualTo(end.number("rtoActualMillis"));
    assertThat(cli().run("execution", "show", id).out())
        .contains("completed", "✔", "next: protect it", "database.data-directory: " + recovered);
    // Red when: Lead promises that it is safe to interrupt before it looks whether it has ended.
    var ended = cli().run("resume", id).err();
    assertThat(ended).contains("AEG-1306").doesNotContain("safe to interrupt");
  }

  // Red when: SnapshotFiles.isCopied lets the tablespace_map through: PostgreSQL then leads the
  // links back to where the lost database had its tablespaces, and replays into what is left there.
  @Test
  void t11_a_tablespace_comes_back_as_it_was_and_the_lost_ones_is_left_alone() throws Exception {
    var space = Files.createDirectories(directory.resolve("space"));
    var link = Files.createSymbolicLink(directory.resolve("disk1"), space);
    server.psql("create tablespace side location '" + link + "'");
    server.psql("create table aside tablespace side as select generate_series(1, 5000) as id");
    server.psql("create table elsewhere(id int)");
    expect(0, cli().run("backup", "--json"));
    server.psql("delete from aside");
    server.psql("vacuum aside");
    server.psql("checkpoint");
    lose();
    var before = contents(space);

    var shown = expect(0, cli().run("recover", "--yes", "--json"));

    Path recovered = Path.of(Json.parseObject(shown.out()).text("dataDirectory"));
    try (var restored = TestPostgres.of(17).adopt(recovered)) {
      assertThat(server.psql("select count(*) from aside").strip()).isEqualTo("5000");
      server.psql("drop table aside");
      server.psql("checkpoint");
      assertThat(restored.dataDirectory().resolve("tablespace_map.old")).doesNotExist();
    }
    assertThat(contents(space)).isEqualTo(before);
  }

  // Red when: Fence.recovery does not allow tablespaces in place: replay stops at the directory.
  @Test
  void t11_a_tablespace_in_place_comes_back_and_needs_nothing_once_it_is_open() throws Exception {
    try (var connection = server.connect();
        var statement = connection.createStatement()) {
      statement.execute("set allow_in_place_tablespaces = on");
      statement.execute("create tablespace side location ''");
    }
    server.psql("create table aside tablespace side as select generate_series(1, 5000) as id");
    expect(0, cli().run("backup", "--json"));
    lose();

    var shown = expect(0, cli().run("recover", "--yes", "--json"));

    Path recovered = Path.of(Json.parseObject(shown.out()).text("dataDirectory"));
    try (var restored = TestPostgres.of(17).adopt(recovered)) {
      assertThat(server.psql("show allow_in_place_tablespaces").strip()).isEqualTo("off");
      server.psql("insert into aside values (0)");
      restored.kill();
      restored.start();
      assertThat(restored.psql("select count(*) from aside").strip()).isEqualTo("5001");
    }
  }

  private static List<String> contents(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      return files.map(Path::toString).sorted().toList();
    }
  }

  @Test
  void a_plan_shows_every_write_is_saved_once_and_changes_nothing() throws Exception {
    var shown = expect(0, cli().run("plan", "-O", "shop.plan"));

    assertThat(shown.out())
        .contains("Recovery plan for shop/prod", "+  data directory", "to create", "Estimate: ");
    assertThat(shown.err()).contains("aegis recover shop.plan");
    // Red when: Costs does not look whether the source runs.
    assertThat(shown.out()).contains("runs (process", "is stopped by this recovery");
    assertThat(directory.resolve("recovered")).doesNotExist();
    expect(5, cli().run("plan", "--detailed-exitcode"));
    var again = expect(1, cli().run("plan", "-O", "shop.plan"));
    assertThat(again.err()).contains("AEG-1505");
    expect(0, cli().run("recover", "shop.plan", "--dry-run"));
    var unconfirmed = expect(20, cli().run("recover", "shop.plan"));
    assertThat(unconfirmed.err()).contains("nobody is there to confirm", "--yes");
    for (var how : List.of("--color=never", "-q", "--json")) {
      // Red when: Consent shows the plan as a remark, which -q and --json leave out.
      var asked = expect(20, cli().person("something else").run("recover", "shop.plan", how));
      assertThat(asked.err()).contains("Recovery plan for shop/prod", "Type shop to go on");
    }
    for (var ignored : List.of("--to=xid:3", "--into=elsewhere")) {
      // Red when: RecoverCommand does not look at them once there is a file.
      var both = expect(2, cli().run("recover", "shop.plan", ignored, "--yes"));
      assertThat(both.err()).contains("AEG-1501", "shop.plan already says");
    }
    assertThat(directory.resolve("recovered")).doesNotExist();
  }

  // Red when: RecoverCommand does not ask for news, or for the policy.
  @Test
  void a_saved_plan_says_what_has_become_durable_since_and_must_meet_the_policy_of_now() {
    var planned = expect(0, cli().run("plan", "-O", "shop.plan"));
    assertThat(planned.out()).doesNotContain("lies behind this moment");
    server.psql("insert into orders values (501)");
    expect(0, cli().run("backup", "--json"));

    var shown = expect(0, cli().run("recover", "shop.plan", "--dry-run"));
    assertThat(shown.err()).contains("is durable and lies behind this moment");
    var refused = cli().with("AEGIS_RECOVERY_APPROVALS", "1").run("recover", "shop.plan", "--yes");
    assertThat(expect(1, refused).err())
        .contains("AEG-1406", "0 approvals of role operator before its step promote, not 1");
    assertThat(server.psql("select count(*) from orders").strip()).isEqualTo("501");
  }

  // Red when: RecoverCommand does not ask whether root is familiar with a plan before it asks a
  // program of it for its version.
  @Test
  void root_runs_no_program_that_a_saved_plan_names_and_its_configuration_does_not()
      throws Exception {
    if (!"root".equals(System.getProperty("user.name"))) {
      return; // whoever is not root gains nothing by it
    }
    var shown = expect(0, cli().run("plan", "-O", "shop.plan"));
    var file = directory.resolve("shop.plan");
    var honest = Files.readString(file);
    var binaries = Json.parseObject(honest).object("target").text("programs").split(",", 2)[0];
    assertThat(shown.out()).contains("programs: " + binaries);
    var evil = Files.createDirectory(directory.resolve("evil"));
    var ran = directory.resolve("ran");
    var program = Files.writeString(evil.resolve("postgres"), "#!/bin/sh\ntouch " + ran + "\n");
    assertThat(program.toFile().setExecutable(true, false)).isTrue();
    Files.writeString(file, honest.replace(binaries, evil.toString()));

    var refused = expect(1, cli().run("recover", "shop.plan", "--yes"));
    assertThat(refused.err())
        .contains("AEG-1408", "the programs of PostgreSQL: " + evil, "--as-planned");
    assertThat(ran).doesNotExist();
    assertThat(directory.resolve("recovered")).doesNotExist();
  }

  // Red when: RecoverCommand does not ask whose a saved plan is: another name passes by a recovery
  // that is running, and another objective is measured against.
  @Test
  void a_saved_plan_of_another_application_or_objective_is_refused() throws Exception {
    expect(0, cli().run("plan", "-O", "shop.plan"));
    var file = directory.resolve("shop.plan");
    var honest = Files.readString(file);
    for (var edit : List.of(
        List.of("\"application\": \"shop\"", "\"application\": \"other\""),
        List.of("\"environment\": \"prod\"", "\"environment\": \"dev\""))) {
      var edited = honest.replace(edit.getFirst(), edit.getLast());
      assertThat(edited).isNotEqualTo(honest);
      Files.writeString(file, edited);
      assertThat(expect(1, cli().run("recover", "shop.plan", "--yes")).err())
          .contains("AEG-1406", "of another application");
      // Red when: RecoverCommand shows a plan before it asks whether it would carry it out.
      expect(1, cli().run("recover", "shop.plan", "--dry-run"));
    }
    var flattering = honest.replace("make sure that the old primary is down", "stop nothing");
    assertThat(flattering).isNotEqualTo(honest);
    Files.writeString(file, flattering);
    assertThat(expect(1, cli().run("recover", "shop.plan", "--dry-run")).err())
        .contains("AEG-1303");
    Files.writeString(file, honest);
    var other = cli().with("AEGIS_OBJECTIVES_RTO", "240h").run("recover", "shop.plan", "--yes");
    assertThat(expect(1, other).err()).contains("AEG-1406", "RTO");
    assertThat(directory.resolve("recovered")).doesNotExist();
  }

  // Red when: requirePolicy counts approvals that come later, or those of another role.
  @Test
  void a_saved_plan_whose_approval_was_moved_or_is_of_another_role_is_refused() throws IOException {
    expect(0, approved().run("plan", "-O", "asking.plan"));
    var file = directory.resolve("asking.plan");
    var text = Files.readString(file);
    var other = approved().with("AEGIS_RECOVERY_APPROVER_ROLE", "board");
    var moved = text.replaceFirst("(\"after\": \\[\\s*)\"approve-promotion\"", "$1\"verify\"");
    assertThat(moved).isNotEqualTo(text);

    var otherRole = expect(1, other.run("recover", "asking.plan", "--yes"));
    assertThat(otherRole.err()).contains("AEG-1406", "0 approvals of role board");
    Files.writeString(file, moved);
    var later = expect(1, approved().run("recover", "asking.plan", "--yes"));
    assertThat(later.err()).contains("AEG-1406", "before its step promote, not 1");
    assertThat(directory.resolve("recovered")).doesNotExist();
  }

  // Red when: requirePolicy does not ask what the plan is for; a plan is read whose approval a
  // drill leaves out: it then promotes without any.
  @Test
  void a_saved_plan_that_was_made_a_drill_is_not_carried_out() throws IOException {
    expect(0, approved().run("plan", "-O", "asking.plan"));
    var file = directory.resolve("asking.plan");
    var drill =
        Files.readString(file).replace("\"purpose\": \"recovery\"", "\"purpose\": \"drill\"");
    var approval = "(?s)(\"id\": \"approve-promotion\".*?\"inDrill\": )\"execute\"";
    var unasked = drill.replaceFirst(approval, "$1\"skip\"");
    assertThat(unasked).isNotEqualTo(drill);

    Files.writeString(file, drill);
    var noRecovery = expect(1, approved().run("recover", "asking.plan", "--yes"));
    assertThat(noRecovery.err()).contains("AEG-1406", "its purpose is DRILL");
    Files.writeString(file, unasked);
    var leftOut = expect(1, approved().run("recover", "asking.plan", "--yes"));
    assertThat(leftOut.err()).contains("AEG-1303", "'approve-promotion' is an approval");
    assertThat(server.psql("select count(*) from orders").strip()).isEqualTo("500");
    assertThat(directory.resolve("recovered")).doesNotExist();
  }

  // Red when: promotions() does not name the opening, requirePolicy does not have the plan made
  // again, or ResumeCommand does not ask for the policy.
  @Test
  void a_plan_without_its_promotion_opens_nothing_saved_or_begun() throws Exception {
    lose();
    expect(0, approved().run("plan", "-O", "asking.plan"));
    var file = directory.resolve("asking.plan");
    Files.writeString(file, withoutPromotion(Files.readString(file)));

    var unapproved = expect(1, approved().run("recover", "asking.plan", "--yes"));
    assertThat(unapproved.err()).contains("AEG-1406", "before its step open, not 1");
    var cut = expect(1, cli().run("recover", "asking.plan", "--yes"));
    assertThat(cut.err()).contains("AEG-1303", "0 steps of kind 'postgres.promote'");
    assertThat(directory.resolve("recovered")).doesNotExist();

    // Begun where nobody is asked, and gone on with where one is.
    var begun = expect(20, attested().run("recover", "--yes", "--json"));
    String id = Json.parseObject(begun.out()).text("execution");
    var policy = attested().with("AEGIS_RECOVERY_APPROVALS", "1").run("resume", id);
    assertThat(expect(1, policy).err()).contains("AEG-1406", "aegis execution cancel");
    expect(20, attested().run("resume", id));
  }

  private Cli attested() {
    return cli().with("AEGIS_RECOVERY_FENCE", "attested");
  }

  private static String withoutPromotion(String plan) {
    var gone = List.of("approve-promotion", "promote");
    var json = Json.parseObject(plan);
    var steps = json.array("steps").stream()
        .map(Json.Obj.class::cast)
        .filter(step -> !gone.contains(step.text("id")))
        .map(step -> step.text("id").equals("open")
            ? step.with("after", Json.texts(List.of("verify")))
            : step)
        .map(Json.class::cast)
        .toList();
    return json.with("steps", Json.array(steps)).pretty();
  }

  private Cli approved() {
    return cli().with("AEGIS_RECOVERY_APPROVALS", "1");
  }

  @Test
  void a_time_without_zone_is_refused_in_a_script_and_confirmed_on_a_terminal() {
    var script = expect(2, cli().run("plan", "--to", "2020-01-01 12:00"));
    assertThat(script.err()).contains("AEG-1504", "--to 2020-01-01T12:00+01:00", "11:00:00Z");

    var declined = expect(20, cli().person("no").run("plan", "--to", "2020-01-01 12:00"));
    assertThat(declined.err()).contains("CET = 2020-01-01 11:00:00Z");

    // Red when: anything but 'yes' counts as a no.
    var unsure = expect(1, cli().person("sure", "y").run("plan", "--to", "2020-01-01 12:00"));
    assertThat(unsure.err()).contains("Please answer yes or no", "AEG-2101");
    var past = expect(1, cli().person("yes").run("plan", "--to", "2020-01-01 12:00"));
    assertThat(past.err()).contains("AEG-2101", "next:");
  }

  @Test
  void a_moment_that_lies_ahead_is_answered_with_the_latest_one() {
    var shown = expect(1, cli().run("plan", "--to", "2099-01-01T00:00:00Z"));

    assertThat(shown.err())
        .contains("AEG-2104", "after the restorable window", "aegis recover --to latest");
    expect(2, cli().run("plan", "--to", "the day before yesterday"));
    for (var absent : List.of("xid:999999", "name:never")) {
      // Red when: Answerable takes a name that is not in the log for an empty repository.
      assertThat(expect(1, cli().run("plan", "--to", absent)).err())
          .contains("aegis recover --to latest")
          .doesNotContain("aegis backup", "nothing, after it");
    }
    assertThat(cli().run("recover", "latest").err())
        .contains("there is no plan latest", "aegis recover --to latest")
        .doesNotContain("java.");
    assertThat(cli().run("resume", "rec-00000000").err())
        .doesNotContain("durable, safe to interrupt");
  }

  @Test
  void a_directory_that_is_not_empty_is_never_written_to() throws Exception {
    lose();
    Files.createDirectories(directory.resolve("busy"));
    Files.writeString(directory.resolve("busy/precious"), "x");

    var shown = cli().run("recover", "--into", "busy", "--yes", "--json");

    assertThat(shown.exit()).isEqualTo(1);
    assertThat(shown.err()).contains("AEG-2401");
    assertThat(directory.resolve("busy")).isDirectoryContaining("glob:**/precious");
  }

  @Test
  void an_approval_is_awaited_by_nobody_in_a_script_and_resumed_after_it() throws Exception {
    lose();
    var waiting =
        expect(20, cli().with("AEGIS_RECOVERY_APPROVALS", "1").run("recover", "--yes", "--json"));
    String id = Json.parseObject(waiting.out()).text("execution");

    var second = expect(11, cli().run("recover", "--yes"));
    assertThat(second.err()).contains("AEG-1301");
    var own = expect(20, cli().run("approve", id));
    assertThat(own.err()).contains("AEG-1307");
    var forced = expect(0, cli().run("approve", id, "--break-glass", "nobody else is there"));
    assertThat(forced.err()).contains("goes on without approval of", "aegis resume " + id);
    var end = expect(3, cli().run("resume", id, "--json"));
    assertThat(expect(2, cli().run("approve", id)).err()).contains("nothing in " + id);

    Path recovered = Path.of(Json.parseObject(end.out()).text("dataDirectory"));
    TestPostgres.of(17).adopt(recovered).close();
  }
}
