package io.aegis.postgres.cluster;

import io.aegis.kernel.Failure;
import io.aegis.postgres.ConnectionSettings.Login;
import io.aegis.postgres.PostgresCluster;
import io.aegis.postgres.PostgresCluster.Facts;
import io.aegis.postgres.PostgresCluster.Role;
import io.aegis.postgres.Readiness;
import io.aegis.postgres.Readiness.Level;
import io.aegis.postgres.layout.DirectoryScan;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Everything that a snapshot and the stream of the log depend on, one method each. A privilege that
 * is missing is a finding, not an end: the list is always complete.
 */
final class ReadinessChecks {
  private static final Set<String> NEEDED_TO_STREAM = Set.of("REPLICATION", "max_wal_senders");

  private final PostgresCluster cluster;
  private final SqlSession session;
  private final Facts facts;
  private final List<Readiness> found = new ArrayList<>();

  ReadinessChecks(PostgresCluster cluster, SqlSession session, Facts facts) {
    this.cluster = cluster;
    this.session = session;
    this.facts = facts;
  }

  List<Readiness> run() throws InterruptedException {
    ready("version", "PostgreSQL " + facts.major() + " (" + facts.version() + ")");
    role();
    dataDirectory();
    walLevel();
    walSenders();
    slots();
    privileges();
    replication();
    summaries();
    checksums();
    durability();
    slotLimit();
    idleSlots();
    collations();
    databases();
    amcheck();
    return List.copyOf(found);
  }

  /** What no snapshot and no stream can do without: settings and privileges. */
  List<Readiness> missing() {
    walLevel();
    requireAny("max_wal_senders");
    requireAny("max_replication_slots");
    privileges();
    return found.stream().filter(one -> one.level() == Level.BLOCKING).toList();
  }

  private void requireAny(String name) {
    if (setting(name).equals("0")) {
      requireRoom(name, 0, "of them");
    }
  }

  private void role() {
    if (facts.role() == Role.STANDBY) {
      advise(
          "role",
          "this server is a standby: snapshots of it end where its replay has come to",
          "connect to the primary in aegis.yaml if the newest moment matters");
    } else {
      ready("role", "primary, timeline " + facts.timeline());
    }
  }

  /** Trap T2: the directory is readable and really this server's. */
  private void dataDirectory() throws InterruptedException {
    var directory = cluster.dataDirectory();
    try {
      var served = new ServedDirectory(directory, facts);
      var other = served.whyNot(cluster.time());
      if (other.isPresent()) {
        block(
            "data directory",
            directory + " is not what the server serves: " + other.get(),
            served.remedy());
        return;
      }
      var listing = DirectoryScan.list(directory, versionDirectory());
      long unreadable = listing.entries().stream()
          .filter(entry -> !Files.isReadable(directory.resolve(entry.path())))
          .count();
      if (unreadable > 0) {
        block(
            "data directory",
            unreadable + " files in " + directory + " cannot be read by this account",
            "run Aegis as the owner of the data directory, or as root");
      } else {
        ready(
            "data directory",
            directory + ", " + listing.tablespaces().size() + " tablespaces of its own");
      }
      listing.notices().forEach(notice -> advise("data directory", notice, ""));
    } catch (Failure e) {
      block("data directory", e.report().headline(), e.report().next().getFirst());
    }
  }

  private String versionDirectory() {
    return "PG_" + facts.major() + "_" + facts.catalogVersion();
  }

  private void walLevel() {
    String level = setting("wal_level");
    if (level.equals("minimal")) {
      block(
          "wal_level",
          "it is 'minimal': the log does not hold enough to recover from",
          "ALTER SYSTEM SET wal_level = 'replica';    then restart the server");
    } else {
      ready("wal_level", level);
    }
  }

  private void walSenders() {
    long used = count("SELECT count(*) FROM pg_stat_replication");
    requireRoom("max_wal_senders", used, "replication connections");
  }

  private void slots() {
    long used = count("SELECT count(*) FROM pg_replication_slots");
    requireRoom("max_replication_slots", used, "replication slots");
  }

