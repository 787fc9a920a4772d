package io.aegis.recovery.journal;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.Json;
import io.aegis.recovery.Execution.Problem;
import io.aegis.recovery.StepResult;
import io.aegis.recovery.StepResult.Measurement;
import java.time.Duration;
import java.util.List;

/** What steps reported, as JSON. */
public final class ResultFormat {
  private ResultFormat() {}

  public static Json.Obj write(StepResult result) {
    return Json.object()
        .with("summary", result.summary())
        .with("facts", result.facts())
        .with("warnings", Json.texts(result.warnings()))
        .with(
            "measurements",
            Json.array(result.measurements().stream().map(ResultFormat::write).toList()));
  }

  static StepResult readResult(Json.Obj result) {
    return new StepResult(
        result.text("summary"),
        result.object("facts"),
        texts(result, "warnings"),
        result.array("measurements").stream().map(ResultFormat::readMeasurement).toList());
  }

  public static Json.Obj write(Problem problem) {
    return Json.object()
        .with("code", problem.code())
        .with("what", problem.what())
        .with("why", problem.why())
        .with("safe", problem.safe())
        .with("next", Json.texts(problem.next()))
        .with("lastLines", Json.texts(problem.lastLines()));
  }

  static Problem readProblem(Json.Obj problem) {
    return new Problem(
        problem.text("code"),
        problem.text("what"),
        problem.text("why"),
        problem.text("safe"),
        texts(problem, "next"),
        texts(problem, "lastLines"));
  }

  private static Json.Obj write(Measurement measurement) {
    return Json.object()
        .with("unit", measurement.unit())
        .with("amount", measurement.amount())
        .with("took", measurement.took().toString());
  }

  private static Measurement readMeasurement(Json json) {
    if (json instanceof Json.Obj item) {
      return new Measurement(
          item.text("unit"), item.number("amount"), Duration.parse(item.text("took")));
    }
    throw new Malformed("not a measurement");
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
}
