package io.aegis.recovery;

import java.util.Locale;

/** What was lost: it selects the plan. */
public enum Scenario {
  DATABASE_LOSS,
  ARTIFACT_LOSS,
  CLUSTER_LOSS,
  REGION_LOSS;

  /** As it stands in plans and on the command line: {@code database-loss}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
