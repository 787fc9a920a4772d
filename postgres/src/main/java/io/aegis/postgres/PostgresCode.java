package io.aegis.postgres;

import io.aegis.kernel.FailureCode;

/**
 * What can go wrong with a database: AEG-21xx targets and windows, AEG-22xx the log, AEG-23xx
 * snapshots, AEG-24xx restore and recovery, AEG-25xx the server and its settings.
 */
public enum PostgresCode implements FailureCode {
  TARGET_PAST(
      2101,
      "the target lies before the restorable window",
      "The moment asked for is earlier than the end of the oldest snapshot that is left. A database"
          + " can be brought forward from a snapshot, never backward. 'aegis points' shows the"
          + " window."),
  TARGET_WITHOUT_DATA(
      2102,
      "nothing can be recovered at the target",
      "The target lies inside a hole of the restorable window, where log is missing, or it names a"
          + " transaction, restore point or snapshot that is not there. The report says which"
          + " moments before and after it can be recovered."),
  TARGET_AMBIGUOUS(
      2103,
      "several branches hold the target, each with another answer",
      "After a recovery a database has two histories: the one that was left, and the new one. Both"
          + " have positions and transactions of the same number behind the point where they part."
          + " Nothing is chosen in silence: the report says what the target is on each of them, and"
          + " what to type for either."),
  WAL_CONFLICT(
      2201,
      "another server's log is stored under the same name",
      "Two servers that come from the same cluster write different log under the same name. What is"
          + " stored is never overwritten, since it may be the only copy. Only one of them can be"
          + " protected under this incarnation."),
  WRONG_CLUSTER(
      2202,
      "this is another cluster",
      "The system identifier, which initdb gives to each cluster, differs from the stored one. What"
          + " is connected to, or lies in the place of the lost one, is another database than"
          + " before."),
  HISTORY_DIVERGES(
      2204,
      "the server's history is not a continuation of what is stored",
      "A timeline begins with a promotion. This server's timeline left its ancestor at another"
          + " moment than the stored one, or before the end of what is stored: it is another copy,"
          + " or it was brought back to an earlier moment by other means than Aegis. Or a recovery"
          + " left this life of the cluster for a new one, which is protected since: what the old"
          + " server writes is not to be taken for the newest state of the database."),
  LOG_WENT_BACK(
      2205,
      "the server's log ends before what is stored",
      "On the same timeline, the repository holds more log than the server has. The server was set"
          + " back: from a file system snapshot, an image of its machine, or it is an old copy."),
  WAL_MISSING(
      2206,
      "log is missing from the repository",
      "A part of the write-ahead log that was written, or that should have been, is not"
          + " there, or the mark or the claim that tells how far log was written. Recovery cannot"
          + " get past it; snapshots that ended after it are not affected."),
  WAL_UNREADABLE(
      2207,
      "stored log is not what it should be",
      "An object of the log is authentic but contradicts its name or another object."),
  WAL_NOT_A_CONTINUATION(
      2208,
      "what the server sends is not the log it should be",
      "The log received does not continue what is stored: a checksum, a length or a link to the"
          + " record before is wrong. The server's disk is damaged, or it is another copy of the"
          + " cluster."),
  REPLICATION_REFUSED(
      2209,
      "the server does not stream its log",
      "The role lacks REPLICATION, pg_hba.conf has no line for replication connections, or"
          + " max_wal_senders or max_replication_slots is used up. 'aegis doctor' says which. A"
          + " stream waits for a replication connection that others hold; everything else ends"
          + " it."),
  SLOT_IN_USE(
      2210,
      "somebody else uses the replication slot",
      "Another process streams this database's log through the same slot. One is enough."),
  STORED_LOG_DAMAGED(
      2211,
      "the stream meets stored log that is damaged",
      "Something that was stored shortly before is damaged or gone. As long as it lies in a slice"
          + " that was not full yet, its log is asked for once more from the server, compared with"
          + " what is still readable, and stored anew. Where the server has removed it, it is"
          + " declared lost. In either case the stream goes on."),
  BACKUP_SESSION_LOST(
      2301,
      "the session that held the backup open is gone",
      "A running PostgreSQL is backed up between pg_backup_start and pg_backup_stop of one session."
          + " That session ended in between: the server was restarted, somebody terminated it, or"
          + " the network failed. What was copied is no backup; the next attempt continues from"
          + " it."),
  WRONG_DATA_DIRECTORY(
      2302,
      "the data directory is not that of the server",
      "The files in the directory belong to another cluster than the one that answers to SQL, or"
          + " they are an old view of it, or the directory from before a recovery. Copying them"
          + " would yield a backup of something else."),
  TABLESPACES_CHANGED(
      2303,
      "a tablespace was created or dropped during the backup",
      "The list of tablespaces at the end of the backup is not the one at its beginning. Replaying"
          + " that change on a restored cluster fails, so the backup is not kept. Take it again."),
  LAYOUT_UNSUPPORTED(
      2304,
      "something in the data directory is not where PostgreSQL puts it",
      "A tablespace is neither a link to a directory nor a directory of its own. PostgreSQL never"
          + " makes such a thing; a backup of it could not be restored faithfully."),
  CONTROL_FILE_DAMAGED(
      2305,
      "the control file is damaged",
      "global/pg_control carries a checksum that does not match, however often it is read. Without"
          + " it PostgreSQL does not start. The file system or the disk needs attention; recover to"
          + " a new place from the repository."),
  WAL_NOT_DURABLE(
      2307,
      "the log that the snapshot needs is not in the repository",
      "A snapshot can only be used together with the log written while it was taken. That log did"
          + " not arrive in the repository in time, so the snapshot was not completed."),
  PROMOTED_DURING_BACKUP(
      2308,
      "the server changed its role or timeline during the backup",
      "A standby was promoted while it was being backed up. What was copied belongs to two"
          + " histories and is not kept. Take the backup again."),
  SNAPSHOT_FACTS_UNREADABLE(
      2309,
      "the facts stored with a snapshot cannot be read",
      "Each snapshot of a database carries a description of where it begins and ends. This one's is"
          + " of a newer version of Aegis, or not what was written."),
  NAME_UNREADABLE(
      2310,
      "the name of a file in the data directory is no text",
      "A snapshot keeps names as UTF-8. A file whose name is anything else, as old programs make"
          + " them, could not be restored under its name; the backup stops at it, so that nothing"
          + " is left out unnoticed. PostgreSQL itself makes no such names."),
  DATABASE_UNREACHABLE(
      2501,
      "PostgreSQL does not answer",
      "No connection could be made. The server is down, starting up, out of connections, or listens"
          + " elsewhere than aegis.yaml says."),
  LOGIN_REFUSED(
      2502,
      "PostgreSQL refuses the login",
      "The server answered but did not accept the user: wrong or missing password, no such role or"
          + " database, or no line in pg_hba.conf that admits it."),
  PRIVILEGE_MISSING(
      2503,
      "the database role lacks a privilege",
      "Aegis needs a role that may run pg_backup_start and pg_backup_stop, read all settings and"
          + " statistics, and stream the log. 'aegis doctor' prints the statements that grant it."),
  VERSION_UNSUPPORTED(
      2504,
      "this version of PostgreSQL is not supported",
      "Aegis protects PostgreSQL 15 to 18. File formats change between major versions, so nothing"
          + " is attempted with any other. Version 16 has the formats of its neighbours, and is not"
          + " among those that the tests run on."),
  DATA_DIRECTORY_UNREADABLE(
      2505,
      "the data directory cannot be read",
      "Aegis reads a database's files directly. It must run on the server's machine, as the account"
          + " that owns the data directory or as root."),
  QUERY_FAILED(
      2506,
      "PostgreSQL answered a query with an error",
      "A statement that Aegis needs failed on the server. The server's own message is part of the"
          + " report."),
  NOT_READY(
      2507,
      "the database is not ready to be protected",
      "Settings or privileges that a snapshot needs are missing. 'aegis doctor' lists each with its"
          + " remedy."),
  TARGET_IN_FUTURE(
      2104,
      "the target lies after the restorable window",
      "The moment asked for has not arrived in the repository (yet). Either it is in the future, or"
          + " the log that leads to it was never made durable. 'aegis points' shows the window."),
  TRANSACTION_TOO_LARGE(
      2105,
      "a transaction has more parts than can be told apart",
      "The record of a transaction's end lists its subtransactions: one for each savepoint, and for"
          + " each block with an exception handler, that changed something. Of more than 1,048,576"
          + " of them, or of more than 262,144 files that it removed, not all are kept while the"
          + " log is read, so what it did cannot be told. The transaction itself can be recovered"
          + " to like any other."),

