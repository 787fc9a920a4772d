package io.aegis.postgres.restore;

import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;

/** One thing that was looked at before anything is written. */
public sealed interface Check {

  /** It is as it must be. */
  record Fine(String words) implements Check {}

  /** The restore will work; something else may not. */
  record Warning(String words) implements Check {}

  /** The restore would fail or do harm. */
  record Refusal(Report report) implements Check {
    public Failure.Refused failure() {
      return new Failure.Refused(report);
    }
  }
}
