package io.aegis.recovery.journal;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.Json;
import io.aegis.recovery.ExecutionState;
import io.aegis.recovery.StepId;
import io.aegis.recovery.StepState;
import io.aegis.recovery.journal.Event.Outcome;
import io.aegis.recovery.plan.Labels;
import java.time.Instant;
import java.util.OptionalLong;

/** The event within an entry's JSON: {@code docs/format/journal.md}. */
final class EventFormat {
  private EventFormat() {}

  static Json.Obj write(Event event) {
    return switch (event) {
      case Event.Handed(var epoch, var leader) ->
        typed("handed").with("toEpoch", epoch).with("leader", leader(leader));
      case Event.Left() -> typed("left");
      case Event.StepMoved moved -> stepMoved(moved);
      case Event.ExecutionMoved(var from, var to, var reason) ->
        typed("execution-moved")
            .with("from", Labels.of(from))
            .with("to", Labels.of(to))
            .with("reason", reason);
      case Event.Decided(var number, var person, var request, var verdict, var why) ->
        typed("decided")
            .with("number", number)
            .with("by", PeopleFormat.write(person))
            .with("ask", PeopleFormat.write(request))
            .with("verdict", Labels.of(verdict))
            .with("why", why);
      case Event.UndoBegun(var step) -> typed("undo-begun").with("step", step.value());
      case Event.UndoFailed(var step, var problem) ->
        typed("undo-failed")
            .with("step", step.value())
            .with("problem", ResultFormat.write(problem));
      case Event.Escalated(var step, int number) ->
        typed("escalated").with("step", step.value()).with("number", number);
      case Event.Noted(var text) -> typed("noted").with("text", text);
    };
  }

  static Event read(Json.Obj event) {
    return switch (event.text("type")) {
      case "handed" ->
        new Event.Handed(event.number("toEpoch"), readLeader(event.object("leader")));
      case "left" -> new Event.Left();
      case "step-moved" -> readStepMoved(event);
      case "execution-moved" ->
        new Event.ExecutionMoved(
            Labels.parse(ExecutionState.class, event.text("from")),
            Labels.parse(ExecutionState.class, event.text("to")),
            event.text("reason"));
      case "decided" ->
        new Event.Decided(
            event.number("number"),
            PeopleFormat.readPerson(event.object("by")),
            PeopleFormat.readRequest(event.object("ask")),
            Labels.parse(Event.Verdict.class, event.text("verdict")),
            event.text("why"));
      case "undo-begun" -> new Event.UndoBegun(step(event));
      case "undo-failed" ->
        new Event.UndoFailed(step(event), ResultFormat.readProblem(event.object("problem")));
      case "escalated" -> new Event.Escalated(step(event), Math.toIntExact(event.number("number")));
      case "noted" -> new Event.Noted(event.text("text"));
      default -> throw new Malformed("'" + event.text("type") + "' is no event of a journal");
    };
  }

  private static Json.Obj stepMoved(Event.StepMoved moved) {
    var json = typed("step-moved")
        .with("step", moved.step().value())
        .with("from", Labels.of(moved.from()))
        .with("to", Labels.of(moved.to()))
        .with("attempt", moved.attempt())
        .with("detail", moved.detail());
    return switch (moved.outcome()) {
      case Outcome.None() -> json;
      case Outcome.Success(var result) -> json.with("result", ResultFormat.write(result));
      case Outcome.Trouble(var problem) -> json.with("problem", ResultFormat.write(problem));
    };
  }

  private static Event readStepMoved(Json.Obj event) {
    return new Event.StepMoved(
        step(event),
        Labels.parse(StepState.class, event.text("from")),
        Labels.parse(StepState.class, event.text("to")),
        Math.toIntExact(event.number("attempt")),
        event.text("detail"),
        outcome(event));
  }

  private static Outcome outcome(Json.Obj event) {
    if (event.find("result") != null) {
      return new Outcome.Success(ResultFormat.readResult(event.object("result")));
    }
    if (event.find("problem") != null) {
      return new Outcome.Trouble(ResultFormat.readProblem(event.object("problem")));
    }
    return new Outcome.None();
  }

  private static StepId step(Json.Obj event) {
    return new StepId(event.text("step"));
  }

  private static Json.Obj leader(Leader leader) {
    var start = leader.begun();
    var written = Json.object()
        .with("person", PeopleFormat.write(leader.person()))
        .with("machine", leader.machine())
        .with("pid", leader.pid())
        .with("begun", start.clock().toString())
        .with("nonce", leader.nonce());
    return start.ticks().isPresent() ? written.with("ticks", start.ticks().getAsLong()) : written;
  }

  private static Leader readLeader(Json.Obj leader) {
    var ticks = leader.find("ticks") == null
        ? OptionalLong.empty()
        : OptionalLong.of(leader.number("ticks"));
    return new Leader(
        PeopleFormat.readPerson(leader.object("person")),
        leader.text("machine"),
        leader.number("pid"),
        new Start(Instant.parse(leader.text("begun")), ticks),
        leader.text("nonce"));
  }

  private static Json.Obj typed(String type) {
    return Json.object().with("type", type);
  }
}
