package io.aegis.recovery;

import io.aegis.recovery.estimate.MeasuredRates;
import io.aegis.repository.Records;

/** What past executions have measured, kept in the repository; the source of every forecast. */
public interface Estimates {

  /** The rates kept in this repository. */
  static Estimates in(Records records) {
    return new MeasuredRates(records);
  }

  /**
   * How long steps of this kind will take for so much work, from the last 20 executions in which
   * it was measured in the same unit and of an amount that tells something of this one: of at
   * least a tenth of it, or of 256 MiB; {@link Estimate.NotMeasured} if it never was.
   *
   * @param kind the kind of step, as in {@link StepType#kind}
   * @param unit what is counted, as in {@link StepResult.Measurement#unit}
   */
  Estimate forecast(String kind, String unit, long amount);
}
