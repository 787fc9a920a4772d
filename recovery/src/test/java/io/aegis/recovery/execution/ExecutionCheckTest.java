package io.aegis.recovery.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure;
import io.aegis.recovery.Estimate;
import io.aegis.recovery.Execution;
import io.aegis.recovery.ExecutionId;
import io.aegis.recovery.Executions;
import io.aegis.recovery.Executions.Request;
import io.aegis.recovery.Executions.Request.Then;
import io.aegis.recovery.Executions.Request.When;
import io.aegis.recovery.Person.Role;
import io.aegis.recovery.Step.Work.Approval.BreakGlass;
import io.aegis.recovery.StepId;
import io.aegis.recovery.StepResult;
import io.aegis.recovery.estimate.MeasuredRates;
import io.aegis.recovery.journal.Names;
import io.aegis.repository.Finding;
import io.aegis.repository.Finding.Severity;
import io.aegis.storage.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class ExecutionCheckTest {
  private final Site site = new Site();
  private int executions;

  /** One that did work of its own: the world takes no step twice. */
  private ExecutionId ended() {
    var id = site.start(site.world.action("data-" + ++executions));
    site.run(id);
    return id;
  }

  private Finding only() {
    var findings = site.process().check();
    assertThat(findings).hasSize(1);
    return findings.getFirst();
  }

  @Test
  void executions_that_ended_or_stand_still_are_nothing_to_find() {
    ended();
    site.start(site.world.action("more"));

    assertThat(site.process().check()).isEmpty();
  }

  // Red when: JournalledExecutions.listAfter reads the journals of those before it: this one is
  // gone.
  @Test
  void what_came_after_an_execution_is_listed_without_what_came_before() {
    var first = ended();
    var second = ended();
    var third = site.start(site.world.action("more"));
    site.records.lose(Names.declaration(first));

    var after = site.process().listAfter(site.process().show(second));

    assertThat(after.executions()).extracting(Execution::id).containsExactly(third);
    assertThat(after.unreadable()).isEmpty();
    var application = site.process().show(third).plan().header().application();
    assertThat(Executions.unended(site.records, site.register, application)).containsExactly(third);
  }

  // Red when: the newest entry is not compared with what the register says of it.
  @Test
  void a_journal_without_any_one_of_its_entries_is_found_the_last_one_included() {
    var id = ended();
    var entries = new ArrayList<ObjectKey>();
    site.records.list("executions/" + id + "/journal/", stat -> entries.add(stat.key()));
    for (var entry : entries) {
      String content = site.records.text(entry);
      site.records.lose(entry);

      assertThat(site.process().check())
          .as("without %s", entry)
          .singleElement()
          .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.AT_RISK));
      site.records.replace(entry, content);
    }
  }

  // Red when: claims are not compared with what the register says was started.
  @Test
  void an_execution_without_its_claim_is_found() {
    ended();
    site.records.list("claims/", stat -> site.records.lose(stat.key()));

    assertThat(only().what()).contains("no claim");
  }

  // Red when: requests are not looked at, or one of an execution that ended keeps its severity.
  @Test
  void a_request_that_cannot_be_read_is_found_and_harms_nothing_once_the_execution_has_ended() {
    var id = site.start(
        World.draft("ok").approval("Go on?", new Role("approver"), 1, BreakGlass.FORBIDDEN));
    site.run(id);
    site.ask(id, Site.BOB, new Request.Approve(new StepId("ok"), "looks right"));
    site.records.spoil(Names.request(id, 1));

    assertThat(only().severity()).isEqualTo(Severity.AT_RISK);
    assertThat(only().subject()).isEqualTo(Names.request(id, 1).name());
    site.ask(id, Site.ALICE, new Request.Stop(When.NOW, Then.CANCEL, "the disk is back"));
    assertThat(only().severity()).isEqualTo(Severity.HARMLESS);
  }

  @Test
  void lost_evidence_is_written_again_by_a_resume() {
    var id = ended();
    site.records.lose(Names.evidence(id));

    assertThat(only().severity()).isEqualTo(Severity.HARMLESS);
    site.run(id);
    assertThat(site.process().check()).isEmpty();
  }

  // Red when: requireFree() asks the journal of an execution that the register knows to have ended.
  @Test
  void damage_to_an_execution_that_ended_does_not_keep_anybody_from_the_next_one() {
    var id = ended();
    var objects = new ArrayList<ObjectKey>();
    site.records.list("executions/" + id, stat -> objects.add(stat.key()));
    site.records.list("claims/", stat -> objects.add(stat.key()));
    for (var object : objects) {
      String content = site.records.text(object);
      site.records.replace(object, "{}");
      assertThat(ended()).as("with %s damaged", object).isNotEqualTo(id);
      site.records.lose(object);
      assertThat(ended()).as("without %s", object).isNotEqualTo(id);
      site.records.replace(object, content);
    }
  }

  // Red when: Closing reads the register as a whole, or not at all.
  @Test
  void a_damaged_register_keeps_nobody_from_the_next_recovery() {
    var id = ended();
    site.register.spoilLast();
    assertThat(ended()).isNotEqualTo(id);
    site.register.spoilLast();
    site.register.spoilLast();
    assertThat(ended()).isNotEqualTo(id);
  }

  // Red when: what a broken register does not say is taken for not having been: haveAllEnded().
  @Test
  void an_application_is_not_free_because_the_entry_of_its_start_cannot_be_read() {
    site.start(site.world.action("a"));
    site.register.spoilLast();
    site.records.list("claims/", stat -> site.records.replace(stat.key(), "{}"));

    assertThatThrownBy(() -> site.start(site.world.action("b")))
        .isInstanceOf(Failure.Damaged.class);
    assertThat(site.register.reading().entries()).isEmpty();
  }

  // Red when: MeasuredRates lets damage through, as it did; then no recovery could be planned.
  @Test
  void a_damaged_measurement_is_left_out_of_the_estimate() {
    var rates = new MeasuredRates(site.records);
    var measured = new StepResult.Measurement("bytes", 100, Duration.ofSeconds(1));
    for (int second = 1; second <= 2; second++) {
      var source = new MeasuredRates.Source(
          "copy",
          new ExecutionId("rec-0000000" + second),
          new StepId("data"),
          Instant.ofEpochSecond(second));
      rates.note(source, measured);
    }
    var damaged = new ArrayList<ObjectKey>();
    site.records.list("rates/", stat -> damaged.add(stat.key()));
    site.records.spoil(damaged.getFirst());

    assertThat(rates.forecast("copy", "bytes", 200))
        .isEqualTo(new Estimate.Measured(
            Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(2), 1));
  }
}
