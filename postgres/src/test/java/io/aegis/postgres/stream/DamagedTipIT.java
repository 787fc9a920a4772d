package io.aegis.postgres.stream;

import static io.aegis.postgres.stream.StreamedServers.ONE;
import static io.aegis.postgres.stream.StreamedServers.commit;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Milestones;
import io.aegis.kernel.Progress;
import io.aegis.kernel.testing.RequiresPart;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.WalProtection;
import io.aegis.postgres.WalStream.Event;
import io.aegis.postgres.archive.LogSpan;
import io.aegis.postgres.archive.Piece;
import io.aegis.postgres.archive.TimelineInventory;
import io.aegis.postgres.archive.WalArchive;
import io.aegis.postgres.archive.WalFiling;
import io.aegis.postgres.testing.TestPostgres;
import io.aegis.postgres.wal.SegmentName;
import io.aegis.repository.CheckDepth;
import io.aegis.repository.Finding;
import io.aegis.repository.testing.TestRepository;
import io.aegis.storage.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
  @TempDir
  Path directory = Path.of("set by JUnit");

  private StreamedServers servers =
      new StreamedServers(TestRepository.inMemory().open());

  @BeforeEach
  void open_a_repository_in_a_directory() {
    servers.close();
    var store = Stores.directory(directory.resolve("repository"));
    servers = new StreamedServers(TestRepository.in(store).open());
  }

  @AfterEach
  void close_everything() {
    servers.close();
  }

  // Red when: a stream that begins lets the damage through, as it did; or the part that covers the
  // damaged one ends where that did.
  @Test
  void the_stream_goes_on_and_every_commit_is_there() throws IOException {
    var server = servers.started(TestPostgres.of(17));
    server.psql("create table t(id int)");
    var acknowledged = streamed(server, 5);
    var newest = newestPart(server);
    flipABit(newest);
    acknowledged.add(commit(server, 6));
    try (var stream = servers.stream(server)) {
      assertThat(stream.await(Event.DamageMet.class).report().code())
          .isEqualTo(PostgresCode.STORED_LOG_DAMAGED);
      var mended = stream.await(Event.Mended.class);
      assertThat(mended.from()).isLessThanOrEqualTo(newest.span().from());
      assertThat(mended.to()).isGreaterThanOrEqualTo(newest.span().to());
      acknowledged.add(commit(server, 7));
      stream.awaitAll(server);
    }
    assertThat(timeline(server).gaps()).isEmpty();
    assertThat(servers.committed(server, ONE)).containsAll(acknowledged);
    assertThat(check()).isEmpty();
    assertThat(streamed(server, 2)).hasSize(2); // and once more, from what was stored anew
  }

  // Red when: DamagedTip.goal overwrites, or ends at, the name that the damaged object has.
  @Test
  void where_the_damaged_object_is_all_of_the_slice_the_next_commit_brings_it_back()
      throws IOException {
    var server = servers.started(TestPostgres.of(17));
    server.psql("create table t(id int)");
    var acknowledged = streamed(server, 5);
    var whole = timeline(server).ranges().getLast();
    assertThat(whole.bytes()).isLessThan(WalArchive.SLICE);
    var bytes = servers.archive().read(timeline(server), whole);
    filing(server).merge(ONE, whole, bytes, timeline(server).pieces());
    flipABit(newestPart(server));
    try (var stream = servers.stream(server)) {
      stream.await(Event.DamageMet.class);
      acknowledged.add(commit(server, 6));
      stream.await(Event.Mended.class);
      stream.awaitAll(server);
    }
    assertThat(servers.committed(server, ONE)).containsAll(acknowledged);
    assertThat(check()).isEmpty();
  }

  // Red when: TipCare.declaredLost does not begin the gap with what is damaged, or
  // TimelineInventory.ranges shows what is declared to be lost.
  @Test
  void log_that_the_server_has_removed_is_declared_lost_and_the_stream_goes_on()
      throws IOException {
    var server = servers.started(forgetful());
    server.psql("create table t(id int)");
    streamed(server, 3);
    var newest = newestPart(server);
    flipABit(newest);
    removeLog(server);
    try (var stream = servers.stream(server)) {
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

  // Red when: a gap ends where something can be read again: LogCheck, and a server that replays,
  // cannot use what lies behind a hole of a segment.
  @Test
  void one_gap_covers_all_holes_of_a_segment_and_what_lies_between_them() throws IOException {
    var server = servers.started(forgetful());
    server.psql("create table t(id int)");
    streamed(server, 6);
    var parts = timeline(server).pieces();
    var first = parts.get(parts.size() - 4);
    flipABit(first);
    flipABit(parts.get(parts.size() - 2));
    removeLog(server);
    try (var stream = servers.stream(server)) {
      stream.await(Event.Streaming.class);
      stream.awaitAll(server);
    }
    assertThat(timeline(server).gaps())
        .singleElement()
        .satisfies(gap -> assertThat(gap.from()).isEqualTo(first.span().from()));
    assertThat(check()).hasSize(1);
  }

  // Red when: TipCare.declaredLost does not ask whether the server still has what follows: it would
  // drop the slot, and what lies between its place and the new one's would be lost as well.
  @Test
  void where_the_server_still_has_what_follows_only_the_hole_is_lost_and_the_slot_stays()
      throws IOException {
    var server = servers.started(forgetful());
    server.psql("create table t(id int)");
    try (var stream = servers.stream(server)) {
      stream.await(Event.Streaming.class);
      while (hasFirstSegment(server)) {
        server.pgbench("-i", "-q", "-s", "1");
        stream.awaitAll(server);
        server.psql("checkpoint");
      }
    }
    var slice = timeline(server).pieces().getFirst();
    assertThat(slice.kind()).isEqualTo(Piece.Kind.SLICE);
    var damaged = inThreeParts(server, slice).get(1);
    flipABit(damaged);
    var lost = new LogSpan(damaged.span().from(), slice.span().to());
    var after = timeline(server).position();
    try (var stream = servers.stream(server)) {
      var gap = stream.await(Event.GapDeclared.class);
      assertThat(new LogSpan(gap.from(), gap.to())).isEqualTo(lost);
      assertThat(stream.await(Event.Streaming.class).from()).isEqualTo(after);
      commit(server, 1);
      stream.awaitAll(server);
    }
    assertThat(timeline(server).gaps()).containsExactly(lost);
    assertThat(timeline(server).ranges()).hasSize(2);
    assertThat(check()).hasSize(1);
  }

  /** Whether the server still has the first segment that is stored, or nothing is stored yet. */
  private boolean hasFirstSegment(TestPostgres server) {
    var first = timeline(server).pieces().stream().findFirst();
    return first
        .map(piece ->
            SegmentName.at(ONE, piece.span().from(), servers.claim(server).segments()))
        .map(name -> server.dataDirectory().resolve("pg_wal").resolve(name.toString()))
        .map(Files::exists)
        .orElse(true);
  }

  /** As a stream leaves a slice behind that was killed before it had compacted it. */
  private List<Piece> inThreeParts(TestPostgres server, Piece slice) throws IOException {
    var bytes = servers.archive().content(slice);
    int third = bytes.length / 3;
    var ends = List.of(0, third, 2 * third, bytes.length);
    var parts = new ArrayList<Piece>();
    for (int i = 0; i < 3; i++) {
      int from = ends.get(i);
      int to = ends.get(i + 1);
      var begin = slice.span().from();
      var span = new LogSpan(begin.plus(from), begin.plus(to));
      parts.add(filing(server).part(ONE, span, Arrays.copyOfRange(bytes, from, to)));
    }
    Files.delete(file(slice));
    var summary = timeline(server).summaries().getFirst();
    assertThat(summary.span()).isEqualTo(slice.span());
    Files.delete(directory.resolve("repository").resolve(summary.key().name()));
    return parts;
  }

  // Red when: the log of the timeline that was left is not asked for again, or not to its fork.
  @Test
  void a_promoted_standby_sends_what_is_damaged_of_the_timeline_it_left() throws IOException {
    var primary = servers.started(TestPostgres.of(17));
    primary.psql("create table t(id int)");
    var standby = servers.standbyOf(primary, directory.resolve("standby"));
    var acknowledged = streamed(primary, 5);
    flipABit(newestPart(primary));
    acknowledged.add(commit(primary, 6));
    servers.awaitReplay(primary, standby);
    primary.kill();
    standby.psql("select pg_promote()");
    acknowledged.add(commit(standby, 7));
    try (var stream = servers.stream(standby)) {
      assertThat(stream.await(Event.Mended.class).timeline()).isEqualTo(ONE);
      assertThat(stream.await(Event.TimelineSwitched.class).to()).isEqualTo(new Timeline(2));
      stream.awaitAll(standby);
    }
    assertThat(servers.committed(standby, new Timeline(2))).containsAll(acknowledged);
    assertThat(check()).isEmpty();
  }

  // Red when: WalStreamer.follow does not ask SlotKeeping.requireFree: beside another stream, what
  // that one replaces looks damaged or gone.
  @Test
  void beside_another_stream_nothing_is_judged_damaged() throws IOException {
    var server = servers.started(TestPostgres.of(17));
    server.psql("create table t(id int)");
    try (var first = servers.stream(server)) {
      for (int i = 0; i < 3; i++) {
        commit(server, i);
        first.awaitAll(server);
      }
      flipABit(newestPart(server));
      try (var second = servers.stream(server)) {
        assertThat(second.await(Event.Waiting.class).reason().code())
            .isEqualTo(PostgresCode.SLOT_IN_USE);
        assertThat(second.events()).noneMatch(Event.DamageMet.class::isInstance);
      }
    }
    assertThat(timeline(server).gaps()).isEmpty();
    try (var stream = servers.stream(server)) {
      stream.await(Event.DamageMet.class);
      commit(server, 4);
      stream.await(Event.Mended.class);
    }
    assertThat(check()).isEmpty();
  }

  /** A server that keeps little log. */
  private static TestPostgres.Setup forgetful() {
    return TestPostgres.of(17)
        .walSegmentMib(1)
        .setting("min_wal_size", "2MB")
        .setting("max_wal_size", "3MB");
  }

  /** Nothing keeps the server from removing all log but the newest. */
  private static void removeLog(TestPostgres server) {
    server.psql("select pg_drop_replication_slot('aegis')");
    for (int i = 0; i < 4; i++) {
      server.pgbench("-i", "-q", "-s", "1");
      server.psql("checkpoint");
    }
  }

  private WalFiling filing(TestPostgres server) {
    return new WalFiling(servers.repository(), servers.claim(server), Milestones.UNWATCHED);
  }

  private Set<Long> streamed(TestPostgres server, int commits) {
    var acknowledged = new HashSet<Long>();
    try (var stream = servers.stream(server)) {
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
    return servers.inventory(server).timeline(ONE);
  }

  private List<Finding> check() {
    return new WalProtection(servers.repository(), List.of())
        .check(CheckDepth.READ_DATA, Progress.SILENT);
  }
}
