package io.aegis.postgres.restore;

import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Resolution.Stop;
import io.aegis.postgres.configuration.Settings;
import io.aegis.postgres.control.ControlFile;
import io.aegis.postgres.feed.Spool;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * The configuration under which a restored cluster recovers and is looked at: reachable for Aegis
 * alone, and without a hand on anything of production (trap T39). It stands in {@code
 * postgresql.auto.conf}, which wins over every other file, so it also holds when a person starts
 * the server by hand.
 */
final class Fence {

  private static final String IN_PLACE = "allow_in_place_tablespaces";

  /** What goes back to what it was once the fence is taken down. */
  private static final List<String> TEMPORARY = List.of(
      "listen_addresses",
      "unix_socket_directories",
      "hba_file",
      "ssl",
      "external_pid_file",
      "huge_pages",
      "hot_standby",
      IN_PLACE,
      "archive_cleanup_command",
      "recovery_end_command",
      "recovery_min_apply_delay",
      "max_connections",
      "max_worker_processes",
      "max_wal_senders",
      "max_logical_replication_workers",
      "max_prepared_transactions",
      "max_locks_per_transaction",
      "wal_keep_size",
      "min_wal_size",
      "max_wal_size");

  /** What a copy of production must not keep: its way back into it, and its own targets (T38). */
  private static final List<String> DROPPED = List.of(
      "primary_conninfo",
      "primary_slot_name",
      "promote_trigger_file",
      "recovery_target",
      "recovery_target_name",
      "recovery_target_time",
      "recovery_target_xid",
      "recovery_target_lsn",
      "recovery_target_inclusive",
      "recovery_target_timeline",
      "recovery_target_action",
      "restore_command");

  /**
   * Where its socket is if a person starts it, in the data directory, which nobody else may enter;
   * relative to it, because the whole name of a socket may not exceed 107 bytes. Aegis itself names
   * another one on the command line.
   */
  private static final String OWN_DIRECTORY = "aegis";

  static final String HBA = """
      # The fence of a recovery: only over a private socket, in reach of the server's account only.
      local all all trust
      """;

  private final Goal goal;
  private final ControlFile.Parameters parameters;
  private final boolean inPlace;
  private final int segmentSize;

  /**
   * @param parameters of the control file: with smaller ones recovery pauses or does not begin
   * @param inPlace whether a tablespace lies in {@code pg_tblspc} itself: recovery, and it alone,
   *     takes its directory for damage unless it is told
   * @param segmentSize bytes of a segment of the log, of which a server wants to keep two
   */
  Fence(Goal goal, ControlFile.Parameters parameters, boolean inPlace, int segmentSize) {
    this.segmentSize = segmentSize;
    this.goal = goal;
    this.parameters = parameters;
    this.inPlace = inPlace;
  }

  static Path hbaFile(Path target) {
    return target.resolve("aegis/fence_hba.conf");
  }

  /** The settings of the source, fenced. */
  Settings over(Settings source) {
    return source
        .without(DROPPED)
        .with(isolation())
        .with(recovery())
        .with(replayedLog())
        .with(lasting());
  }

  /**
   * What remains once the fence is taken down: as the source had it, but for what is set for good.
   */
  static Settings lifted(Settings now, Settings source) {
    var before = new LinkedHashMap<>(source.values());
    before.keySet().retainAll(TEMPORARY);
    return now.without(DROPPED).without(TEMPORARY).with(before);
  }

  private SequencedMap<String, String> isolation() {
    var settings = new LinkedHashMap<String, String>();
    settings.put("listen_addresses", "");
    settings.put("unix_socket_directories", OWN_DIRECTORY);
    settings.put("hba_file", hbaFile(goal.target()).toString());
    settings.put("ssl", "off"); // its files may lie outside the data directory (trap T43)
    settings.put("external_pid_file", "");
    // A subscription would take what its publisher has for production, and move production's slot.
    settings.put("max_logical_replication_workers", "0");
    settings.put("huge_pages", "try"); // 'on' would not start on a machine without them (trap T43)
    return settings;
  }

  private SequencedMap<String, String> recovery() {
    var settings = new LinkedHashMap<String, String>();
    settings.put("hot_standby", "on");
    if (inPlace) {
      settings.put(IN_PLACE, "on");
    }
    settings.put("restore_command", Spool.RESTORE_COMMAND);
    settings.put("archive_cleanup_command", "");
    settings.put("recovery_end_command", "");
    settings.put("recovery_min_apply_delay", "0");
    settings.put("primary_conninfo", "");
    settings.put("primary_slot_name", "");
    // Emptied before the one target is set: PostgreSQL refuses two, wherever they stand.
    for (String other : List.of("", "_name", "_time", "_xid")) {
      settings.put("recovery_target" + other, "");
    }
    settings.put("recovery_target_lsn", goal.stopAt().toString());
    settings.put("recovery_target_inclusive", goal.stop() == Stop.AFTER ? "on" : "off");
    settings.put("recovery_target_timeline", goal.timeline().toString());
    settings.put("recovery_target_action", "pause");
    settings.put("max_connections", Integer.toString(parameters.maxConnections()));
    settings.put("max_worker_processes", Integer.toString(parameters.maxWorkerProcesses()));
    settings.put("max_wal_senders", Integer.toString(parameters.maxWalSenders()));
    settings.put(
        "max_prepared_transactions", Integer.toString(parameters.maxPreparedTransactions()));
    settings.put(
        "max_locks_per_transaction", Integer.toString(parameters.maxLocksPerTransaction()));
    return settings;
  }

  /**
   * Every segment that is fetched stays in {@code pg_wal} until a restartpoint, and there for as
   * long as these say: {@code KeepFileRestoredFromArchive}, {@code KeepLogSeg} and {@code
   * XLOGfileslop}, src/backend/access/transam/xlogarchive.c and xlog.c. The values are PostgreSQL's
   * own defaults.
   */
  private SequencedMap<String, String> replayedLog() {
    long twoSegments = 2L * segmentSize >> 20;
    var settings = new LinkedHashMap<String, String>();
    settings.put("wal_keep_size", "0");
    settings.put("min_wal_size", Math.max(80, twoSegments) + "MB");
    settings.put("max_wal_size", Math.max(1024, twoSegments) + "MB");
    return settings;
  }

  private SequencedMap<String, String> lasting() {
    var settings = new LinkedHashMap<String, String>();
    settings.put("archive_mode", "off"); // until it is protected again under its own incarnation
    settings.put("synchronous_standby_names", ""); // nobody is there to confirm a commit
    settings.put(Incarnation.SETTING, goal.incarnation().value());
    return settings;
  }
}
