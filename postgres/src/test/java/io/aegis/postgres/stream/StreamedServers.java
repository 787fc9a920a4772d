package io.aegis.postgres.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.postgres.Incarnation;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.SystemIdentifier;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.archive.IncarnationClaim;
import io.aegis.postgres.archive.Inventory;
import io.aegis.postgres.archive.LineageLog;
import io.aegis.postgres.archive.LogSpan;
import io.aegis.postgres.archive.WalArchive;
import io.aegis.postgres.testing.TestPostgres;
import io.aegis.postgres.wal.Detail;
import io.aegis.postgres.wal.ScanState;
import io.aegis.postgres.wal.WalEvent;
import io.aegis.repository.ComponentName;
import io.aegis.repository.Ports;
import io.aegis.repository.Repository;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Servers whose log goes into one repository, and what is stored of it. */
final class StreamedServers implements AutoCloseable {
  static final Timeline ONE = new Timeline(1);

  private final Repository repository;
  private final WalArchive archive;
  private final List<TestPostgres> servers = new ArrayList<>();

  StreamedServers(Repository repository) {
    this.repository = repository;
    this.archive = new WalArchive(repository.records());
  }

  Repository repository() {
    return repository;
  }

  WalArchive archive() {
    return archive;
  }

  TestPostgres started(TestPostgres.Setup setup) {
    var server = setup.start();
    servers.add(server);
    return server;
  }

  TestPostgres adopted(int major, Path data) {
    var server = TestPostgres.of(major).adopt(data);
    servers.add(server);
    server.start();
    return server;
  }

  /** A standby of a server of version 17, which runs. */
  TestPostgres standbyOf(TestPostgres primary, Path data) {
    primary.tool("pg_basebackup", "-D", data.toString(), "-R", "-c", "fast");
    return adopted(17, data);
  }

  /** Everything that the primary has flushed is replayed by then. */
  void awaitReplay(TestPostgres primary, TestPostgres standby) {
    var flushed = primary.psql("select pg_current_wal_flush_lsn()").strip();
    var question = "select pg_last_wal_replay_lsn() >= '" + flushed + "'";
    while (!standby.psql(question).strip().equals("t")) {
      Thread.onSpinWait();
    }
  }

  RunningStream stream(TestPostgres server) {
    return new RunningStream(repository, server);
  }

  RunningStream stream(TestPostgres server, ComponentName component) {
    return new RunningStream(repository, server, Ports.system(), Optional.of(component));
  }

  /**
   * Commits to {@code t(id int)}.
   *
   * @return the transaction
   */
  static long commit(TestPostgres server, int id) {
    return Long.parseLong(server
        .psql("with w as (insert into t values (" + id + ")) select pg_current_xact_id()")
        .strip());
  }

  Inventory inventory(TestPostgres server) {
    return archive.inventory(claim(server));
  }

  IncarnationClaim claim(TestPostgres server) {
    return archive.claim(root(server)).orElseThrow();
  }

  static SystemIdentifier system(TestPostgres server) {
    return SystemIdentifier.parse(server.control("Database system identifier"));
  }

  private static Incarnation root(TestPostgres server) {
    return Incarnation.rootOf(system(server));
  }

  /** What was committed by the stored log, up to its end or to its first hole. */
  List<Long> committed(TestPostgres server, Timeline timeline) {
    var log = LineageLog.of(archive, new Branch(root(server), timeline));
    var first = inventory(server).timeline(ONE).ranges().getFirst().from();
    var xids = new ArrayList<Long>();
    var state = log.scan(new LogSpan(first, log.reach(first)), Detail.TRANSACTIONS, event -> {
      if (event instanceof WalEvent.TransactionEnd end && end.outcome().isCommit()) {
        xids.add(end.xid());
      }
    });
    assertThat(state).isInstanceOf(ScanState.Reading.class);
    return xids;
  }

  @Override
  public void close() {
    servers.forEach(TestPostgres::close);
    repository.close();
  }
}
