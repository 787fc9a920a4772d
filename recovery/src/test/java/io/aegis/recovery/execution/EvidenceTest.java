package io.aegis.recovery.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Json;
import io.aegis.recovery.Evidence;
import io.aegis.recovery.ExecutionId;
import io.aegis.recovery.Executions.Request;
import io.aegis.recovery.Executions.Request.Then;
import io.aegis.recovery.Executions.Request.When;
import io.aegis.recovery.Person.Role;
import io.aegis.recovery.Step.Work.Approval.BreakGlass;
import io.aegis.recovery.Step.Work.Check.Subject;
import io.aegis.recovery.StepId;
import io.aegis.recovery.StepResult;
import io.aegis.storage.ObjectKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class EvidenceTest {
  private final Site site = new Site();
  private final World world = site.world;

  private Evidence recovered() {
    world.script("data", _ -> {
      site.time.pass(Duration.ofMinutes(7));
      return StepResult.of("212 GiB")
          .with(Json.object().with("rpoActualMillis", 800).with("recoveryPoint", "2/8E90F8"));
    });
    var id = site.start(
        world.action("data"),
        world.check("counts", Subject.DATA, "data"),
        World.draft("ok", "counts")
            .approval("Promote?", new Role("approver"), 1, BreakGlass.ALLOWED),
        world.check("smoke", Subject.SERVICE, "ok"));
    site.run(id);
    site.ask(id, Site.BOB, new Request.Approve(new StepId("ok"), "counts are right"));
    site.run(id);
    return evidence(id);
  }

  private Evidence evidence(ExecutionId id) {
    return site.process().evidence(id);
  }

  @Test
  void a_bundle_tells_objective_and_actual_apart_and_who_decided_what() {
    var bundle = recovered().document();

    var objectives = bundle.object("objectives");
    assertThat(objectives.number("rtoObjectiveMillis")).isEqualTo(900_000);
    assertThat(objectives.number("rtoActualMillis")).isBetween(420_000L, 430_000L);
    assertThat(objectives.bool("rtoMet")).isTrue();
    assertThat(objectives.number("rpoActualMillis")).isEqualTo(800);
    assertThat(objectives.text("recoveryPoint")).isEqualTo("2/8E90F8");
    assertThat(bundle.object("people").compact())
        .contains("os:alice@db-1", "os:bob@db-2", "counts are right");
    assertThat(bundle.object("proof").array("data")).hasSize(1);
  }

  @Test
  void a_bundle_is_read_back_and_verified_without_the_repository() {
    var text = recovered().document().pretty();

    assertThat(Evidence.parse(text).verify()).isEmpty();
  }

  @Test
  void any_figure_that_was_changed_is_found() {
    // Red when: BundleCheck.compare skips a member.
    var whole = recovered().document();
    for (String member : whole.members().keySet()) {
      var altered = new Evidence(whole.with(member, new Json.Str("nothing to see here")));
      assertThat(altered.verify()).as(member).isNotEmpty();
    }
    assertThat(new Evidence(whole.with("seal", "of approval")).verify())
        .containsExactly("'seal' does not belong into a bundle");
  }

  @Test
  void a_bundle_that_an_earlier_build_sealed_as_version_1_is_verified() throws IOException {
    // Red when: BundleCheck draws every bundle as version 2.
    var sealed = released();

    assertThat(sealed.document().number("aegisEvidence")).isEqualTo(1);
    assertThat(sealed.verify()).isEmpty();
    for (String member : sealed.document().members().keySet()) {
      var altered = sealed.document().with(member, new Json.Str("nothing to see here"));
      assertThat(new Evidence(altered).verify()).as(member).isNotEmpty();
    }
  }

  @Test
  void a_bundle_of_version_1_is_also_verified_with_the_members_that_it_grew() throws IOException {
    var now = recovered().document();
    assertThat(now.number("aegisEvidence")).isEqualTo(2);

    assertThat(new Evidence(now.with("aegisEvidence", 1)).verify()).isEmpty();
    assertThat(new Evidence(released().document().with("aegisEvidence", 2)).verify())
        .contains("'warnings' is not what the journal says");
  }

  /** Sealed by a build of 2026-11-25 that had no warnings yet: two steps of it warn. */
  private static Evidence released() throws IOException {
    try (var page = EvidenceTest.class.getResourceAsStream("/released/evidence-1.json")) {
      return Evidence.parse(
          new String(Objects.requireNonNull(page).readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void an_entry_that_was_changed_removed_or_moved_is_found() {
    var whole = recovered().document();
    var entries = whole.object("integrity").array("entries");
    var removed = new ArrayList<>(entries);
    removed.remove(3);
    var moved = new ArrayList<>(entries);
    Collections.swap(moved, 3, 4);
    var changed = new ArrayList<>(entries);
    changed.set(3, Json.parse(entries.get(3).compact().replace("2026-11", "2026-10")));
    var cut = new ArrayList<>(entries.subList(0, entries.size() - 1));

    for (var tampered : java.util.List.of(removed, moved, changed, cut)) {
      var integrity = whole.object("integrity").with("entries", Json.array(tampered));
      assertThat(new Evidence(whole.with("integrity", integrity)).verify()).isNotEmpty();
    }
  }

  @Test
  void what_was_not_measured_is_said_and_shown_as_null() {
    var id = site.start(world.action("a"));
    site.run(id);

    var bundle = evidence(id).document();

    assertThat(bundle.object("objectives").find("rpoActualMillis")).isEqualTo(new Json.Null());
    assertThat(Json.array(bundle.array("notMeasured")).compact())
        .contains("what was lost", "the data: the plan has no check of it");
  }

  @Test
  void before_its_end_an_execution_has_no_recovery_time() {
    var id = site.start(world.action("a"));

    var bundle = evidence(id);

    assertThat(bundle.document().object("objectives").find("rtoActualMillis"))
        .isEqualTo(new Json.Null());
    assertThat(bundle.verify()).isEmpty();
  }

  @Test
  void what_an_execution_proved_of_a_point_is_told_by_its_best_grade_and_the_newest() {
    // Red when: ProvenPoints takes the first name of a point instead of the last.
    var first = proving("restored");
    var second = proving("verified");
    site.time.pass(Duration.ofDays(3));
    var third = proving("verified");
    proving("restored");

    var proven = Evidence.provenIn(site.records);

    assertThat(proven).hasSize(1);
    assertThat(proven.getFirst().point()).isEqualTo("snap-1");
    assertThat(proven.getFirst().grade()).isEqualTo(Evidence.Grade.VERIFIED);
    assertThat(proven.getFirst().execution()).isEqualTo(third).isNotIn(first, second);
    assertThat(proven.getFirst().took()).isPresent();
  }

  @Test
  void a_step_that_failed_proves_nothing_and_neither_does_a_record_that_is_not_authentic() {
    // Red when: ProvenPoints believes the name of a record.
    world.script("data", _ -> {
      throw Site.refusal("no room");
    });
    var failed = site.start(world.action("data"));
    site.run(failed);
    site.ask(failed, Site.ALICE, new Request.Stop(When.NOW, Then.CANCEL, "no room"));
    site.records.replace(new ObjectKey("proven/snap-1/verified-9999999999999-rec-00000000"), "{}");

    assertThat(Evidence.provenIn(site.records)).isEmpty();
    var restored = proving("restored");
    assertThat(Evidence.provenIn(site.records))
        .singleElement()
        .satisfies(one -> assertThat(one.execution()).isEqualTo(restored));
  }

  private ExecutionId proving(String grade) {
    world.script(
        "data",
        _ -> StepResult.of("done")
            .with(Json.object().with("provenPoint", "snap-1").with("provenGrade", grade)));
    var id = site.start(world.action("data"));
    site.run(id);
    return id;
  }
}
