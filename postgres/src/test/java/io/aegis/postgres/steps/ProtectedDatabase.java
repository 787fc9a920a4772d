package io.aegis.postgres.steps;

import io.aegis.kernel.Json;
import io.aegis.kernel.Progress;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.BaseBackup;
import io.aegis.postgres.BaseBackups;
import io.aegis.postgres.DatabaseLoss;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Moments;
import io.aegis.postgres.PostgresCluster;
import io.aegis.postgres.Readiness;
import io.aegis.postgres.Resolution;
import io.aegis.postgres.SystemIdentifier;
import io.aegis.postgres.Target;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.WalDurability;
import io.aegis.postgres.stream.RunningStream;
import io.aegis.postgres.testing.TestPostgres;
import io.aegis.recovery.ApplicationName;
import io.aegis.recovery.EnvironmentName;
import io.aegis.recovery.Estimates;
import io.aegis.recovery.Person.Role;
import io.aegis.recovery.Plan;
import io.aegis.recovery.Scenario;
import io.aegis.repository.ComponentName;
import io.aegis.repository.Ports;
import io.aegis.repository.Repository;
import io.aegis.repository.testing.TestRepository;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A real server whose log is streamed into a real repository, with one base backup in it. */
final class ProtectedDatabase implements AutoCloseable {
  private static final ComponentName COMPONENT = new ComponentName("db");

  private final TestPostgres server;
  private final Repository repository = TestRepository.inMemory().open();
  private final RunningStream stream;
  private final BaseBackup backup;
  private String role = TestPostgres.SUPERUSER;
  private String account = "";

  ProtectedDatabase(TestPostgres.Setup setup) throws InterruptedException {
    this(withNumbers(setup));
  }

  /** A server that only lacks protection: {@link #withNumbers}, or a standby of such a one. */
  ProtectedDatabase(TestPostgres server) throws InterruptedException {
    this.server = server;
    stream = new RunningStream(repository, server);
    backup = backups()
        .take(
            cluster(),
            new StreamedLog(),
            new BaseBackups.Options(
                BaseBackups.Extent.INCREMENTAL, BaseBackups.CheckpointSpeed.FAST, 2),
            Progress.SILENT)
        .backup();
  }

  static TestPostgres withNumbers(TestPostgres.Setup setup) {
    var server = setup.setting("wal_keep_size", "2GB").start();
    server.psql("CREATE EXTENSION amcheck");
    server.psql("CREATE TABLE numbers (n int PRIMARY KEY)");
    server.psql("INSERT INTO numbers SELECT generate_series(1, 1000)");
    return server;
  }

  private final class StreamedLog implements WalDurability, WalDurability.Watch {
    @Override
    public Watch begin() {
      return this;
    }

    @Override
    public void await(Timeline timeline, Lsn from, Lsn to) {
      stream.awaitDurable(to);
    }

    @Override
    public boolean isUnbroken(Timeline timeline, Lsn from, Lsn to) {
      return true;
    }

    @Override
    public void close() {}
  }

  PostgresCluster cluster() {
    return new PostgresCluster(
        RunningStream.settingsOf(server), server.dataDirectory(), TimeSource.system());
  }

  /** As doctor asks for them. */
  Readiness tablespaces() {
    return BaseBackups.tablespaces(repository.snapshots(COMPONENT).getLast(), cluster());
  }

  /** As doctor asks whether this is the cluster, and the life, of the snapshots. */
  Readiness continued() {
    return BaseBackups.continued(repository, COMPONENT, cluster());
  }

  BaseBackups backups() {
    return new BaseBackups(repository, COMPONENT, Ports.system());
  }

  TestPostgres server() {
    return server;
  }

  Repository repository() {
    return repository;
  }

  /** Adds numbers in one transaction, durable in the repository on return. */
  Lsn insert(int from, int to) {
    server.psql("INSERT INTO numbers SELECT generate_series(" + from + ", " + to + ")");
    return stream.awaitAll(server);
  }

  /** Everything so far, durable in the repository on return; for a server that psql cannot ask. */
  Lsn sent(java.sql.Connection session) throws SQLException {
    try (var statement = session.createStatement();
        var rows = statement.executeQuery("SELECT pg_current_wal_flush_lsn()")) {
      rows.next();
      var flushed = Lsn.parse(rows.getString(1));
      stream.awaitDurable(flushed);
      return flushed;
    }
  }

  /** Whom the plan names as the role to connect as. */
  void configuredFor(String other) {
    role = other;
  }

  /** Whose the plan makes the recovered database. */
  void recoveredFor(String other) {
    account = other;
  }

  /** As the window shows it, without help. */
  Resolution.PlannedTarget resolve(Target target) {
    return ((Resolution.Present) new Moments(repository, backups()).resolve(target)).plan();
  }

  BaseBackup backup() {
    return backup;
  }

  /** To the last commit that ends at or before {@code end}. */
  Resolution.PlannedTarget target(Lsn end) {
    var commit = server
        .waldump("-s", backup.begin().toString(), "-e", end.toString(), "-r", "Transaction")
        .lines()
        .filter(line -> line.contains("COMMIT"))
        .reduce((_, later) -> later)
        .orElseThrow();
    var start = Lsn.parse(commit.replaceAll(".*lsn: (\\S+),.*", "$1"));
    var incarnation =
        Incarnation.rootOf(SystemIdentifier.parse(server.control("Database system identifier")));
    var timeline = new Timeline(1);
    return new Resolution.PlannedTarget(
        backup,
        List.of(new Resolution.Leg(incarnation, timeline, backup.begin(), end)),
        start,
        Resolution.Stop.AFTER,
        end,
        new Resolution.Edge.Nothing(),
        new Resolution.Edge.Nothing(),
        new Resolution.Edge.Nothing(),
        end.minus(backup.begin()));
  }

  Plan plan(Resolution.PlannedTarget target, Path into, DatabaseLoss.Checks checks) {
    var header = new Plan.Header(
        Scenario.DATABASE_LOSS,
        Plan.Purpose.RECOVERY,
        new ApplicationName("shop"),
        new EnvironmentName("staging"),
        new Plan.Objectives(Duration.ofMinutes(15), Duration.ofMinutes(1)),
        new Role("operator"),
        Instant.now(),
        Json.object());
    return loss().plan(header, target, request(into, account, checks));
  }

  DatabaseLoss loss() {
    return new DatabaseLoss(repository, Estimates.in(repository.records()), Ports.system());
  }

  /** What a configuration asks for that names that account. */
  DatabaseLoss.Request request(Path into, String owner, DatabaseLoss.Checks checks) {
    var at = server.connection();
    var place = new DatabaseLoss.Place(
        into,
        Map.of(),
        server.binDirectory(),
        Path.of("/tmp"),
        role,
        "postgres",
        2,
        owner,
        List.of(server.dataDirectory()));
    var source = new DatabaseLoss.Source.Here(server.dataDirectory(), at.host(), at.port());
    var approval = new DatabaseLoss.Approval(new Role("approver"), 0, new Role("database-admin"));
    return new DatabaseLoss.Request(place, source, checks, approval);
  }

  /** What a disaster does to a server. */
  void lose() {
    stream.close();
    server.kill();
  }

  @Override
  public void close() {
    stream.close();
    server.close();
    repository.close();
  }
}
