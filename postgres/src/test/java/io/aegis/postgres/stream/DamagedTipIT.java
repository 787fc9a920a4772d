package io.aegis.postgres.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Milestones;
import io.aegis.kernel.Progress;
import io.aegis.kernel.testing.RequiresPart;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.SystemIdentifier;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.WalProtection;
import io.aegis.postgres.WalStream.Event;
import io.aegis.postgres.archive.LineageLog;
import io.aegis.postgres.archive.LogSpan;
import io.aegis.postgres.archive.Piece;
import io.aegis.postgres.archive.TimelineInventory;
import io.aegis.postgres.archive.WalArchive;
import io.aegis.postgres.archive.WalFiling;
import io.aegis.postgres.testing.TestPostgres;
import io.aegis.postgres.wal.Detail;
import io.aegis.postgres.wal.ScanState;
import io.aegis.postgres.wal.WalEvent;
import io.aegis.repository.CheckDepth;
import io.aegis.repository.Finding;
import io.aegis.repository.Repository;
import io.aegis.repository.testing.TestRepository;
import io.aegis.storage.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The newest log in a directory is damaged while no stream runs. */
@RequiresPart("postgres-17")
class DamagedTipIT {
  private static final Timeline ONE = new Timeline(1);

  @TempDir
  Path directory = Path.of("set by JUnit");

  private Repository repository = TestRepository.inMemory().open();
  private final List<AutoCloseable> servers = new ArrayList<>();

  @BeforeEach
  void open_a_repository_in_a_directory() {
    repository.close();
    repository =
        TestRepository.in(Stores.directory(directory.resolve("repository"))).open();
  }

  @AfterEach
  void close_everything() throws Exception {
    for (var server : servers) {
      server.close();
    }
    repository.close();
  }

  // Red when: a stream that begins lets the damage through, as it did; or the part that covers the
  // damaged one ends where that did.
  @Test
  void the_stream_goes_on_and_every_commit_is_there() throws IOException {
    var server = started(TestPostgres.of(17));
    server.psql("create table t(id int)");
    var acknowledged = streamed(server, 5);
    var newest = newestPart(server);
    flipABit(newest);
    acknowledged.add(commit(server, 6));
    try (var stream = new RunningStream(repository, server)) {
      assertThat(stream.await(Event.DamageMet.class).report().code())
          .isEqualTo(PostgresCode.STORED_LOG_DAMAGED);
      var mended = stream.await(Event.Mended.class);
      assertThat(mended.from()).isLessThanOrEqualTo(newest.span().from());
      assertThat(mended.to()).isGreaterThanOrEqualTo(newest.span().to());
      acknowledged.add(commit(server, 7));
      stream.awaitAll(server);
    }
    assertThat(timeline(server).gaps()).isEmpty();
    assertThat(committed(server)).containsAll(acknowledged);
    assertThat(check()).isEmpty();
    assertThat(streamed(server, 2)).hasSize(2); // and once more, from what was stored anew
  }

  // Red when: DamagedTip.goal overwrites, or ends at, the name that the damaged object has.
  @Test
  void where_the_damaged_object_is_all_of_the_slice_the_next_commit_brings_it_back()
      throws IOException {
    var server = started(TestPostgres.of(17));
    server.psql("create table t(id int)");
    var acknowledged = streamed(server, 5);
    var archive = new WalArchive(repository.records());
    var whole = timeline(server).ranges().getLast();
    assertThat(whole.bytes()).isLessThan(WalArchive.SLICE);
    var bytes = archive.read(timeline(server), whole);
    var claim = archive.claim(root(server)).orElseThrow();
    new WalFiling(repository, claim, Milestones.UNWATCHED)
        .merge(ONE, whole, bytes, timeline(server).pieces());
    flipABit(newestPart(server));
    try (var stream = new RunningStream(repository, server)) {
      stream.await(Event.DamageMet.class);
      acknowledged.add(commit(server, 6));
      stream.await(Event.Mended.class);
      stream.awaitAll(server);
    }
    assertThat(committed(server)).containsAll(acknowledged);
    assertThat(check()).isEmpty();
  }

