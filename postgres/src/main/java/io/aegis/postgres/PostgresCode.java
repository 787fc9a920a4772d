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
          + " the log that leads to it was never made durable. 'aegis points' shows the window."),

  TARGET_NOT_EMPTY(
      2401,
      "the directory to restore into is not empty",
      "A restore never writes over files that are not its own. Choose another directory, or move away"
          + " what is there. A half-done restore of Aegis' own is recognised and continued."),
  NO_ROOM(
      2402,
      "there is not enough disk space for the restore",
      "The file systems of the data directory or of a tablespace are smaller than what the snapshot"
          + " holds plus the log to replay. Make room, or restore to another place."),
  SNAPSHOT_INCOMPLETE(
      2403,
      "the snapshot cannot be restored whole",
      "Objects that it needs are missing from the repository or have another length. Nothing was"
          + " copied. Restore another recovery point; 'aegis repo check' lists what is affected."),
  PREFLIGHT_REFUSED(
      2404,
      "this machine cannot run the database",
      "Something that the cluster needs is not here: the same major version of PostgreSQL, an"
          + " extension's library, a directory. It is looked for before anything is copied."),
  RESTORE_INTERRUPTED(
      2405,
      "the restore could not write a file",
      "The disk is full, read-only or failing. What was written so far stays marked as Aegis' own:"
          + " after the cause is removed the restore goes on where it stopped."),
  LIVE_DIRECTORY(
      2406,
      "a server runs on the directory to restore into",
      "Nothing is ever restored over a live database. Stop that server, or choose another directory."),
  BINARIES_UNUSABLE(
      2407,
      "the programs of PostgreSQL cannot be used",
      "The directory named in aegis.yaml holds no 'postgres' that runs on this machine."),
  SOCKET_DIRECTORY_UNSAFE(
      2408,
      "the private socket directory belongs to somebody else",
      "A fenced server is reached over a socket in a directory that only Aegis' account may enter."
          + " Somebody else made one of that name; it is not used."),
  SERVER_NOT_STARTED(
      2410,
      "the restored server did not start",
      "PostgreSQL ended, or did not become ready in time; its own last words are quoted. Usual causes:"
          + " an extension's library, a setting, missing log, too little memory."),
  SERVER_NOT_STOPPED(
      2411, "a server does not stop", "It was asked, then told, then killed, and is still there."),
  SERVER_UNREACHABLE(
      2412,
      "the server does not take a connection",
      "It runs but refuses: a role that does not exist, no free connection, or it is ending."),
  WAL_NOT_AT_HAND(
      2420,
      "log that recovery needs cannot be had",
      "A part of the write-ahead log is damaged, or the repository does not answer. PostgreSQL waits"
          + " and, if nothing comes, stops; it never takes it for the end of the log.");

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
