package io.aegis.recovery.execution;

import static io.aegis.recovery.execution.Site.ALICE;
import static io.aegis.recovery.execution.Site.BOB;
import static io.aegis.recovery.execution.Site.CAROL;
import static io.aegis.recovery.execution.Site.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure.Refused;
import io.aegis.recovery.ExecutionId;
import io.aegis.recovery.ExecutionState;
import io.aegis.recovery.Executions.Request;
import io.aegis.recovery.Executions.Request.Then;
import io.aegis.recovery.Executions.Request.When;
import io.aegis.recovery.Person;
import io.aegis.recovery.Person.Role;
import io.aegis.recovery.RecoveryCode;
import io.aegis.recovery.Step;
import io.aegis.recovery.Step.Work.Approval.BreakGlass;
import io.aegis.recovery.Step.Work.Check.Subject;
import io.aegis.recovery.StepId;
import io.aegis.recovery.StepResult;
import io.aegis.recovery.StepState;
import io.aegis.recovery.Watcher;
import io.aegis.recovery.journal.Event;
import io.aegis.recovery.journal.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Set;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** What people may and may not decide, and what becomes of it. */
abstract class DecisionScenarios extends Scenarios {
  private static final StepId OK = new StepId("ok");
  private static final StepId A = new StepId("a");

  private static Step approval(int needed, BreakGlass glass, String... after) {
    return World.draft("ok", after).approval("Promote?", new Role("approver"), needed, glass);
  }

  private static Step approval(String... after) {
    return approval(1, BreakGlass.ALLOWED, after);
  }

  private ExecutionId waitingForApproval(int needed) {
    var id = site.start(
        world.action("a"), approval(needed, BreakGlass.ALLOWED, "a"), world.action("b", "ok"));
    assertThat(site.run(id).state()).isEqualTo(ExecutionState.PENDING_APPROVAL);
    return id;
  }

  @Test
  void an_approval_waits_across_processes_and_another_process_decides() {
    var id = waitingForApproval(1);
    assertThat(world.log()).containsExactly("run a");

    site.ask(id, BOB, new Request.Approve(OK, "looks right"));
    var end = site.run(id);

    assertThat(end.state()).isEqualTo(ExecutionState.COMPLETED);
    assertThat(end.step(OK).detail()).isEqualTo("approved by os:bob@db-2");
  }

  // Red when: Desk.answer takes requests in the order of their numbers alone.
  @Test
  void a_no_that_comes_before_anybody_acts_on_a_yes_wins() {
    var id = waitingForApproval(1);
    site.ask(id, BOB, new Request.Approve(OK, ""));
    site.ask(id, CAROL, new Request.Decline(OK, "wait for the audit"));

    assertThat(site.run(id).state()).isNotEqualTo(ExecutionState.COMPLETED);
    assertThat(world.log()).doesNotContain("run b");
  }

  // Red when: Permission.exception lets every action be passed over.
  @Test
  void what_people_were_asked_about_is_not_passed_over() {
    world.script("b", _ -> {
      throw refusal("somebody listens there");
    });
    var id = waitingForApproval(1);
    site.ask(id, BOB, new Request.Approve(OK, ""));
    site.run(id);

    var ignore = new Request.Ignore(new StepId("b"), "later");
    assertRefused(id, BOB, ignore, RecoveryCode.NOT_PERMITTED);
    assertRefused(id, ALICE, ignore, RecoveryCode.NOT_PERMITTED);
  }

  @Test
  void an_approval_never_lapses_into_yes() {
    var id = waitingForApproval(1);
    site.time.pass(Duration.ofDays(30));

    assertThat(site.run(id).state()).isEqualTo(ExecutionState.PENDING_APPROVAL);
    assertThat(world.log()).doesNotContain("run b");
  }

  @Test
  void the_initiator_never_counts_as_an_approver_whatever_roles_they_have() {
    // Red when: Permission.approving forgets to compare with the initiator.
    var id = waitingForApproval(1);
    var alice = new Person(ALICE.account(), Set.of(new Role("approver")));

    assertRefused(id, alice, new Request.Approve(OK, "me too"), RecoveryCode.NOT_PERMITTED);
  }

  @Test
  void two_approvals_are_needed_from_two_different_people() {
    var id = waitingForApproval(2);
    site.ask(id, BOB, new Request.Approve(OK, ""));
    assertThat(site.run(id).state()).isEqualTo(ExecutionState.PENDING_APPROVAL);

    assertRefused(id, BOB, new Request.Approve(OK, "again"), RecoveryCode.NOT_PERMITTED);
    site.ask(id, CAROL, new Request.Approve(OK, ""));

    assertThat(site.run(id).state()).isEqualTo(ExecutionState.COMPLETED);
  }

  @Test
  void one_person_who_asks_twice_at_once_still_counts_once() {
    var id = waitingForApproval(2);
    site.ask(id, BOB, new Request.Approve(OK, ""));
    site.ask(id, BOB, new Request.Approve(OK, ""));

    assertThat(site.run(id).state()).isEqualTo(ExecutionState.PENDING_APPROVAL);
  }

