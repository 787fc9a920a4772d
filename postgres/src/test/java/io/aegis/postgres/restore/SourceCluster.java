package io.aegis.postgres.restore;

import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Resolution.Stop;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.feed.WalFileName;
import io.aegis.postgres.feed.WalSource;
import io.aegis.postgres.testing.TestPostgres;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;

/**
 * A running cluster that archives its log into a directory, a base backup of it made by
 * PostgreSQL's own tool, and targets in its log: all a restore needs, without a repository.
 */
public final class SourceCluster implements AutoCloseable {
  private static final Pattern START = Pattern.compile("START WAL LOCATION: (\\S+) ");

  private final TestPostgres server;
  private final Path archive;
  private final Path backup;
  private final AtomicReference<Away> away = new AtomicReference<>(Away.NO);

  /** Whether the archive answers. */
  private enum Away {
    YES,
    NO
  }

  private SourceCluster(TestPostgres server, Path home) {
    this.server = server;
    archive = home.resolve("archive");
    backup = home.resolve("backup");
  }

  /** With a table {@code numbers} that holds 1 to 1000 when the backup is made. */
  public static SourceCluster of(int major, Path home) throws IOException {
    return of(TestPostgres.of(major), home);
  }

  public static SourceCluster of(TestPostgres.Setup setup, Path home) throws IOException {
    var archive = Files.createDirectories(home.resolve("archive"));
    var server = setup
        .setting("archive_mode", "on")
        .setting("archive_command", "cp %p " + archive + "/%f")
        .start();
    var source = new SourceCluster(server, home);
    server.psql("CREATE TABLE numbers (n int PRIMARY KEY)");
    server.psql("INSERT INTO numbers SELECT generate_series(1, 1000)");
    return source;
  }

  public TestPostgres server() {
    return server;
  }

  public void backUp(String... options) {
    var arguments = new java.util.ArrayList<>(List.of(
        "-D", backup.toString(), "--wal-method=none", "--checkpoint=fast", "--no-manifest"));
    arguments.addAll(List.of(options));
    server.tool("pg_basebackup", arguments.toArray(String[]::new));
  }

  Path backup() {
    return backup;
  }

  public DirectorySnapshot snapshot() {
    return new DirectorySnapshot(backup);
  }

  public Origin origin() throws IOException {
    return new Origin(
        new Origin.Release(server.major(), 0),
        Files.readString(backup.resolve("backup_label")),
        Map.of(),
        List.of("plpgsql"),
        Map.of(),
        Map.of(),
        List.of());
  }

  /** Where replay begins. */
  public Lsn begin() throws IOException {
    var matcher = START.matcher(Files.readString(backup.resolve("backup_label")));
    if (!matcher.find()) {
      throw new AssertionError("the label has no start");
    }
    return Lsn.parse(matcher.group(1));
  }

  /** Adds numbers in one transaction; where its commit ends is where the log stands right after. */
  public Lsn insert(int from, int to) {
    server.psql("INSERT INTO numbers SELECT generate_series(" + from + ", " + to + ")");
    return Lsn.parse(server.psql("SELECT pg_current_wal_insert_lsn()"));
  }

  /** Where the record begins that ends at or before {@code end}: the last commit before it. */
  public Lsn lastCommitBefore(Lsn end) {
    var commits = server
        .waldump("-s", startOfLog(), "-e", end.toString(), "-r", "Transaction")
        .lines()
        .filter(line -> line.contains("COMMIT"))
        .toList();
    return Lsn.parse(commits.getLast().replaceAll(".*lsn: (\\S+),.*", "$1"));
  }

  private String startOfLog() {
    return server.control("Latest checkpoint's REDO location");
  }

  /** Everything written so far is in the archive on return. */
  public void archiveAll() throws InterruptedException {
    server.psql("SELECT pg_create_restore_point('archived to here')"); // else nothing is switched
    String segment = server.psql("SELECT pg_walfile_name(pg_switch_wal())");
    while (!Files.exists(archive.resolve(segment)) || !archived(segment)) {
      Thread.onSpinWait();
    }
  }

  private boolean archived(String segment) {
    return server
        .psql("SELECT coalesce(last_archived_wal, '') >= '" + segment + "' FROM pg_stat_archiver")
        .equals("t");
  }

  public Path archive() {
    return archive;
  }

  /** From now on the archive does not answer, or does again. */
  public void goAway() {
    away.set(Away.YES);
  }

  public void comeBack() {
    away.set(Away.NO);
  }

  public WalSource.Answer fetch(WalFileName name, OutputStream into) throws IOException {
    if (away.get() == Away.YES) {
      throw new io.aegis.kernel.Failure.Unavailable(io.aegis.kernel.Report.of(
              io.aegis.postgres.PostgresCode.WAL_NOT_AT_HAND, "the archive does not answer")
          .next("wait"));
    }
    var file = archive.resolve(name.value());
    if (!Files.exists(file)) {
      return WalSource.Answer.PROVED_ABSENT;
    }
    into.write(Files.readAllBytes(file));
    return WalSource.Answer.FOUND;
  }

  /** To the record that begins at {@code start}. */
  public Goal goal(Path target, Lsn start, Stop stop) {
    return new Goal(target, Map.of(), new Incarnation("test-0001"), start, stop, new Timeline(1));
  }

  @Override
  public void close() {
    server.close();
  }
}
