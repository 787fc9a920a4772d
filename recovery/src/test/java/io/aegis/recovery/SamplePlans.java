package io.aegis.recovery;

import io.aegis.kernel.Json;
import io.aegis.recovery.Person.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Plans for tests, with steps of a made-up protector called {@code shop}. */
final class SamplePlans {
  static final StepType<Carry> CARRY =
      new StepType<>("shop.carry", 1, new CarryCodec(), new Idle());

  /** The same, read by a codec that takes numbers and spans as the protectors' do. */
  static final StepType<Carry> STRICT =
      new StepType<>("shop.carry", 1, new StrictCodec(), new Idle());

  private SamplePlans() {}

  record Carry(String what) {}

  static Plan.Header header() {
    return new Plan.Header(
        Scenario.DATABASE_LOSS,
        Plan.Purpose.RECOVERY,
        new ApplicationName("shop"),
        new EnvironmentName("prod"),
        new Plan.Objectives(Duration.ofMinutes(15), Duration.ofSeconds(60)),
        new Role("incident-commander"),
        Instant.parse("2026-11-23T12:58:00Z"),
        Json.object().with("moment", "2026-11-23T12:58:00Z").with("lsn", "2/8E90F8"));
  }

  static Plan of(Step... steps) {
    return new Plan(header(), List.of(steps), List.of());
  }

  static Step carry(String id, String... after) {
    return Step.of(id, "carry " + id, Phase.DATABASE).after(after).action(CARRY, new Carry(id));
  }

  private static final class CarryCodec implements StepType.Codec<Carry> {
    @Override
    public Json.Obj encode(Carry step) {
      return Json.object().with("what", step.what());
    }

    @Override
    public Carry decode(Json.Obj content) {
      return new Carry(content.text("what"));
    }
  }

  private static final class StrictCodec implements StepType.Codec<Carry> {
    @Override
    public Json.Obj encode(Carry step) {
      return Json.object().with("what", step.what());
    }

    @Override
    public Carry decode(Json.Obj content) {
      String what = content.text("what");
      if (what.endsWith(" workers")) {
        return new Carry(what + Math.toIntExact(Long.parseLong(what.replace(" workers", ""))));
      }
      return new Carry(Duration.parse(what).toString());
    }
  }

  private static final class Idle implements StepRunner<Carry> {
    @Override
    public StepResult run(Carry step, StepContext context) {
      return StepResult.of("carried " + step.what());
    }

    @Override
    public Probe probe(Carry step, StepContext context) {
      return new Probe.NotBegun();
    }
  }
}
