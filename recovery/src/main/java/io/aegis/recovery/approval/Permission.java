package io.aegis.recovery.approval;

import io.aegis.kernel.Report;
import io.aegis.recovery.Execution;
import io.aegis.recovery.Execution.StepStatus;
import io.aegis.recovery.Executions.Request;
import io.aegis.recovery.Person;
import io.aegis.recovery.Person.Role;
import io.aegis.recovery.RecoveryCode;
import io.aegis.recovery.Step;
import io.aegis.recovery.Step.Work;
import io.aegis.recovery.StepId;
import io.aegis.recovery.StepState;
import java.util.Optional;
import java.util.Set;

/**
 * The rules, in one place:
 *
 * <ul>
 *   <li>P1 an approval comes from somebody with its role, never from the initiator, and counts once
 *   <li>P2 an approval is never skipped and never ignored; where the plan allows it, the glass can
 *       be broken, with a reason; of work by hand there is no glass to break
 *   <li>P3 skipping and ignoring need the role that the plan names, and a comment
 *   <li>P4 a check of data is never skipped and never ignored by the initiator
 *   <li>P5 a manual step is confirmed by somebody with its owner's role
 *   <li>P6 anybody who can open the repository may stop an execution
 * </ul>
 */
public record Permission(Execution now, Person person) {

  /** Why this person may not ask for this now; empty if it is allowed. */
  public Optional<Report> refusal(Request request) {
    if (now.state().isFinal()) {
      return Optional.of(Report.of(RecoveryCode.EXECUTION_ENDED, now.id() + " has ended")
          .next("aegis execution show " + now.id()));
    }
    return switch (request) {
      case Request.Approve(var step, var _) -> approving(step);
      case Request.Decline(var step, var reason) -> declining(step, reason);
      case Request.BreakGlass(var step, var reason) -> breaking(step, reason);
      case Request.Confirm(var step, var _) ->
        inState(step, Set.of(StepState.PENDING_MANUAL), "confirmed")
            .or(() -> role(step, step(step).care().owner()));
      case Request.Skip(var step, var comment) ->
        inState(
                step,
                Set.of(StepState.NOT_STARTED, StepState.READY, StepState.PENDING_MANUAL),
                "skipped")
            .or(() -> exception(step, comment));
      case Request.Ignore(var step, var comment) ->
        inState(step, Set.of(StepState.FAILED, StepState.TIMED_OUT), "ignored")
            .or(() -> exception(step, comment));
      case Request.Stop _ -> Optional.empty();
    };
  }

  private Optional<Report> approving(StepId id) {
    return inState(id, Set.of(StepState.PENDING_APPROVAL), "approved")
        .or(() -> role(id, approverOf(id)))
        .or(() -> {
          if (person.is(now.initiator())) {
            return notPermitted(
                id,
                "approve",
                person + " started this execution",
                "let somebody else with the role '" + approverOf(id) + "' approve",
                "if nobody can be reached, and the plan allows it: aegis approve " + now.id()
                    + " --break-glass <reason>");
          }
          if (status(id).approvals().stream().anyMatch(person::is)) {
            return notPermitted(
                id, "approve", person + " has approved already", "let somebody else approve");
          }
          return Optional.empty();
        });
  }

  private Optional<Report> declining(StepId id, String reason) {
    return inState(id, Set.of(StepState.PENDING_APPROVAL, StepState.PENDING_MANUAL), "declined")
        .or(() -> role(
            id,
            step(id).work() instanceof Work.Approval
                ? approverOf(id)
                : step(id).care().owner()))
        .or(() -> comment(id, reason));
  }

  private Optional<Report> breaking(StepId id, String reason) {
    var waiting = Set.of(StepState.PENDING_APPROVAL, StepState.PENDING_MANUAL);
    return inState(id, waiting, "forced").or(() -> {
      if (step(id).work() instanceof Work.Manual) {
        return notPermitted(
            id,
            "force",
            "it is work by hand: no reason given does it",
            "do it, then: aegis approve " + now.id() + " --step " + id,
            "aegis approve " + now.id() + " --step " + id + " --decline \"<reason>\"");
      }
      if (step(id).work() instanceof Work.Approval approval
          && approval.breakGlass() == Work.Approval.BreakGlass.FORBIDDEN) {
        return notPermitted(
            id,
            "force",
            "the plan forbids it in this environment",
            "let somebody with the role '" + approval.role() + "' approve");
      }
      return comment(id, reason);
    });
  }

  private Optional<Report> exception(StepId id, String comment) {
    var work = step(id).work();
    if (work instanceof Work.Approval) {
      return notPermitted(
          id,
          "pass over",
          "it is an approval",
          "aegis approve " + now.id() + " --step " + id,
          "aegis approve " + now.id() + " --step " + id + " --break-glass \"<reason>\"");
    }
    if (work instanceof Work.Action && !now.plan().approvalsBefore(id).isEmpty()) {
      return notPermitted(
          id,
          "pass over",
          "people are asked before it: they agree that it is done, not that it is left out",
          "remove the cause, then: aegis resume " + now.id(),
          "give it up: aegis execution cancel " + now.id() + " --reason \"<reason>\"");
    }
    if (work instanceof Work.Check(var _, var subject)
        && subject == Work.Check.Subject.DATA
        && person.is(now.initiator())) {
      return notPermitted(
          id,
          "pass over",
          "it checks the data, and " + person + " started this execution",
          "find out why it fails: aegis execution show " + now.id(),
          "let somebody else with the role '" + exceptionsRole() + "' decide");
    }
    return role(id, exceptionsRole()).or(() -> comment(id, comment));
  }

  private Optional<Report> role(StepId id, Role role) {
    return person.has(role)
        ? Optional.empty()
        : notPermitted(
            id,
            "decide on",
            person + " does not have the role '" + role + "'",
            "let somebody with the role '" + role + "' decide");
  }

  private Optional<Report> comment(StepId id, String comment) {
    return comment.isBlank()
        ? notPermitted(id, "decide on", "no reason was given", "give the reason: it is evidence")
        : Optional.empty();
  }

  private Optional<Report> inState(StepId id, Set<StepState> states, String verb) {
    if (now.steps().stream().noneMatch(status -> status.id().equals(id))) {
      return Optional.of(Report.of(RecoveryCode.NOT_NOW, now.id() + " has no step '" + id + "'")
          .next("aegis execution show " + now.id()));
    }
    var state = status(id).state();
    return states.contains(state)
        ? Optional.empty()
        : Optional.of(Report.of(
                RecoveryCode.NOT_NOW,
                "step '%s' of %s cannot be %s now".formatted(id, now.id(), verb))
            .why("it is " + state)
            .next("aegis execution show " + now.id()));
  }

  private Optional<Report> notPermitted(
      StepId id, String verb, String why, String next, String... more) {
    return Optional.of(Report.of(
            RecoveryCode.NOT_PERMITTED,
            "%s may not %s step '%s' of %s".formatted(person, verb, id, now.id()))
        .why(why)
        .next(next, more));
  }

  private Role approverOf(StepId id) {
    if (step(id).work() instanceof Work.Approval approval) {
      return approval.role();
    }
    throw new IllegalStateException("step " + id + " is no approval");
  }

  private Role exceptionsRole() {
    return now.plan().header().exceptions();
  }

  private Step step(StepId id) {
    return now.plan().step(id);
  }

  private StepStatus status(StepId id) {
    return now.step(id);
  }
}
