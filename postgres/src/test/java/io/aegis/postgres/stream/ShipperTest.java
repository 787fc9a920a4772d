package io.aegis.postgres.stream;

import static io.aegis.postgres.archive.ArchiveFixture.BEGIN;
import static io.aegis.postgres.archive.ArchiveFixture.NOON;
import static io.aegis.postgres.archive.ArchiveFixture.ONE;
import static io.aegis.postgres.archive.ArchiveFixture.SIZE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.TaskScope;
import io.aegis.postgres.ConnectionSettings;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.WalStream;
import io.aegis.postgres.WalStream.SlotLife;
import io.aegis.postgres.archive.ArchiveFixture;
import io.aegis.postgres.archive.DurableMark;
import io.aegis.postgres.archive.LogSpan;
import io.aegis.postgres.archive.WalFiling;
import io.aegis.postgres.wal.MadeUpWal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When what arrived is stored, with an interval that no test outlasts. */
@Timeout(60)
class ShipperTest {
  private static final Duration NEVER = Duration.ofDays(1);

  private final ArchiveFixture fixture = new ArchiveFixture();
  private final MadeUpWal wal = new MadeUpWal(SIZE, ONE, BEGIN);
  private WalBuffer buffer = new WalBuffer(4 << 20);
  private final List<String> reached = Collections.synchronizedList(new ArrayList<>());
  private final WalFiling filing = new WalFiling(fixture.repository, fixture.claim, reached::add);
  private Lsn offered = BEGIN;

  @AfterEach
  void close() {
    fixture.close();
  }

  // Red when: Shipper.gather does not ask the tail, or SliceTail forgets one of the records.
  @ParameterizedTest
  @ValueSource(strings = {"backup end", "restore point"})
  void what_somebody_waits_for_is_stored_before_the_interval_is_over(String awaited)
      throws InterruptedException {
    try (var scope = TaskScope.waiting("shipping", 2)) {
      begin(scope);
      wal.filler(100);
      offer();
      buffer.awaitSettled(); // the first after a quiet interval
      var first = wal.end();
      wal.commit(10, NOON);
      offer();
      assertThat(durable()).isEqualTo(first);
      switch (awaited) {
        case "backup end" -> wal.backupEnd(BEGIN);
        default -> wal.restorePoint("before the migration", NOON);
      }
      offer();
      buffer.awaitSettled();
      assertThat(durable()).isEqualTo(wal.end());
      buffer.close();
      scope.join();
    }
  }

  @Test
  void what_was_read_and_not_yet_stored_is_stored_when_the_stream_ends()
      throws InterruptedException {
    try (var scope = TaskScope.waiting("shipping", 2)) {
      begin(scope);
      wal.filler(100);
      offer();
      buffer.awaitSettled();
      wal.commit(10, NOON);
      offer();
      buffer.close();
      scope.join();
    }
    assertThat(durable()).isEqualTo(wal.end());
  }

  // Red when: Shipper stores a whole slice, or hands one to be compacted, before its mark: killed
  // between the two, the marks of a timeline look lost.
  @Test
  void no_slice_is_stored_before_a_mark_is() throws InterruptedException {
    wal.fillTo(BEGIN.plus(2L * SIZE.bytes() + 1));
    offer();
    try (var scope = TaskScope.waiting("shipping", 2)) {
      begin(scope);
      buffer.close();
      scope.join();
    }
    assertThat(durable()).isEqualTo(wal.end());
    assertThat(reached).contains("wal.slice-durable");
    assertThat(reached.indexOf("wal.mark-durable"))
        .isLessThan(reached.indexOf("wal.slice-durable"));
  }

  // Red when: Shipper looks only once a second whether it is alone, and then at the slice that is
  // being filled: what another server has put into one that was filled meanwhile is never found.
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void t27_a_slice_into_which_another_server_has_written_is_looked_at_when_it_is_complete(int slice)
      throws InterruptedException {
    wal.fillTo(BEGIN.plus(2L * SIZE.bytes() + 1));
    var at = BEGIN.plus(slice * (long) SIZE.bytes());
    var theirs = wal.bytes(at, at.plus(9000));
    theirs[8990] ^= 1;
    new WalFiling(fixture.repository, fixture.claim, reached::add)
        .part(ONE, new LogSpan(at, at.plus(9000)), theirs);
    offer();
    assertThatThrownBy(() -> {
          try (var scope = TaskScope.waiting("shipping", 2)) {
            begin(scope);
            buffer.close();
            scope.join();
          }
        })
        .isInstanceOfSatisfying(
            Refused.class, e -> assertThat(e.code()).isEqualTo(PostgresCode.WAL_CONFLICT));
  }

  // Red when: Shipper looks back at the newest completed slice alone, or at none, or begins anew
  // with each that is completed.
  @Test
  void t27_a_server_that_is_slices_behind_is_found_by_the_one_ahead() {
    wal.fillTo(BEGIN.plus(3L * SIZE.bytes() + 1));
    assertThatThrownBy(() -> {
          try (var scope = TaskScope.waiting("shipping", 2)) {
            begin(scope);
            offer();
            while (Collections.frequency(List.copyOf(reached), "wal.slice-durable") < 3) {
              Thread.onSpinWait();
            }
            var late = wal.bytes(BEGIN, BEGIN.plus(9000));
            late[8990] ^= 1;
            new WalFiling(fixture.repository, fixture.claim, reached::add)
                .part(ONE, new LogSpan(BEGIN, BEGIN.plus(9000)), late);
            for (int i = 0; i < 8; i++) { // a second apart, as it looks
              Thread.sleep(1100);
              wal.fillTo(BEGIN.plus((4L + i) * SIZE.bytes() + 1)); // a slice is completed, too
              offer();
            }
            buffer.close();
            scope.join();
          }
        })
        .isInstanceOfSatisfying(
            Refused.class, e -> assertThat(e.code()).isEqualTo(PostgresCode.WAL_CONFLICT));
  }