  TARGET_NOT_EMPTY(
      2401,
      "the directory to restore into is not empty",
      "A restore never writes over files that are not its own. Choose another directory, or move"
          + " away what is there. A half-done restore of Aegis' own is recognised and continued."),
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
      "Nothing is ever restored over a live database. Stop that server, or choose another"
          + " directory."),
  BINARIES_UNUSABLE(
      2407,
      "the programs of PostgreSQL cannot be used",
      "The directory named in aegis.yaml holds no 'postgres' that runs on this machine."),
  SOCKET_DIRECTORY_UNSAFE(
      2408,
      "the private socket directory belongs to somebody else",
      "A fenced server is reached over a socket in a directory that only Aegis' account may enter."
          + " Somebody else made one of that name; it is not used."),
  ACCOUNT_UNUSABLE(
      2409,
      "the restored database cannot be given to the account it shall belong to",
      "PostgreSQL refuses to run as root. Where Aegis is root, the restored files are given to the"
          + " account that 'recovery.account' in aegis.yaml names or, without it, to the owner of"
          + " the lost data directory, and the server runs as that account. It has to exist here,"
          + " to reach the directory and the programs, and only root can give files away."),
  SERVER_NOT_STARTED(
      2410,
      "the restored server did not start",
      "PostgreSQL ended, or did not become ready in time; its own last words are quoted. Usual"
          + " causes: an extension's library, a setting, missing log, too little memory."),
  SERVER_NOT_STOPPED(
      2411, "a server does not stop", "It was asked, then told, then killed, and is still there."),
  SERVER_UNREACHABLE(
      2412,
      "the server does not take a connection",
      "It runs but refuses: a role that does not exist, no free connection, or it is ending."),
  RECOVERY_STANDS_ELSEWHERE(
      2413,
      "recovery does not stand where it must",
      "Replay stopped at another position of the log than was planned: a setting that is smaller"
          + " than the source's, somebody else's hand, or damage. Nothing was promoted."),
  LOG_ENDED_EARLY(
      2414,
      "the log ends before the target",
      "PostgreSQL replayed all log there is and had not reached the target. Nothing was promoted;"
          + " 'aegis wal gaps' shows what is missing, 'aegis points' what can be recovered."),
  PROMOTION_FAILED(
      2415,
      "the server did not become writable",
      "It was told to end recovery and did not, or it was never told, and a later step looked. It"
          + " is still behind its fence."),
  NOT_RESTORED_HERE(
      2416,
      "the directory is not the one that was restored",
      "A step looks after the directory that this very recovery restored, and after no other. The"
          + " one named in the plan is absent, half filled, or another recovery's: moved, not"
          + " mounted, or on another machine. Nothing is started there,"
          + " and nothing is removed."),
  TARGET_OVERLAPS(
      2417,
      "the directory to restore into lies in another one that must be kept, or around it",
      "A recovered database lies apart from the live one, from each of its tablespaces and from the"
          + " repository, whatever links lead there: otherwise neither could be moved or removed"
          + " without the other, and a backup of the one would hold the other."),
  NO_SUPERUSER(
      2418,
      "no superuser of the recovered database is known",
      "What Aegis does in a database that it has recovered, it does as a superuser of that cluster,"
          + " whatever role takes the backups: as 'database.user' if that is one, else as the first"
          + " that the server names. To ask, it needs one role that may log in: 'database.user',"
          + " 'postgres', or one named like the account of the server or of Aegis. None of them was"
          + " there at the moment that was recovered, or no superuser may log in."),
  TABLESPACE_NOT_FREE(
      2419,
      "the directory of a tablespace that was made after the snapshot is not free",
      "A tablespace that the snapshot has gets a place of its own. One that was made afterwards is"
          + " made again by replay, in the directory that CREATE TABLESPACE named. It has to be"
          + " there, and to be empty: PostgreSQL takes files that it finds for its own, and would"
          + " write over those of the lost database."),
  VERIFICATION_FAILED(
      2430,
      "the recovered database is not as it must be",
      "A page checksum, an index, a table or an invariant is wrong. The database stands read-only"
          + " at its target. An earlier moment may be sound; if the source was damaged before, none"
          + " is: then somebody else than who started the recovery can decide that it goes on"
          + " ('aegis execution ignore')."),
  SMOKE_TEST_FAILED(
      2431,
      "the smoke test failed",
      "The script named in aegis.yaml did not end with 0. The database is behind its fence: no"
          + " client has seen it."),
  SOURCE_STILL_RUNS(
      2440,
      "the old primary still runs",
      "Two primaries of one database lose data without a word. The old one must be stopped, or cut"
          + " off from its clients, before another is promoted."),
  SOURCE_UNCERTAIN(
      2441,
      "whether the old primary is down cannot be told",
      "Its address neither takes connections nor refuses them: a network that is cut looks like a"
          + " machine that is off. Or it was on another machine than this, where the same directory"
          + " and the same address mean something else. Make the address reachable, go on where the"
          + " plan was made, or have a person make sure of it: with 'recovery.fence: attested' the"
          + " plan waits for somebody who says so."),
  WAL_NOT_AT_HAND(
      2420,
      "log that recovery needs cannot be had",
      "A part of the write-ahead log is damaged, or the repository does not answer. PostgreSQL"
          + " waits and, if nothing comes, stops; it never takes it for the end of the log.");

  private final Words words;

  PostgresCode(int number, String title, String explanation) {
    this.words = new Words(number, title, explanation);
  }

  @Override
  public Words words() {
    return words;
  }
}
