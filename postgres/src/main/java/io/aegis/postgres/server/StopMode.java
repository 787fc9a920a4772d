package io.aegis.postgres.server;

/** How a server is asked to stop (PostgreSQL's {@code pg_ctl stop -m}). */
public enum StopMode {
  /** Sessions are ended, a checkpoint is written. */
  FAST("INT"),
  /** All processes end at once; the next start recovers from the log. */
  IMMEDIATE("QUIT"),
  /** The postmaster is killed; its children notice and end. */
  KILL("KILL");

  private final String signal;

  StopMode(String signal) {
    this.signal = signal;
  }

  String signal() {
    return signal;
  }
}
