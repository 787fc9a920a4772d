package io.aegis.postgres.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Json;
import io.aegis.postgres.DatabaseLoss.Approval;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Resolution.Stop;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.loss.LossSteps.Forecast;
import io.aegis.postgres.loss.LossSteps.Tests;
import io.aegis.postgres.restore.Goal;
import io.aegis.postgres.server.MachineName;
import io.aegis.postgres.steps.PostgresStep.Job;
import io.aegis.postgres.steps.PostgresStep.Local;
import io.aegis.postgres.steps.PostgresStep.LogToReplay;
import io.aegis.postgres.steps.PostgresStep.OldPrimary;
import io.aegis.postgres.steps.StepTypes;
import io.aegis.postgres.verify.Invariant;
import io.aegis.postgres.verify.SmokeTest;
import io.aegis.recovery.ApplicationName;
import io.aegis.recovery.EnvironmentName;
import io.aegis.recovery.Estimate;
import io.aegis.recovery.Person.Role;
import io.aegis.recovery.Plan;
import io.aegis.recovery.RecoveryCode;
import io.aegis.recovery.Scenario;
import io.aegis.recovery.StepCatalog;
import io.aegis.repository.Ports;
import io.aegis.repository.SnapshotId;
import io.aegis.repository.testing.TestRepository;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of a plan between the hands of whoever can write where it lies. */
class KeptPlanTest {
  private static final Job JOB = new Job(
      new SnapshotId("20261123T140451Z-7f3a9c12"),
      new Goal(
          Path.of("/srv/pg/shop"),
          Map.of(16400L, Path.of("/srv/pg/side")),
          new Incarnation("0123456789abcdef"),
          Lsn.parse("2/8E90F8"),
          Stop.BEFORE,
          new Timeline(3),
          "postgres",
          List.of(Path.of("/srv/pg/live"))),
      new LogToReplay(
          new Incarnation("root-7"), Lsn.parse("2/28"), Lsn.parse("2/8E90F8"), 9_338_064),
      new Local(Path.of("/usr/lib/pg/bin"), Path.of("/tmp"), "postgres", "shop", 2));
  private static final OldPrimary HERE = new OldPrimary.Here(
      new MachineName("3d1219c7c4c5404a/db-1"), Path.of("/srv/pg/old"), "db-1", 5432);
  private static final OldPrimary ELSEWHERE = new OldPrimary.Elsewhere("db-1", 5432);
  private static final SmokeTest SMOKE =
      new SmokeTest("./smoke.sh", Path.of("/srv/shop"), Duration.ofMinutes(5));
  private static final Estimate MEASURED =
      new Estimate.Measured(Duration.ofMinutes(7), Duration.ofMinutes(5), Duration.ofMinutes(9), 6);

  private static final StepTypes TYPES =
      new StepTypes(TestRepository.inMemory().open(), Ports.system());

  private Plan plan(OldPrimary primary, Optional<SmokeTest> smoke, Estimate estimate) {
    var tests = new Tests(
        List.of(new Invariant("no debts", "shop", "SELECT 0", "0")), Duration.ofMinutes(1), smoke);
    var approval = new Approval(new Role("board"), 2, new Role("operator"));
    var forecast = new Forecast("212 GiB", estimate, new Estimate.NotMeasured());
    var header = new Plan.Header(
        Scenario.DATABASE_LOSS,
        Plan.Purpose.RECOVERY,
        new ApplicationName("shop"),
        new EnvironmentName("prod"),
        new Plan.Objectives(Duration.ofMinutes(15), Duration.ofMinutes(1)),
        new Role("board"),
        Instant.parse("2026-11-23T12:58:00Z"),
        LossSteps.shown(Json.object().with("to", "latest"), JOB));
    return new Plan(
        header, new LossSteps(JOB, primary, tests, approval, forecast).make(TYPES), List.of());
  }

  private void require(String text) {
    new KeptPlan(Plan.parse(text, StepCatalog.of(TYPES.all())), TYPES).require();
  }

  @Test
  void a_plan_is_made_again_from_what_its_own_steps_hold() {
    for (var primary : List.of(HERE, ELSEWHERE)) {
      for (var smoke : List.of(Optional.of(SMOKE), Optional.<SmokeTest>empty())) {
        for (var estimate : List.of(MEASURED, new Estimate.NotMeasured())) {
          var text = plan(primary, smoke, estimate).toJson();
          assertThatCode(() -> require(text.pretty())).doesNotThrowAnyException();
        }
      }
    }
  }