  @Test
  void somebody_without_the_role_can_neither_approve_nor_decline() {
    var id = waitingForApproval(1);
    var stranger = new Person("os:eve@db-9", Set.of());

    assertRefused(id, stranger, new Request.Approve(OK, ""), RecoveryCode.NOT_PERMITTED);
    assertRefused(id, stranger, new Request.Decline(OK, "no"), RecoveryCode.NOT_PERMITTED);
  }

  @Test
  void a_request_that_was_slipped_into_the_repository_is_judged_by_the_leader_too() {
    var id = waitingForApproval(1);
    new Inbox(site.records, id).put(ALICE, new Request.Approve(OK, ""), site.time.now());

    var now = site.run(id);

    assertThat(now.state()).isEqualTo(ExecutionState.PENDING_APPROVAL);
    assertThat(world.log()).doesNotContain("run b");
  }

  // Red when: a damaged request is noted at each look, or keeps the one behind it from being heard.
  @Test
  void a_request_that_cannot_be_read_is_told_once_in_each_lead_and_can_be_asked_again() {
    var id = waitingForApproval(2);
    site.ask(id, BOB, new Request.Approve(OK, "looks right"));
    site.records.spoil(Names.request(id, 1));
    site.ask(id, CAROL, new Request.Approve(OK, "looks right to me"));
    var told = new ArrayList<String>();

    var waiting = watched(id, new Watcher() {
      @Override
      public void passedBy(String request) {
        told.add(request);
      }
    });
    site.ask(id, BOB, new Request.Approve(OK, "as I said"));
    var end = site.run(id);

    assertThat(told).containsExactly("executions/" + id + "/requests/00000001");
    assertThat(waiting.state()).isEqualTo(ExecutionState.PENDING_APPROVAL);
    assertThat(end.state()).isEqualTo(ExecutionState.COMPLETED);
    assertThat(site.history(id).entries())
        .filteredOn(entry -> entry.event() instanceof Event.Noted(var text)
            && text.contains("cannot be read")
            && text.contains("requests/00000001"))
        .hasSize(2);
  }

  @Test
  void declining_pauses_with_the_reason_and_resuming_asks_again() {
    var id = waitingForApproval(1);
    site.ask(id, BOB, new Request.Decline(OK, "the row counts are odd"));

    var paused = site.run(id);

    assertThat(paused.state()).isEqualTo(ExecutionState.PAUSED_BY_FAILED_STEP);
    assertThat(paused.step(OK).problems().getLast().why()).isEqualTo("the row counts are odd");
    assertThat(site.run(id).state()).isEqualTo(ExecutionState.PENDING_APPROVAL);
  }

  @Test
  void breaking_the_glass_needs_a_reason_and_is_an_exception_of_the_execution() {
    // Red when: StepPicture.isException looks at the state alone.
    var id = waitingForApproval(1);
    assertRefused(id, ALICE, new Request.BreakGlass(OK, " "), RecoveryCode.NOT_PERMITTED);

    site.ask(id, ALICE, new Request.BreakGlass(OK, "everybody is asleep"));
    var end = site.run(id);

    assertThat(end.state()).isEqualTo(ExecutionState.COMPLETED_WITH_EXCEPTIONS);
    assertThat(end.exceptions()).anyMatch(line -> line.contains("everybody is asleep"));
  }

  @Test
  void the_glass_cannot_be_broken_where_the_plan_forbids_it() {
    var id = site.start(approval(1, BreakGlass.FORBIDDEN));
    site.run(id);

    assertRefused(id, ALICE, new Request.BreakGlass(OK, "please"), RecoveryCode.NOT_PERMITTED);
  }

  @Test
  void an_approval_is_neither_skipped_nor_ignored() {
    // Red when: Permission.exception forgets that an approval is not an ordinary step.
    var id = site.start(world.action("a"), approval("a"));
    assertRefused(id, BOB, new Request.Skip(OK, "no time"), RecoveryCode.NOT_PERMITTED);
  }

  @Test
  void a_policy_that_asks_for_no_approval_shows_the_step_as_disabled() {
    var id = site.start(
        world.action("a"), approval(0, BreakGlass.ALLOWED, "a"), world.action("b", "ok"));

    var end = site.run(id);

    assertThat(end.state()).isEqualTo(ExecutionState.COMPLETED);
    assertThat(end.step(OK).state()).isEqualTo(StepState.DISABLED);
    assertThat(end.step(OK).detail()).contains("policy of 'prod'");
  }

  @Test
  void a_manual_step_waits_until_its_owner_says_that_it_is_done() {
    var id = site.start(World.draft("a").owner(new Role("approver")).manual("Move the DNS name."));
    assertThat(site.run(id).state()).isEqualTo(ExecutionState.PENDING_APPROVAL);

    assertRefused(id, ALICE, new Request.Confirm(A, ""), RecoveryCode.NOT_PERMITTED);
    site.ask(id, CAROL, new Request.Confirm(A, "ttl was 60"));

    assertThat(site.run(id).step(A).detail()).contains("ttl was 60");
  }