  // Red when: Shipper.noteTime takes the time of a commit as it is, as it did: until that time
  // came,
  // nothing would have shown that the stream has ended.
  @Test
  void a_server_whose_clock_was_set_ahead_for_a_moment_is_not_believed()
      throws InterruptedException {
    try (var scope = TaskScope.waiting("shipping", 2)) {
      begin(scope);
      wal.commit(10, Instant.now().plus(Duration.ofHours(1)));
      offer();
      buffer.close();
      scope.join();
    }
    assertThat(fixture.archive.marks(fixture.claim.id(), fixture.timeline()).newest())
        .hasValueSatisfying(mark -> assertThat(mark.asOf())
            .isEqualTo(mark.knownUntil())
            .isBefore(Instant.now().plusSeconds(1)));
  }

  // Red when: SliceTail.recall or Shipper forget what the newest mark knows: the next one said that
  // nothing had ever been committed, and status that all since the year 2000 could be lost.
  @Test
  void a_stream_that_goes_on_in_a_long_transaction_knows_the_last_commit_before_it()
      throws InterruptedException {
    var commit = wal.commit(10, NOON);
    wal.fillTo(BEGIN.plus(3L * SIZE.bytes() + 1));
    stream(BEGIN);
    var before = newest();
    assertThat(before.asOf()).isEqualTo(NOON);
    wal.filler(100);
    stream(before.durable());

    assertThat(newest().durable()).isEqualTo(wal.end()).isGreaterThan(before.durable());
    assertThat(newest().asOf()).isEqualTo(NOON);
    assertThat(newest().lastCommit())
        .isEqualTo(before.lastCommit())
        .isInstanceOfSatisfying(
            Edge.Commit.class, last -> assertThat(last.start()).isEqualTo(commit));
  }

  // Red when: SliceTail.recall takes the last commit of a mark that speaks of less than it has not
  // read: it would be told as the last one, with another behind it.
  @Test
  void a_mark_that_is_behind_tells_no_last_commit() throws InterruptedException {
    wal.commit(10, NOON);
    wal.fillTo(BEGIN.plus(1000));
    stream(BEGIN);
    wal.commit(11, NOON.plusSeconds(1));
    wal.fillTo(BEGIN.plus(3L * SIZE.bytes()));
    for (var at = durable(); at.isBefore(wal.end()); at = SIZE.ceiling(at.plus(1))) {
      fixture.part(wal, at, SIZE.ceiling(at.plus(1)));
    }
    wal.filler(100);
    stream(BEGIN.plus(3L * SIZE.bytes()));

    assertThat(newest().durable()).isEqualTo(wal.end());
    assertThat(newest().lastCommit()).isEqualTo(new Edge.Nothing());
    assertThat(newest().asOf()).isEqualTo(NOON);
  }

  // Red when: Shipper.markWhatIsThere marks the end of a gap: nothing behind it is durable yet
  // (A2).
  @Test
  void behind_a_gap_nothing_is_marked_before_something_is_stored() throws InterruptedException {
    wal.commit(10, NOON);
    wal.fillTo(BEGIN.plus(1000));
    stream(BEGIN);
    var before = newest();
    buffer = new WalBuffer(4 << 20);
    buffer.close(); // nothing has come yet
    try (var scope = TaskScope.waiting("shipping", 2)) {
      begin(scope, BEGIN.plus(2L * SIZE.bytes()));
      scope.join();
    }

    assertThat(newest()).isEqualTo(before);
  }

  private DurableMark newest() {
    return fixture
        .archive
        .marks(fixture.claim.id(), fixture.timeline())
        .newest()
        .orElseThrow();
  }

  /** One connection: all that there is from there on. */
  private void stream(Lsn from) throws InterruptedException {
    buffer = new WalBuffer(4 << 20);
    offered = from;
    offer();
    buffer.close();
    try (var scope = TaskScope.waiting("shipping", 2)) {
      begin(scope, from);
      scope.join();
    }
  }

  private void begin(TaskScope scope) throws InterruptedException {
    begin(scope, BEGIN);
  }

  private void begin(TaskScope scope, Lsn from) throws InterruptedException {
    var nowhere = new ConnectionSettings(
        "nowhere", 1, "postgres", "nobody", new ConnectionSettings.Login.Ambient());
    var settings = new WalStream.Settings("aegis", SlotLife.KEPT, NEVER, NEVER);
    var stream = new WalStream(fixture.repository, nowhere, settings, fixture.stored.ports());
    var journey = new Journey(stream, _ -> {}, fixture.archive, filing, fixture.inventory());
    var tail = SliceTail.resume(fixture.archive, fixture.branch(), from);
    var compactor = new Compactor(filing, _ -> {});
    var shipper = new Shipper(journey, buffer, compactor, tail);
    scope.fork(shipper::run);
    scope.fork(compactor::run);
  }

  private Lsn durable() {
    return fixture.archive.durable(fixture.claim.id(), ONE);
  }

  private void offer() throws InterruptedException {
    var bytes = wal.bytes(offered, wal.end());
    buffer.offer(bytes, 0, bytes.length, 0, Duration.ofSeconds(10));
    offered = wal.end();
  }
}
