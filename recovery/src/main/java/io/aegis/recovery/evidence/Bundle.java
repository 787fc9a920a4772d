package io.aegis.recovery.evidence;

import io.aegis.kernel.Json;
import io.aegis.recovery.Execution;
import io.aegis.recovery.Execution.StepStatus;
import io.aegis.recovery.Person;
import io.aegis.recovery.journal.Event;
import io.aegis.recovery.journal.History;
import io.aegis.recovery.journal.PeopleFormat;
import io.aegis.recovery.journal.ResultFormat;
import io.aegis.recovery.plan.Labels;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws the bundle, version 2: {@code docs/format/evidence.md}. A function of the picture and the
 * history only, so that {@link BundleCheck} can draw it again.
 */
public final class Bundle {
  static final long VERSION = 2;

  private Bundle() {}

  public static Json.Obj of(Execution now, History history) {
    return Json.object()
        .with("aegisEvidence", VERSION)
        .with("identity", identity(now, history))
        .with("people", people(now, history))
        .with("plan", plan(now))
        .with("objectives", Objectives.of(now))
        .with("steps", Json.array(now.steps().stream().map(s -> step(now, s)).toList()))
        .with("proof", Proof.of(now))
        .with("deviations", Json.texts(now.exceptions()))
        .with("warnings", Json.texts(now.warnings()))
        .with("notMeasured", Json.texts(NotMeasured.of(now)))
        .with("integrity", integrity(now, history));
  }

  private static Json.Obj identity(Execution now, History history) {
    var header = now.plan().header();
    return Json.object()
        .with("execution", now.id().value())
        .with("state", Labels.of(now.state()))
        .with("purpose", Labels.of(header.purpose()))
        .with("scenario", Labels.of(header.scenario()))
        .with("application", header.application().value())
        .with("environment", header.environment().value())
        .with("reason", now.reason())
        .with("declared", now.clock().declared().toString())
        .with("started", history.declared().started().toString())
        .with("asOf", now.clock().updated().toString());
  }

  private static Json.Obj people(Execution now, History history) {
    var leaders = new ArrayList<Json>();
    var decisions = new ArrayList<Json>();
    var escalations = new ArrayList<Json>();
    for (var entry : history.entries()) {
      switch (entry.event()) {
        case Event.Handed(var _, var leader) ->
          leaders.add(Json.object()
              .with("since", entry.written().toString())
              .with("person", PeopleFormat.write(leader.person()))
              .with("process", leader.words()));
        case Event.Decided decided ->
          decisions.add(decision(decided).with("when", entry.written().toString()));
        case Event.Escalated(var step, int number) ->
          escalations.add(Json.object()
              .with("when", entry.written().toString())
              .with("step", step.value())
              .with("number", number));
        case Event.Left _,
            Event.StepMoved _,
            Event.ExecutionMoved _,
            Event.UndoBegun _,
            Event.UndoFailed _,
            Event.Noted _ -> {}
      }
    }
    return Json.object()
        .with("initiator", PeopleFormat.write(now.initiator()))
        .with("leaders", Json.array(leaders))
        .with("decisions", Json.array(decisions))
        .with("escalations", Json.array(escalations));
  }

  private static Json.Obj decision(Event.Decided decided) {
    return Json.object()
        .with("by", PeopleFormat.write(decided.person()))
        .with("ask", PeopleFormat.write(decided.request()))
        .with("verdict", Labels.of(decided.verdict()))
        .with("why", decided.why());
  }

  private static Json.Obj plan(Execution now) {
    var header = now.plan().header();
    return Json.object()
        .with("digest", now.plan().digest().hex())
        .with("created", header.created().toString())
        .with("target", header.target())
        .with("warnings", Json.texts(now.plan().warnings()));
  }

  private static Json.Obj step(Execution now, StepStatus status) {
    var step = now.plan().step(status.id());
    return Json.object()
        .with("id", status.id().value())
        .with("name", step.name())
        .with("phase", Labels.of(step.phase()))
        .with("state", Labels.of(status.state()))
        .with("attempts", status.attempt())
        .with("estimate", step.estimate().words())
        .with("machineMillis", status.machine().toMillis())
        .with("peopleMillis", status.people().toMillis())
        .with("since", status.since().toString())
        .with("detail", status.detail())
        .with("result", ResultFormat.write(status.result()))
        .with(
            "problems",
            Json.array(status.problems().stream().map(ResultFormat::write).toList()))
        .with("approvedBy", accounts(status.approvals()));
  }

  private static Json.Arr accounts(List<Person> people) {
    return Json.texts(people.stream().map(Person::account).toList());
  }

  private static Json.Obj integrity(Execution now, History history) {
    return Json.object()
        .with("declaration", history.declared().toJson())
        .with(
            "entries",
            Json.array(history.entries().stream().map(e -> e.toJson()).toList()))
        .with("headEpoch", now.head().epoch())
        .with("headSequence", now.head().sequence())
        .with("headHash", now.head().hash().hex());
  }
}