  /** Trap T34: a slot that is left behind keeps log until the disk is full. */
  private void idleSlots() {
    var idle = session.list("""
        SELECT slot_name || ' keeps ' || coalesce(pg_size_pretty(pg_wal_lsn_diff(
                 CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()
                      ELSE pg_current_wal_lsn() END, restart_lsn)), 'nothing yet')
          FROM pg_replication_slots WHERE NOT active ORDER BY 1
        """, row -> row.getString(1));
    if (idle.isEmpty()) {
      ready("replication slots in use", "none is left behind");
    } else {
      advise(
          "replication slots in use",
          "nobody reads from: " + String.join(", ", idle),
          "aegis wal stream, if it is the stream's; if its reader is not coming back: SELECT"
              + " pg_drop_replication_slot('<name>');");
    }
  }

  private void requireRoom(String name, long used, String things) {
    long most = Long.parseLong(setting(name));
    if (used >= most) {
      block(
          name,
          (most == 0 ? "it is 0" : "all " + most + " " + things + " are taken")
              + "; the stream of the log needs one",
          "ALTER SYSTEM SET " + name + " = " + (most + 5) + ";    then restart the server");
    } else {
      ready(name, used + " of " + most + " taken");
    }
  }

  private void privileges() {
    requireFunction("pg_backup_start(text,boolean)");
    requireFunction("pg_backup_stop(boolean)");
    String user = cluster.connection().user();
    boolean replication = session.one(
        "SELECT rolreplication OR rolsuper FROM pg_roles WHERE rolname = current_user",
        row -> row.getBoolean(1));
    if (replication) {
      ready("REPLICATION", user + " may stream the log");
    } else {
      block(
          "REPLICATION",
          user + " may not stream the log",
          "ALTER ROLE " + quoted(user) + " REPLICATION;");
    }
  }

  /** Whether pg_hba.conf has a line for it shows only where one is tried. */
  private void replication() {
    if (found.stream()
        .anyMatch(
            one -> one.level() == Level.BLOCKING && NEEDED_TO_STREAM.contains(one.subject()))) {
      return;
    }
    try {
      SqlSession.connectToStream(cluster.connection()).close();
      ready("replication connection", "one was made");
    } catch (Failure e) {
      String why = e.report().why();
      boolean isRule = why.contains("pg_hba.conf");
      block("replication connection", why, isRule ? rule() : e.report().next().getFirst());
    } catch (SQLException e) {
      advise("replication connection", "one was made, and ended with: " + e.getMessage(), "");
    }
  }

  /** The line that admits it; which method proves the role is as for its other connections. */
  private String rule() {
    String from = session.one(
        "SELECT coalesce('host replication % ' || inet_client_addr()::text, 'local replication %')",
        row -> row.getString(1));
    String method = cluster.connection().login() instanceof Login.Password
        ? "scram-sha-256"
        : "<as in the line that admits it to its database>";
    return "add to " + setting("hba_file") + ": "
        + from.replace("%", quoted(cluster.connection().user())) + " " + method
        + "    then: SELECT pg_reload_conf();";
  }

  private void requireFunction(String function) {
    boolean may = session.one(
        "SELECT has_function_privilege(?, 'EXECUTE')", row -> row.getBoolean(1), function);
    if (!may) {
      String user = quoted(cluster.connection().user());
      block(
          function,
          "the role may not run it",
          "GRANT EXECUTE ON FUNCTION " + function + " TO " + user + ";");
    }
  }

  /** Without summaries each incremental snapshot reads and compares the whole database. */
  private void summaries() {
    if (facts.major() < 17) {
      return;
    }
    if (setting("summarize_wal").equals("on")) {
      ready("summarize_wal", "on: an incremental snapshot reads only what has changed");
      requireFunction("pg_available_wal_summaries()");
      requireFunction("pg_wal_summary_contents(bigint,pg_lsn,pg_lsn)");
    } else {
      advise(
          "summarize_wal",
          "it is off: every snapshot reads the whole database to find what has changed",
          "ALTER SYSTEM SET summarize_wal = on; SELECT pg_reload_conf();");
    }
  }

