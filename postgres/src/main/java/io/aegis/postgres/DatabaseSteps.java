package io.aegis.postgres;

import io.aegis.postgres.steps.StepTypes;
import io.aegis.recovery.StepType;
import io.aegis.repository.Ports;
import io.aegis.repository.Repository;
import java.util.List;

/** The kinds of steps that this module can run, for a {@link io.aegis.recovery.StepCatalog}. */
public final class DatabaseSteps {
  private DatabaseSteps() {}

  /**
   * @param repository from which snapshots and log come, and in which a new life is claimed
   */
  public static List<StepType<?>> in(Repository repository, Ports ports) {
    return new StepTypes(repository, ports).all();
  }
}
