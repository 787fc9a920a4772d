package io.aegis.postgres;

import io.aegis.kernel.FailureCode;

/**
 * What can go wrong with a database: AEG-21xx targets and windows, AEG-22xx the log, AEG-23xx
 * snapshots, AEG-24xx restore and recovery, AEG-25xx the server and its settings.
 */
public enum PostgresCode implements FailureCode {
  TARGET_IN_FUTURE(
      2104,
      "the target lies after the restorable window",
      "The moment asked for has not arrived in the repository (yet). Either it is in the future, or"
          + " the log that leads to it was never made durable. 'aegis points' shows the window.");

  private final int number;
  private final String title;
  private final String explanation;

  PostgresCode(int number, String title, String explanation) {
    this.number = number;
    this.title = title;
    this.explanation = explanation;
  }

  @Override
  public int number() {
    return number;
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public String explanation() {
    return explanation;
  }
}