  private void checksums() {
    if (setting("data_checksums").equals("on")) {
      ready("data_checksums", "on: every page that is captured is verified");
    } else {
      advise(
          "data_checksums",
          "they are off: a page that rotted on disk is captured as it is, unnoticed",
          "stop the server and run: pg_checksums --enable -D " + facts.dataDirectory());
    }
  }

  private void durability() {
    requireOn("full_page_writes", "a crash can leave half-written pages that nothing repairs");
    requireOn("fsync", "a crash of the machine can lose or break the database");
  }

  private void requireOn(String name, String consequence) {
    if (setting(name).equals("on")) {
      ready(name, "on");
    } else {
      advise(
          name,
          "it is off: " + consequence,
          "ALTER SYSTEM SET " + name + " = on; SELECT pg_reload_conf();");
    }
  }

  /** Which of the two may give way when the stream stalls: the log, or the primary's disk. */
  private void slotLimit() {
    long mib = Long.parseLong(session.one(
        "SELECT setting FROM pg_settings WHERE name = 'max_slot_wal_keep_size'",
        row -> row.getString(1)));
    if (mib < 0) {
      advise(
          "max_slot_wal_keep_size",
          "unlimited: no log is ever dropped, but a stream that stalls fills the primary's disk",
          "to protect the primary instead: ALTER SYSTEM SET max_slot_wal_keep_size = '64GB';"
              + " SELECT pg_reload_conf();");
    } else {
      ready(
          "max_slot_wal_keep_size",
          mib + " MB: a stream that falls further behind leaves a gap in the restorable window");
    }
  }

  private void collations() {
    var differing = session.list("""
        SELECT datname FROM pg_database
         WHERE datallowconn AND datcollversion IS NOT NULL
           AND datcollversion <> pg_database_collation_actual_version(oid)
        """, row -> row.getString(1));
    if (differing.isEmpty()) {
      ready("collations", "their versions are those the databases were made with");
    } else {
      advise(
          "collations",
          "the operating system's differ from those used by " + String.join(", ", differing)
              + ": indexes on text may be out of order",
          "REINDEX DATABASE and ALTER DATABASE ... REFRESH COLLATION VERSION in each");
    }
  }

  /** What keeps names out of a snapshot, and a database out of everything. */
  private void databases() {
    session
        .list("""
            SELECT datname, datconnlimit = -2 FROM pg_database
             WHERE datallowconn
               AND (datconnlimit = -2 OR NOT has_database_privilege(oid, 'CONNECT'))
             ORDER BY datname
            """, row -> new Shut(row.getString(1), row.getBoolean(2)))
        .forEach(shut -> advise(
            "database " + shut.name(),
            shut.isHalfDropped()
                ? "its DROP was interrupted: nobody can enter it any more"
                : "this role may not enter it: extensions, collations and names of its tables are"
                    + " not noted",
            shut.isHalfDropped()
                ? "DROP DATABASE " + quoted(shut.name()) + ";"
                : "GRANT CONNECT ON DATABASE " + quoted(shut.name()) + " TO "
                    + quoted(cluster.connection().user()) + ";"));
  }

  /** A database that this role cannot enter. */
  private record Shut(String name, boolean isHalfDropped) {}

  /** A recovered database is read-only while it is verified, and takes no extension any more. */
  private void amcheck() {
    if (count("SELECT count(*) FROM pg_extension WHERE extname = 'amcheck'") == 0) {
      advise(
          "amcheck",
          "not installed in " + cluster.connection().database() + ": after a recovery its indexes"
              + " and tables will not be compared",
          "CREATE EXTENSION amcheck;    in each database that matters");
    } else {
      ready("amcheck", "installed in " + cluster.connection().database());
    }
  }

  private String setting(String name) {
    return session.one("SELECT current_setting(?)", row -> row.getString(1), name);
  }

  private long count(String sql) {
    return session.one(sql, row -> row.getLong(1));
  }

  static String quoted(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  private void ready(String subject, String finding) {
    found.add(new Readiness(Level.READY, subject, finding, ""));
  }

  private void advise(String subject, String finding, String remedy) {
    found.add(new Readiness(Level.ADVICE, subject, finding, remedy));
  }

  private void block(String subject, String finding, String remedy) {
    found.add(new Readiness(Level.BLOCKING, subject, finding, remedy));
  }
}
