package io.aegis.postgres.cluster;

import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCluster;
import io.aegis.postgres.PostgresCluster.Facts;
import io.aegis.postgres.PostgresCluster.Role;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Readiness;
import io.aegis.postgres.Readiness.Level;
import io.aegis.postgres.SystemIdentifier;
import io.aegis.postgres.Timeline;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Asks one cluster about itself. */
public final class ClusterProbe {
  private static final String FACTS = """
      SELECT current_setting('server_version_num')::int AS version,
             system_identifier,
             catalog_version_no,
             (SELECT timeline_id FROM pg_control_checkpoint()) AS timeline,
             coalesce(current_setting('aegis.incarnation', true), '') AS incarnation,
             pg_is_in_recovery() AS in_recovery,
             current_setting('data_directory') AS data_directory,
             clock_timestamp() AS asked
        FROM pg_control_system()""";

  // Those in place have a relative one: they lie in the data directory, and are made again there.
  private static final String TABLESPACES = """
      SELECT oid, spcname FROM pg_tablespace WHERE pg_tablespace_location(oid) LIKE '/%'
       ORDER BY spcname""";

  private final PostgresCluster cluster;

  public ClusterProbe(PostgresCluster cluster) {
    this.cluster = cluster;
  }

  public Facts facts() {
    try (var session = SqlSession.open(cluster.connection())) {
      return facts(session);
    }
  }

  /** Asks on a session that is open already. */
  public static Facts facts(SqlSession session) {
    requireSupported(session);
    return session.one(FACTS, ClusterProbe::facts);
  }

  /** Before anything else is asked, since the questions themselves differ between versions. */
  private static void requireSupported(SqlSession session) {
    int major = session.one(
        "SELECT current_setting('server_version_num')::int / 10000", row -> row.getInt(1));
    if (major < PostgresCluster.OLDEST || major > PostgresCluster.NEWEST) {
      throw new Failure.Refused(
          Report.of(PostgresCode.VERSION_UNSUPPORTED, "the server is PostgreSQL " + major)
              .next("use a server of version 15 to 18"));
    }
  }

  private static Facts facts(ResultSet row) throws SQLException {
    var system = new SystemIdentifier(row.getLong("system_identifier"));
    String incarnation = row.getString("incarnation");
    return new Facts(
        row.getInt("version"),
        system,
        row.getInt("catalog_version_no"),
        new Timeline(row.getLong("timeline")),
        incarnation.isEmpty() ? Incarnation.rootOf(system) : new Incarnation(incarnation),
        row.getBoolean("in_recovery") ? Role.STANDBY : Role.PRIMARY,
        Path.of(row.getString("data_directory")),
        row.getObject("asked", OffsetDateTime.class).toInstant());
  }

  /** See {@link PostgresCluster#requireReady}. */
  public void requireReady() {
    List<Readiness> missing;
    try (var session = SqlSession.open(cluster.connection())) {
      missing = new ReadinessChecks(cluster, session, facts(session)).missing();
    }
    if (!missing.isEmpty()) {
      var remedies = missing.stream().map(Readiness::remedy).skip(1);
      throw new Failure.Refused(
          Report.of(PostgresCode.NOT_READY, cluster.connection() + " is not ready for a snapshot")
              .why(missing.stream()
                  .map(one -> one.subject() + ": " + one.finding())
                  .collect(Collectors.joining("\n")))
              .next(
                  missing.getFirst().remedy(),
                  Stream.concat(remedies, Stream.of("aegis doctor")).toArray(String[]::new)));
    }
  }

  /**
   * Whether somebody streams the log through this slot now, and into the repository that is asked.
   * A slot forgets what its reader has confirmed, and a stream of ours confirms nothing that is not
   * stored: where the slot begins beyond that, its reader stores it elsewhere.
   *
   * @param stored how far the log of a life is durable; asked after the slot
   */
  public Readiness streamed(String slot, Function<Incarnation, Lsn> stored) {
    try (var session = SqlSession.open(cluster.connection())) {
      var found = session
          .list(
              "SELECT CASE WHEN slot_type <> 'physical' THEN slot_type WHEN active THEN 'active'"
                  + " ELSE coalesce(wal_status, '') END, coalesce(restart_lsn, '0/0')"
                  + " FROM pg_replication_slots WHERE slot_name = ?",
              row -> new Slot(row.getString(1), Lsn.parse(row.getString(2))),
              slot)
          .stream()
          .findFirst()
          .orElse(new Slot("", Lsn.INVALID));
      return switch (found.state()) {
        case "active" -> reader(slot, found.begin(), stored.apply(facts(session).incarnation()));
        case "logical" ->
          new Readiness(
              Level.BLOCKING,
              "stream",
              "slot " + slot + " is a logical one, of somebody else, and cannot carry the log",
              "drop it if nothing needs it, or name another one in aegis.yaml"
                  + " (database.slot)");
        case "lost" ->
          new Readiness(
              Level.BLOCKING,
              "stream",
              "the server has given up slot " + slot + " (max_slot_wal_keep_size), and with it log"
                  + " that had not arrived",
              "aegis wal stream, and then aegis backup    (moments behind the gap need it)");
        default ->
          new Readiness(
              Level.ADVICE,
              "stream",
              "no stream reads from slot " + slot + ": what is committed now is not protected",
              "aegis wal stream    (in a terminal of its own, or as a service)");
      };
    }
  }

  /** A slot, and the oldest log that it keeps. */
  private record Slot(String state, Lsn begin) {}

  private static Readiness reader(String slot, Lsn begin, Lsn stored) {
    if (!stored.isBefore(begin)) {
      return new Readiness(Level.READY, "stream", "it reads from slot " + slot, "");
    }
    return new Readiness(
        Level.BLOCKING,
        "stream",
        "what reads from slot " + slot + " has confirmed the log up to " + begin
            + ", and this repository has it "
            + (stored.equals(Lsn.INVALID) ? "not" : "up to " + stored)
            + ": it is stored elsewhere, if at all",
        "end what reads it (SELECT * FROM pg_stat_replication), or name another slot in aegis.yaml"
            + " (database.slot); then aegis wal stream    (one that began just now: ask again)");
  }

  /** See {@link PostgresCluster#tablespacesSince}. */
  public Readiness tablespacesSince(Set<Long> known) {
    List<String> younger;
    try (var session = SqlSession.open(cluster.connection())) {
      younger = session
          .list(TABLESPACES, row -> Map.entry(row.getLong("oid"), quoted(row.getString("spcname"))))
          .stream()
          .filter(each -> !known.contains(each.getKey()))
          .map(Map.Entry::getValue)
          .toList();
    }
    if (younger.isEmpty()) {
      return new Readiness(Level.READY, "tablespaces", "the newest snapshot has them all", "");
    }
    return new Readiness(
        Level.ADVICE,
        "tablespaces",
        String.join(", ", younger) + " came after the newest snapshot: a recovery from it stops"
            + " there, until their directories are made anew by hand",
        "aegis backup");
  }

  private static String quoted(String name) {
    return "'" + name + "'";
  }

  public List<Readiness> readiness() throws InterruptedException {
    try (var session = SqlSession.open(cluster.connection())) {
      var facts = facts(session);
      return new ReadinessChecks(cluster, session, facts).run();
    }
  }
}
