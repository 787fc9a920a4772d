package io.aegis.recovery.state;

import io.aegis.recovery.Execution.Problem;
import io.aegis.recovery.Executions.Request;
import io.aegis.recovery.Person;
import io.aegis.recovery.RecoveryCode;
import io.aegis.recovery.Step.Work;
import io.aegis.recovery.StepState;
import io.aegis.recovery.journal.Event.Outcome;
import io.aegis.recovery.journal.Event.StepMoved;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an accepted request does to its step. Part of reading the entry that accepts it, so that no
 * crash can come between a decision and its effect.
 */
final class Effect {
  private Effect() {}

  static Optional<StepMoved> of(StepPicture step, Person person, Request request) {
    return switch (request) {
      case Request.Approve _ -> approve(step, person);
      case Request.Decline(var _, var reason) -> decline(step, person, reason);
      case Request.BreakGlass(var _, var reason) ->
        moved(step, StepState.SUCCEEDED_WITH_WARNING, "forced by " + said(person, reason));
      case Request.Confirm(var _, var comment) ->
        moved(step, StepState.SUCCEEDED, "done by hand, says " + said(person, comment));
      case Request.Skip(var _, var comment) ->
        moved(step, StepState.SKIPPED, said(person, comment));
      case Request.Ignore(var _, var comment) ->
        moved(
            step,
            step.state() == StepState.TIMED_OUT
                ? StepState.TIMED_OUT_IGNORED
                : StepState.FAILED_IGNORED,
            said(person, comment));
      case Request.Stop _ -> Optional.empty();
    };
  }

  private static Optional<StepMoved> approve(StepPicture step, Person person) {
    if (!(step.step().work() instanceof Work.Approval approval)
        || step.approvals().size() + 1 < approval.needed()) {
      return Optional.empty();
    }
    String all = Stream.concat(step.approvals().stream(), Stream.of(person))
        .map(Person::account)
        .collect(Collectors.joining(", "));
    return moved(step, StepState.SUCCEEDED, "approved by " + all);
  }

  private static Optional<StepMoved> decline(StepPicture step, Person person, String reason) {
    var problem = new Problem(
        RecoveryCode.DECLINED.id(),
        "step '" + step.id() + "' was declined by " + person,
        reason,
        "nothing that depends on it has begun",
        List.of("solve the reason and resume: people are asked again", "or cancel the execution"),
        List.of());
    return Optional.of(new StepMoved(
        step.id(),
        step.state(),
        StepState.FAILED,
        step.attempt(),
        "declined by " + said(person, reason),
        new Outcome.Trouble(problem)));
  }

  private static Optional<StepMoved> moved(StepPicture step, StepState to, String detail) {
    return Optional.of(
        new StepMoved(step.id(), step.state(), to, step.attempt(), detail, new Outcome.None()));
  }

  private static String said(Person person, String words) {
    return words.isBlank() ? person.account() : person + ": " + words;
  }
}
