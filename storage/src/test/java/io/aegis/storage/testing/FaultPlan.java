package io.aegis.storage.testing;

import java.util.EnumMap;
import java.util.Map;

/** How likely each fault is: between 0, never, and 1, always. */
public record FaultPlan(Map<Fault, Double> probabilities) {
  public FaultPlan {
    probabilities = Map.copyOf(probabilities);
  }

  public static FaultPlan none() {
    return new FaultPlan(Map.of());
  }

  /** What any network does and a retry gets over: everything stays true, some of it later. */
  public static FaultPlan unreliable() {
    return none()
        .with(Fault.THROTTLED, 0.05)
        .with(Fault.UNAVAILABLE, 0.1)
        .with(Fault.LOST_ACKNOWLEDGEMENT, 0.1)
        .with(Fault.BROKEN_LISTING, 0.2);
  }

  public FaultPlan with(Fault fault, double probability) {
    var changed = new EnumMap<Fault, Double>(Fault.class);
    changed.putAll(probabilities);
    changed.put(fault, probability);
    return new FaultPlan(changed);
  }

  double of(Fault fault) {
    return probabilities.getOrDefault(fault, 0.0);
  }
}
