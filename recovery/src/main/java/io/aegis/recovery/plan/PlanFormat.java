package io.aegis.recovery.plan;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Json;
import io.aegis.kernel.Report;
import io.aegis.recovery.ApplicationName;
import io.aegis.recovery.EnvironmentName;
import io.aegis.recovery.Person.Role;
import io.aegis.recovery.Plan;
import io.aegis.recovery.RecoveryCode;
import io.aegis.recovery.Scenario;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/** The canonical JSON of a plan, version 1: {@code docs/format/plan.md}. */
public final class PlanFormat {
  private static final long VERSION = 1;

  private PlanFormat() {}

  public static Json.Obj write(Plan plan) {
    var header = plan.header();
    return Json.object()
        .with("aegisPlan", VERSION)
        .with("scenario", Labels.of(header.scenario()))
        .with("purpose", Labels.of(header.purpose()))
        .with("application", header.application().value())
        .with("environment", header.environment().value())
        .with("rtoObjective", header.objectives().rto().toString())
        .with("rpoObjective", header.objectives().rpo().toString())
        .with("exceptionsBy", header.exceptions().value())
        .with("created", header.created().toString())
        .with("target", header.target())
        .with("steps", Json.array(plan.steps().stream().map(StepFormat::write).toList()))
        .with("warnings", Json.texts(plan.warnings()));
  }

  /**
   * @throws Refused if {@code text} is not a plan of this version
   */
  public static Plan read(String text) {
    try {
      return read(Json.parseObject(text));
    } catch (Malformed | DateTimeException | IllegalArgumentException | ArithmeticException e) {
      throw new Refused(
          Report.of(RecoveryCode.PLAN_NOT_READABLE, "this is not a plan that can be read")
              .why(String.valueOf(e.getMessage()))
              .next("make a new plan: aegis plan -O <file>"),
          e);
    }
  }

  private static Plan read(Json.Obj json) {
    if (json.number("aegisPlan") != VERSION) {
      throw new Malformed("it is of version " + json.number("aegisPlan") + ", known here is 1");
    }
    return new Plan(
        header(json),
        json.array("steps").stream().map(StepFormat::read).toList(),
        StepFormat.texts(json, "warnings"));
  }

  private static Plan.Header header(Json.Obj json) {
    return new Plan.Header(
        Labels.parse(Scenario.class, json.text("scenario")),
        Labels.parse(Plan.Purpose.class, json.text("purpose")),
        new ApplicationName(json.text("application")),
        new EnvironmentName(json.text("environment")),
        new Plan.Objectives(
            Duration.parse(json.text("rtoObjective")), Duration.parse(json.text("rpoObjective"))),
        new Role(json.text("exceptionsBy")),
        Instant.parse(json.text("created")),
        json.object("target"));
  }
}
