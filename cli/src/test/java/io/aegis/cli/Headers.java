package io.aegis.cli;

import io.aegis.kernel.Json;
import io.aegis.recovery.ApplicationName;
import io.aegis.recovery.EnvironmentName;
import io.aegis.recovery.Person.Role;
import io.aegis.recovery.Plan;
import io.aegis.recovery.Scenario;
import java.time.Duration;
import java.time.Instant;

/** Of plans that no repository holds. */
public final class Headers {
  public static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  private Headers() {}

  /** Of a recovery of shop/prod, planned at noon. */
  public static Plan.Header recovery(Json.Obj target) {
    return new Plan.Header(
        Scenario.DATABASE_LOSS,
        Plan.Purpose.RECOVERY,
        new ApplicationName("shop"),
        new EnvironmentName("prod"),
        new Plan.Objectives(Duration.ofMinutes(15), Duration.ofSeconds(60)),
        new Role("operator"),
        NOON,
        target);
  }
}