  // Red when: TipCare.declaredLost does not begin the gap with what is damaged, or
  // TimelineInventory.ranges shows what is declared to be lost.
  @Test
  void log_that_the_server_has_removed_is_declared_lost_and_the_stream_goes_on()
      throws IOException {
    var server = started(TestPostgres.of(17)
        .walSegmentMib(1)
        .setting("min_wal_size", "2MB")
        .setting("max_wal_size", "3MB"));
    server.psql("create table t(id int)");
    streamed(server, 3);
    var newest = newestPart(server);
    flipABit(newest);
    server.psql("select pg_drop_replication_slot('aegis')");
    for (int i = 0; i < 4; i++) {
      server.pgbench("-i", "-q", "-s", "1");
      server.psql("checkpoint");
    }
    try (var stream = new RunningStream(repository, server)) {
      stream.await(Event.DamageMet.class);
      var gap = stream.await(Event.GapDeclared.class);
      assertThat(gap.from()).isEqualTo(newest.span().from());
      stream.awaitAll(server);
    }
    var ranges = timeline(server).ranges();
    var gap = timeline(server).gaps().getFirst();
    assertThat(ranges).hasSize(2);
    assertThat(ranges.getFirst().to()).isEqualTo(gap.from());
    assertThat(ranges.getLast().from()).isEqualTo(gap.to());
    assertThat(check())
        .singleElement()
        .satisfies(finding ->
            assertThat(finding.what()).contains(gap.from().toString(), gap.to().toString()));
    assertThat(Files.exists(file(newest))).isTrue();
  }

  private Set<Long> streamed(TestPostgres server, int commits) {
    var acknowledged = new HashSet<Long>();
    try (var stream = new RunningStream(repository, server)) {
      stream.await(Event.Streaming.class);
      for (int i = 0; i < commits; i++) {
        acknowledged.add(commit(server, i));
        stream.awaitAll(server);
      }
    }
    return acknowledged;
  }

  private void flipABit(Piece part) throws IOException {
    var file = file(part);
    var bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 4;
    Files.write(file, bytes);
  }

  private Path file(Piece part) {
    return directory.resolve("repository").resolve(part.key().name());
  }

  private Piece newestPart(TestPostgres server) {
    var newest = timeline(server).pieces().getLast();
    assertThat(newest.kind()).isEqualTo(Piece.Kind.PART);
    return newest;
  }

  private TimelineInventory timeline(TestPostgres server) {
    var archive = new WalArchive(repository.records());
    return archive.inventory(archive.claim(root(server)).orElseThrow()).timeline(ONE);
  }

  private List<Finding> check() {
    return new WalProtection(repository, List.of()).check(CheckDepth.READ_DATA, Progress.SILENT);
  }

  private TestPostgres started(TestPostgres.Setup setup) {
    var server = setup.start();
    servers.add(server);
    return server;
  }

  private static Incarnation root(TestPostgres server) {
    return Incarnation.rootOf(SystemIdentifier.parse(server.control("Database system identifier")));
  }

  private static long commit(TestPostgres server, int id) {
    return Long.parseLong(server
        .psql("with w as (insert into t values (" + id + ")) select pg_current_xact_id()")
        .strip());
  }

  private List<Long> committed(TestPostgres server) {
    var log = LineageLog.of(new WalArchive(repository.records()), new Branch(root(server), ONE));
    var range = log.tip().ranges().getFirst();
    var xids = new ArrayList<Long>();
    var state =
        log.scan(new LogSpan(range.from(), log.reach(range.from())), Detail.TRANSACTIONS, event -> {
          if (event instanceof WalEvent.TransactionEnd end && end.outcome().isCommit()) {
            xids.add(end.xid());
          }
        });
    assertThat(state).isInstanceOf(ScanState.Reading.class);
    return xids;
  }
}
