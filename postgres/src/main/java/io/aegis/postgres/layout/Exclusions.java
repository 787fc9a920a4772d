package io.aegis.postgres.layout;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * What belongs to the running server and not to the database (traps T7 and T8; the lists of
 * src/backend/backup/basebackup.c). By place, never by name alone: a directory that somebody called
 * {@code pg_wal} elsewhere is theirs.
 */
final class Exclusions {

  /** Directories of the root that are kept, but empty. */
  private static final Set<String> EMPTIED = Set.of(
      "pg_stat_tmp",
      "pg_replslot",
      "pg_dynshmem",
      "pg_notify",
      "pg_serial",
      "pg_snapshots",
      "pg_subtrans",
      "pg_wal");

  /** What the server expects inside of those, kept empty as well. */
  private static final Set<String> KEPT = Set.of("pg_wal/archive_status", "pg_wal/summaries");

  /** Files of the root: of this run, of an earlier backup, or of an earlier recovery. */
  private static final Set<String> ROOT_FILES = Set.of(
      "postmaster.pid",
      "postmaster.opts",
      "postgresql.auto.conf.tmp",
      "current_logfiles.tmp",
      "backup_label",
      "backup_label.old",
      "tablespace_map",
      "tablespace_map.old",
      "backup_manifest",
      "recovery.signal",
      "standby.signal");

  /** What makes up a cluster: without any of it, the rest is none. */
  private static final Set<String> ESSENTIAL = Set.of(
      "PG_VERSION",
      "base",
      "global",
      "pg_commit_ts",
      "pg_logical",
      "pg_multixact",
      "pg_tblspc",
      "pg_twophase",
      "pg_wal",
      "pg_xact");

  private static final Pattern DATABASE_DIRECTORY =
      Pattern.compile("base/\\d+|pg_tblspc/\\d+/PG_[^/]+/\\d+");
  private static final Pattern TEMPORARY_FILES =
      Pattern.compile("(?:base|pg_tblspc/\\d+/PG_[^/]+)/pgsql_tmp[^/]*|pgsql_tmp[^/]*");
  private static final Pattern TEMPORARY_RELATION =
      Pattern.compile("t\\d+_\\d+(?:_(?:fsm|vm|init))?(?:\\.\\d+)?");

  /** The relation cache; the number is that of the process that is just writing it. */
  private static final Pattern RELATION_CACHE = Pattern.compile("pg_internal\\.init(?:\\.\\d+)?");

  private Exclusions() {}

  /** Whether nothing of {@code path} is captured, itself included. */
  static boolean drops(String path) {
    int slash = path.lastIndexOf('/');
    if (slash < 0) {
      return ROOT_FILES.contains(path) || TEMPORARY_FILES.matcher(path).matches();
    }
    String directory = path.substring(0, slash);
    String name = path.substring(slash + 1);
    if (EMPTIED.contains(directory)) {
      return !KEPT.contains(path);
    }
    boolean ofDatabase = isDatabaseDirectory(directory);
    if (ofDatabase || directory.equals("global")) {
      return RELATION_CACHE.matcher(name).matches()
          || ofDatabase && TEMPORARY_RELATION.matcher(name).matches();
    }
    return TEMPORARY_FILES.matcher(path).matches();
  }

  /** Whether a directory is captured without what is in it. */
  static boolean empties(String directory) {
    return KEPT.contains(directory);
  }

  /** Whether a backup without {@code path} is one all the same. */
  static boolean spares(String path) {
    int slash = path.indexOf('/');
    return !ESSENTIAL.contains(slash < 0 ? path : path.substring(0, slash));
  }

  static boolean isDatabaseDirectory(String path) {
    return DATABASE_DIRECTORY.matcher(path).matches();
  }
}
