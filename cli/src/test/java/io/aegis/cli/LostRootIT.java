package io.aegis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots whose root is damaged or gone, as the commands that list or use them say it. */
class LostRootIT {
  @TempDir
  static Path original;

  private static ProtectedShop shop;

  @TempDir
  Path directory;

  private List<String> taken;

  @BeforeAll
  static void takes_two_snapshots() {
    shop = ProtectedShop.in(original);
    ProtectedShop.expectDone(shop.cli(original).run("backup", "--json"));
  }

  @AfterAll
  static void stop() {
    shop.close();
  }

  @BeforeEach
  void copy() throws IOException {
    shop.copyTo(directory);
    try (var roots = Files.walk(repository().resolve("snapshots"))) {
      taken = roots.filter(Files::isRegularFile).map(Path::toString).sorted().toList();
    }
    assertThat(taken).hasSize(2);
  }

  private Path repository() {
    return directory.resolve("repository");
  }

  private void spoil(String root) throws IOException {
    var content = Files.readAllBytes(Path.of(root));
    content[content.length / 2] ^= 1;
    Files.write(Path.of(root), content);
  }

  private static String id(String root) {
    return Path.of(root).getFileName().toString();
  }

  private Cli.Result run(int exit, String... command) {
    var shown = shop.cli(directory).run(command);
    assertThat(shown.exit()).as(shown.out() + shown.err()).isEqualTo(exit);
    return shown;
  }

  private static void assertSaidOnce(String said, String root) {
    assertThat(said).contains("is damaged", "aegis repo check");
    assertThat(Pattern.compile(Pattern.quote("/" + id(root)))
            .matcher(said)
            .results()
            .count())
        .as(said)
        .isEqualTo(1);
  }

  // Red when: Application.warnings, and what hands it on, leaves out what Moments warns of.
  @Test
  void points_status_and_wal_status_warn_of_each_lost_snapshot_once_and_end_as_before()
      throws IOException {
    int status = shop.cli(directory).run("status").exit();
    spoil(taken.getLast());

    for (var command : List.of(List.of("points"), List.of("status"), List.of("wal", "status"))) {
      int exit = command.contains("wal") || command.contains("points") ? 0 : status;
      assertSaidOnce(run(exit, command.toArray(String[]::new)).err(), taken.getLast());
      var asJson = new String[command.size() + 1];
      command.toArray(asJson);
      asJson[command.size()] = "--json";
      var shown = run(exit, asJson);
      assertSaidOnce(shown.err(), taken.getLast());
      assertThat(Json.parseObject(shown.out()).array("warnings"))
          .singleElement()
          .satisfies(warning -> assertThat(((Json.Str) warning).value())
              .contains(id(taken.getLast()), "before it, " + id(taken.getFirst())));
    }
    var points = Json.parseObject(run(0, "points", "--json").out());
    assertThat(points.array("snapshots")).hasSize(1);
    var lost = (Json.Obj) points.array("lost").getFirst();
    assertThat(lost.text("id")).isEqualTo(id(taken.getLast()));
    assertThat(lost.text("before")).isEqualTo(id(taken.getFirst()));
    assertThat(lost.text("cause")).contains("AEG-1203");
  }

  // Red when: a plan is made from the earlier snapshot and does not say why.
  @Test
  void a_plan_rests_on_the_earlier_snapshot_and_says_so() throws IOException {
    Files.delete(Path.of(taken.getLast()));

    var shown = run(0, "plan");
    assertThat(shown.out())
        .contains(id(taken.getLast()) + " is missing", "before it, " + id(taken.getFirst()));
    var plan = Json.parseObject(run(0, "plan", "--json").out()).object("plan");
    assertThat(plan.array("warnings").stream().map(Json::compact))
        .filteredOn(warning -> warning.contains(id(taken.getLast())))
        .hasSize(1);
  }

  // Red when: Wanted.plan refuses a moment and keeps the warnings for a plan that there is not.
  @Test
  void a_moment_that_cannot_be_had_is_refused_with_what_is_lost() throws IOException {
    spoil(taken.getFirst());

    var past = run(1, "plan", "--to", "2020-01-01T12:00:00+01:00");
    assertThat(past.err()).contains("AEG-2101", "no earlier snapshot is there");
    assertSaidOnce(past.err(), taken.getFirst());
    var named = run(1, "plan", "--to", "snapshot:" + id(taken.getFirst()));
    assertThat(named.err()).contains("AEG-1203", "next: aegis repo check");
  }

  // Red when: an empty list is shown as that of a repository without any backup.
  @Test
  void where_every_snapshot_is_lost_nothing_looks_as_if_none_had_been_taken() throws IOException {
    for (var root : taken) {
      spoil(root);
    }

    assertThat(run(0, "points").out()).contains("No snapshot can be read", "aegis repo check");
    assertThat(run(4, "status").out()).contains("next: aegis repo check");
    assertThat(run(1, "plan").err()).contains("AEG-1203", "next: aegis repo check");
  }
}
