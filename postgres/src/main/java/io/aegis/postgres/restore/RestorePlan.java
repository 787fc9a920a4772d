package io.aegis.postgres.restore;

import io.aegis.kernel.Failure.Refused;
import io.aegis.postgres.control.ControlFile;
import java.util.List;
import java.util.Optional;

/**
 * What a restore will do and whether it can, from reads alone.
 *
 * @param bytes of all files together
 * @param control the snapshot's control file
 * @param checks everything that was looked at
 */
public record RestorePlan(
    Goal goal, Origin origin, long files, long bytes, ControlFile control, List<Check> checks) {
  public RestorePlan {
    checks = List.copyOf(checks);
  }

  /** The first reason not to begin. */
  public Optional<Refused> refusal() {
    return checks.stream()
        .filter(Check.Refusal.class::isInstance)
        .map(check -> ((Check.Refusal) check).failure())
        .findFirst();
  }

  public List<String> warnings() {
    return checks.stream()
        .filter(Check.Warning.class::isInstance)
        .map(check -> ((Check.Warning) check).words())
        .toList();
  }
}
