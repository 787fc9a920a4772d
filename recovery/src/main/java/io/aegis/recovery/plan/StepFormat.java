package io.aegis.recovery.plan;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.Json;
import io.aegis.recovery.Estimate;
import io.aegis.recovery.Person.Role;
import io.aegis.recovery.Phase;
import io.aegis.recovery.PlannedWrite;
import io.aegis.recovery.Step;
import io.aegis.recovery.Step.Work;
import io.aegis.recovery.StepId;
import io.aegis.recovery.StepType;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;

/** One step within the canonical JSON of a plan. */
final class StepFormat {
  private StepFormat() {}

  static Json.Obj write(Step step) {
    return Json.object()
        .with("id", step.id().value())
        .with("name", step.name())
        .with("phase", Labels.of(step.phase()))
        .with("after", Json.texts(step.after().stream().map(StepId::value).toList()))
        .with("work", work(step.work()))
        .with("care", care(step.care()))
        .with("estimate", estimate(step.estimate()))
        .with(
            "writes", Json.array(step.writes().stream().map(StepFormat::planned).toList()));
  }

  static Step read(Json json) {
    var step = object(json);
    var after = new TreeSet<StepId>();
    texts(step, "after").forEach(id -> after.add(new StepId(id)));
    return new Step(
        new StepId(step.text("id")),
        step.text("name"),
        Labels.parse(Phase.class, step.text("phase")),
        after,
        readWork(step.object("work")),
        readCare(step.object("care")),
        readEstimate(step.object("estimate")),
        step.array("writes").stream().map(StepFormat::readPlanned).toList());
  }

  private static Json.Obj work(Work work) {
    return switch (work) {
      case Work.Action(var payload) -> payload("action", payload);
      case Work.Check(var payload, var subject) ->
        payload("check", payload).with("subject", Labels.of(subject));
      case Work.Approval(var question, var role, var needed, var glass) ->
        Json.object()
            .with("is", "approval")
            .with("question", question)
            .with("role", role.value())
            .with("needed", needed)
            .with("breakGlass", Labels.of(glass));
      case Work.Manual(var instruction) ->
        Json.object().with("is", "manual").with("instruction", instruction);
      case Work.Wait(var length, var reason) ->
        Json.object().with("is", "wait").with("length", length.toString()).with("reason", reason);
    };
  }

  private static Json.Obj payload(String is, StepType.Payload payload) {
    return Json.object()
        .with("is", is)
        .with("kind", payload.kind())
        .with("version", payload.version())
        .with("content", payload.content());
  }

  private static Work readWork(Json.Obj work) {
    return switch (work.text("is")) {
      case "action" -> new Work.Action(readPayload(work));
      case "check" ->
        new Work.Check(
            readPayload(work), Labels.parse(Work.Check.Subject.class, work.text("subject")));
      case "approval" ->
        new Work.Approval(
            work.text("question"),
            new Role(work.text("role")),
            Math.toIntExact(work.number("needed")),
            Labels.parse(Work.Approval.BreakGlass.class, work.text("breakGlass")));
      case "manual" -> new Work.Manual(work.text("instruction"));
      case "wait" -> new Work.Wait(Duration.parse(work.text("length")), work.text("reason"));
      default -> throw new Malformed("'" + work.text("is") + "' is no work of a step");
    };
  }

  private static StepType.Payload readPayload(Json.Obj work) {
    return new StepType.Payload(
        work.text("kind"), Math.toIntExact(work.number("version")), work.object("content"));
  }

  private static Json.Obj care(Step.Care care) {
    return Json.object()
        .with("owner", care.owner().value())
        .with("onError", Labels.of(care.onError()))
        .with("attempts", care.attempts())
        .with("floor", care.floor().toString())
        .with("ceiling", care.ceiling().toString())
        .with("inDrill", Labels.of(care.inDrill()));
  }

  private static Step.Care readCare(Json.Obj care) {
    return new Step.Care(
        new Role(care.text("owner")),
        Labels.parse(Step.OnError.class, care.text("onError")),
        Math.toIntExact(care.number("attempts")),
        Duration.parse(care.text("floor")),
        Duration.parse(care.text("ceiling")),
        Labels.parse(Step.InDrill.class, care.text("inDrill")));
  }

  private static Json.Obj estimate(Estimate estimate) {
    return switch (estimate) {
      case Estimate.Measured(var expected, var low, var high, var samples) ->
        Json.object()
            .with("basis", "measured")
            .with("expected", expected.toString())
            .with("low", low.toString())
            .with("high", high.toString())
            .with("samples", samples);
      case Estimate.AtLeast(var part, var missing) ->
        Json.object()
            .with("basis", "at-least")
            .with("measuredPart", part.toString())
            .with("partsNotMeasured", missing);
      case Estimate.NotMeasured() -> Json.object().with("basis", "not-measured");
    };
  }

  private static Estimate readEstimate(Json.Obj estimate) {
    return switch (estimate.text("basis")) {
      case "measured" ->
        new Estimate.Measured(
            Duration.parse(estimate.text("expected")),
            Duration.parse(estimate.text("low")),
            Duration.parse(estimate.text("high")),
            Math.toIntExact(estimate.number("samples")));
      case "at-least" ->
        new Estimate.AtLeast(
            Duration.parse(estimate.text("measuredPart")),
            Math.toIntExact(estimate.number("partsNotMeasured")));
      case "not-measured" -> new Estimate.NotMeasured();
      default -> throw new Malformed("'" + estimate.text("basis") + "' is no basis of an estimate");
    };
  }

  private static Json.Obj planned(PlannedWrite write) {
    return Json.object()
        .with("sign", Labels.of(write.sign()))
        .with("object", write.object())
        .with("detail", write.detail());
  }

  private static PlannedWrite readPlanned(Json json) {
    var write = object(json);
    return new PlannedWrite(
        Labels.parse(PlannedWrite.Sign.class, write.text("sign")),
        write.text("object"),
        write.text("detail"));
  }

  static List<String> texts(Json.Obj json, String name) {
    return json.array(name).stream()
        .map(item -> {
          if (item instanceof Json.Str(var text)) {
            return text;
          }
          throw new Malformed("'" + name + "' holds something that is not a text");
        })
        .toList();
  }

  private static Json.Obj object(Json json) {
    if (json instanceof Json.Obj object) {
      return object;
    }
    throw new Malformed("not a JSON object where a step or a write should be");
  }
}