  @Test
  void a_manual_step_can_be_declined_or_skipped() {
    var id = site.start(World.draft("a").owner(new Role("approver")).manual("Move the DNS name."));
    site.run(id);
    site.ask(id, CAROL, new Request.Decline(A, "the provider is down"));
    assertThat(site.run(id).state()).isEqualTo(ExecutionState.PAUSED_BY_FAILED_STEP);
    assertThat(site.run(id).step(A).state()).isEqualTo(StepState.PENDING_MANUAL);

    site.ask(id, ALICE, new Request.Skip(A, "we use the address"));

    assertThat(site.run(id).state()).isEqualTo(ExecutionState.COMPLETED_WITH_EXCEPTIONS);
  }

  @Test
  void skipping_needs_the_role_and_a_comment_and_can_never_be_plainly_completed() {
    // Red when: StepState.isException forgets SKIPPED.
    var id = site.start(world.action("a"), world.action("b", "a"));
    var skip = new Request.Skip(A, "the cache is not needed");
    assertRefused(id, CAROL, skip, RecoveryCode.NOT_PERMITTED);
    assertRefused(id, ALICE, new Request.Skip(A, ""), RecoveryCode.NOT_PERMITTED);

    site.ask(id, ALICE, skip);
    var end = site.run(id);

    assertThat(end.state()).isEqualTo(ExecutionState.COMPLETED_WITH_EXCEPTIONS);
    assertThat(world.log()).containsExactly("run b");
  }

  @Test
  void a_failure_is_ignored_by_decision_with_a_comment() {
    world.script("a", _ -> {
      throw refusal("no statistics");
    });
    var id = site.start(world.action("a"), world.action("b", "a"));
    site.run(id);
    assertRefused(id, ALICE, new Request.Ignore(A, ""), RecoveryCode.NOT_PERMITTED);

    site.ask(id, ALICE, new Request.Ignore(A, "statistics can wait"));
    var end = site.run(id);

    assertThat(end.state()).isEqualTo(ExecutionState.COMPLETED_WITH_EXCEPTIONS);
    assertThat(end.step(A).state()).isEqualTo(StepState.FAILED_IGNORED);
  }

  @Test
  void a_failed_check_of_data_is_never_ignored_nor_skipped_by_the_initiator() {
    // Red when: Permission.exception forgets the subject of the check.
    world.script("a", _ -> {
      throw refusal("412 orders are missing");
    });
    var id = site.start(world.check("a", Subject.DATA), world.action("b", "a"));
    assertRefused(id, ALICE, new Request.Skip(A, "trust me"), RecoveryCode.NOT_PERMITTED);
    site.run(id);

    assertRefused(id, ALICE, new Request.Ignore(A, "trust me"), RecoveryCode.NOT_PERMITTED);
    site.ask(id, BOB, new Request.Ignore(A, "they were test orders"));

    assertThat(site.run(id).state()).isEqualTo(ExecutionState.COMPLETED_WITH_EXCEPTIONS);
  }

  @Test
  void what_is_not_waiting_cannot_be_decided() {
    var id = site.start(world.action("a"));

    assertRefused(id, BOB, new Request.Approve(A, ""), RecoveryCode.NOT_NOW);
    assertRefused(id, ALICE, new Request.Ignore(A, "x"), RecoveryCode.NOT_NOW);
    assertRefused(id, ALICE, new Request.Skip(new StepId("ghost"), "x"), RecoveryCode.NOT_NOW);
  }

  @Test
  void a_timeout_is_ignored_by_decision_with_a_comment() {
    world.script("a", context -> {
      site.time.pass(Duration.ofHours(13));
      context.checkpoint();
      return StepResult.of("");
    });
    var id = site.start(world.action("a"));
    site.run(id);
    site.ask(id, ALICE, new Request.Ignore(A, "the index can be built later"));

    assertThat(site.run(id).step(A).state()).isEqualTo(StepState.TIMED_OUT_IGNORED);
  }

  @Test
  void nothing_can_be_asked_of_what_has_ended() {
    var id = site.start(world.action("a"));
    site.run(id);

    assertRefused(
        id, ALICE, new Request.Stop(When.NOW, Then.CANCEL, "late"), RecoveryCode.EXECUTION_ENDED);
    assertThatThrownBy(() -> site.run(id)).isInstanceOf(Refused.class);
    assertThat(site.records.find(Names.evidence(id))).isPresent();
  }

  private void assertRefused(ExecutionId id, Person person, Request request, RecoveryCode code) {
    assertThatThrownBy(() -> site.ask(id, person, request))
        .asInstanceOf(InstanceOfAssertFactories.type(Refused.class))
        .satisfies(refused -> {
          assertThat(refused.code()).isEqualTo(code);
          assertThat(refused.report().next()).isNotEmpty();
        });
  }
}