  // Red when: KeptPlan.require compares only the steps that are there, or not what they wait for.
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "promote;approve-promotion, verify, it has 0 steps of kind 'postgres.promote'",
        "approve-promotion, verify, no step 'approve-promotion'",
        "fence-source, preflight, 'restore' stands where 'fence-source' belongs",
        "preflight, \"\", 'fence-source' stands where 'preflight' belongs",
        "verify, replay, it has 0 steps of kind 'postgres.verify'",
        "replay, restore, no step 'replay'",
        "smoke-test, promote, \"\"",
      })
  void a_plan_without_one_of_its_steps_is_refused(String cut, String instead, String why) {
    var json = plan(HERE, Optional.of(SMOKE), MEASURED).toJson();
    var gone = List.of(cut.split(";"));
    var left = json.array("steps").stream()
        .map(Json.Obj.class::cast)
        .filter(step -> !gone.contains(step.text("id")))
        .map(step -> step.with(
            "after",
            Json.texts(step.array("after").stream()
                .map(one -> ((Json.Str) one).value())
                .map(one -> gone.contains(one) ? instead : one)
                .filter(one -> !one.isEmpty())
                .toList())))
        .toList();
    var text = json.with("steps", Json.array(left.stream().map(Json.class::cast).toList()));
    if (why.isEmpty()) {
      // A plan may have no smoke test: what an aegis.yaml asks for is not the plan's to say.
      assertThatCode(() -> require(text.compact())).doesNotThrowAnyException();
      return;
    }
    assertRefused(text.compact(), why);
  }

  static Stream<List<String>> edits() {
    return Stream.of(
        // the order turned round, or an edge cut
        List.of("\"after\":[\"smoke-test\"]", "\"after\":[\"verify\"]", "waits for"),
        List.of("\"after\":[\"approve-promotion\"]", "\"after\":[\"verify\"]", "waits for"),
        List.of("\"after\":[\"verify\"]", "\"after\":[\"preflight\"]", "waits for"),
        List.of("\"after\":[\"fence-source\"]", "\"after\":[\"preflight\"]", "waits for"),
        // a check that is none any more, an action whose failure lets the rest go on
        List.of("\"subject\":\"data\"", "\"subject\":\"service\"", "'preflight' does something"),
        List.of("\"onError\":\"stop\"", "\"onError\":\"go-on\"", ""),
        List.of("\"inDrill\":\"execute\"", "\"inDrill\":\"skip\"", "is run as"),
        List.of("\"breakGlass\":\"allowed\"", "\"breakGlass\":\"forbidden\"", "does something"),
        // one step does something else than the others
        List.of("\"target\":\"/srv/pg/shop\"", "\"target\":\"/srv/pg/mine\"", "'preflight'"),
        List.of("\"account\":\"postgres\"", "\"account\":\"mvic\"", "'preflight' does something"),
        List.of("\"dataDirectory\":\"/srv/pg/old\"", "\"dataDirectory\":\"/srv/mvic\"", "fence"),
        // something else is shown than is done
        List.of("data directory /srv/pg/shop", "data directory /srv/pg/A", "is shown as"),
        List.of("server on /srv/pg/old", "server on /srv/pg/A", "is shown as"),
        List.of("\"detail\":\"/srv/pg/side\"", "\"detail\":\"/srv/pg/A\"", "is shown as"),
        List.of("212 GiB from", "nothing from", "is shown as"),
        // numbers that nothing can have
        List.of("\"bytes\":9338064", "\"bytes\":-1", ""),
        List.of("\"workers\":2", "\"workers\":0", ""),
        List.of("\"into\":\"/srv/pg/shop\"", "\"into\":\"/srv/pg/A\"", "another target"),
        List.of("\"position\":\"2/8E90F8\"", "\"position\":\"2/8E90F9\"", "another target"),
        List.of(
            "\"to\":\"latest\"", "\"to\":\"latest\",\"zz\":\"x\"", "something else of its target"),
        List.of("\"to\":\"latest\"", "\"to\":\"latest\\n\\nPlan: nothing\"", "something else"),
        List.of("restore\",\"name\":\"put", "restore\",\"name\":\"do not put", "is called"),
        List.of("Shall the database at 2/8E90F8", "Shall the database at 2/1", "does something"),
        List.of("\"scenario\":\"database-loss\"", "\"scenario\":\"cluster-loss\"", "scenario"));
  }

  // Red when: KeptPlan.require leaves out what an edit touches: the steps, their payloads, the
  // writes that are shown, or the target.
  @ParameterizedTest
  @MethodSource("edits")
  void a_plan_that_was_changed_in_one_place_is_refused(List<String> edit) {
    var text = plan(HERE, Optional.of(SMOKE), MEASURED).toJson().compact();
    int at = text.indexOf(edit.get(0));
    assertThat(at).as(edit.get(0)).isPositive();
    var changed =
        text.substring(0, at) + edit.get(1) + text.substring(at + edit.get(0).length());
    assertRefused(changed, edit.get(2));
  }

  @Test
  void a_step_that_aegis_does_not_make_is_refused_wherever_it_stands() {
    var json = plan(ELSEWHERE, Optional.empty(), MEASURED).toJson();
    var steps = json.array("steps");
    var open = (Json.Obj) steps.getLast();
    var again = Stream.concat(steps.stream(), Stream.of((Json) open.with("id", "again")));
    assertRefused(json.with("steps", Json.array(again.toList())).compact(), "again");
  }

  private void assertRefused(String text, String why) {
    assertThatThrownBy(() -> require(text)).isInstanceOfSatisfying(Refused.class, refused -> {
      assertThat(refused.code()).isEqualTo(RecoveryCode.PLAN_NOT_READABLE);
      assertThat(refused.report().why()).contains(why);
    });
  }
}
