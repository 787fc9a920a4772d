package io.aegis.postgres.stream;

import static io.aegis.postgres.archive.ArchiveFixture.NOON;
import static io.aegis.postgres.archive.ArchiveFixture.ONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.aegis.kernel.Entropy;
import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.Milestones;
import io.aegis.kernel.Report;
import io.aegis.kernel.TimeSource;
import io.aegis.kernel.testing.VirtualTime;
import io.aegis.postgres.ConnectionSettings;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.SystemIdentifier;
import io.aegis.postgres.WalStream;
import io.aegis.postgres.archive.DurableMark;
import io.aegis.postgres.archive.Incarnations;
import io.aegis.postgres.archive.LogSpan;
import io.aegis.postgres.archive.WalArchive;
import io.aegis.postgres.archive.WalFiling;
import io.aegis.postgres.wal.MadeUpWal;
import io.aegis.postgres.wal.SegmentSize;
import io.aegis.repository.Ports;
import io.aegis.repository.Repository;
import io.aegis.repository.testing.TestRepository;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SameLogTest {
  private static final Duration WAL_SENDER_TIMEOUT = Duration.ofSeconds(60);
  private static final SegmentSize SIZE = SegmentSize.DEFAULT;
  private static final Lsn BEGIN = SIZE.startOf(5);
  private static final Lsn SECOND = SIZE.startOf(6);

  private final VirtualTime time = new VirtualTime();
  private final Repository repository = TestRepository.inMemory().open();
  private final WalArchive archive = new WalArchive(repository.records());
  private final List<LogSpan> sent = new ArrayList<>();

  @AfterEach
  void close() {
    repository.close();
  }

  /** A server that took the request and sends nothing. */
  private static final class Silent implements TipMending.Sender {
    @Override
    public Optional<WireMessage> poll() {
      return Optional.empty();
    }

    @Override
    public void tell(byte[] status) {}

    @Override
    public void close() {}
  }

  /** A server that has such log, and ends with whoever it does not hear of for a minute. */
  private final class Sending implements TipMending.Sender {
    private final MadeUpWal log;
    private final Lsn from;
    private final Runnable pass;
    private Lsn at;
    private long heard = time.nanos();

    Sending(MadeUpWal log, Lsn from) {
      this(log, from, () -> {});
    }

    /**
     * @param pass the time that each message takes
     */
    Sending(MadeUpWal log, Lsn from, Runnable pass) {
      this.pass = pass;
      this.log = log;
      this.from = from;
      this.at = from;
    }

    @Override
    public Optional<WireMessage> poll() {
      if (time.nanos() - heard > WAL_SENDER_TIMEOUT.toNanos()) {
        throw new Unavailable(
            Report.of(PostgresCode.DATABASE_UNREACHABLE, "the stream broke off").next("wait"));
      }
      var to = Lsn.earlier(log.end(), at.plus(30_000));
      if (to.equals(at)) {
        return Optional.empty();
      }
      pass.run();
      var bytes = new byte[WireMessage.WAL_HEADER + (int) to.minus(at)];
      System.arraycopy(log.bytes(at, to), 0, bytes, WireMessage.WAL_HEADER, (int) to.minus(at));
      var message = new WireMessage.Wal(at, log.end(), NOON, bytes);
      at = to;
      return Optional.of(message);
    }

    @Override
    public void tell(byte[] status) {
      heard = time.nanos();
    }

    @Override
    public void close() {
      sent.add(new LogSpan(from, at));
    }
  }

  private Journey journey(MadeUpWal wal, Lsn to) {
    var system = new SystemIdentifier(4711);
    var claim = new Incarnations(repository, TimeSource.system())
        .of(Incarnation.rootOf(system), system, SIZE);
    var filing = new WalFiling(repository, claim, Milestones.UNWATCHED);
    for (var at = BEGIN; at.isBefore(to); at = SIZE.ceiling(at.plus(1))) {
      var span = new LogSpan(at, Lsn.earlier(to, SIZE.ceiling(at.plus(1))));
      filing.part(ONE, span, wal.bytes(span.from(), span.to()));
    }
    var nowhere = new ConnectionSettings(
        "nowhere", 1, "postgres", "nobody", new ConnectionSettings.Login.Ambient());
    var ports = new Ports(time, Entropy.secure(), Milestones.UNWATCHED);
    var stream = new WalStream(repository, nowhere, WalStream.Settings.standard(), ports);
    return new Journey(stream, _ -> {}, archive, filing, archive.inventory(claim));
  }

  /** The work that is done, and a log switch. */
  private static MadeUpWal worked(Instant time) {
    var wal = new MadeUpWal(SIZE, ONE, BEGIN);
    wal.fillTo(BEGIN.plus(200_000));
    wal.commit(700, time);
    wal.switchSegment();
    return wal;
  }

  private void require(Journey journey, TipMending.Opening server) throws InterruptedException {
    var tip = journey.inventory().timeline(ONE);
    var found = (Resumption.Whole) Resumption.of(journey, tip);
    new SameLog(journey, server).require(tip, found.known());
  }

  private void refused(Journey journey, MadeUpWal server) {
    assertThatExceptionOfType(Refused.class)
        .isThrownBy(() -> require(journey, (_, from) -> new Sending(server, from)))
        .satisfies(other -> assertThat(other.code()).isEqualTo(PostgresCode.LOG_WENT_BACK));
  }

  // Red when: SameLog.require goes on once its patience is over: another server's log, of which not
  // a byte was compared, is then stored behind ours.
  @Test
  void what_could_not_be_compared_in_time_is_not_taken_for_the_same() {
    var wal = worked(NOON);
    var journey = journey(wal, BEGIN.plus(100_000));
    assertThatExceptionOfType(Unavailable.class)
        .isThrownBy(() -> require(journey, (_, _) -> new Silent()))
        .satisfies(slow -> assertThat(slow.code()).isEqualTo(PostgresCode.DATABASE_UNREACHABLE));
  }

  // Red when: SameLog.compare counts its patience from the beginning, or tells the server nothing
  // for a minute: a slow line never goes on.
  @Test
  void a_server_behind_a_slow_line_is_compared_for_as_long_as_it_sends() throws Exception {
    var wal = inTheMiddleOfALoad(1, 4_000_000);
    var journey = journey(wal, wal.end());
    var begun = time.nanos();
    require(journey, (_, from) -> new Sending(wal, from, this::pass));
    assertThat(Duration.ofNanos(time.nanos() - begun)).isGreaterThan(Duration.ofMinutes(5));
  }

  private void pass() {
    try {
      time.sleep(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  // Red when: SameLog.require goes on where no second connection can be had.
  @Test
  void t27_a_server_that_has_no_connection_left_for_it_is_not_taken_for_the_same() {
    var wal = worked(NOON);
    var journey = journey(wal, BEGIN.plus(100_000));
    var full = new Unavailable(
        Report.of(PostgresCode.REPLICATION_REFUSED, "none is left").next("later"));
    assertThatExceptionOfType(Unavailable.class)
        .isThrownBy(() -> require(journey, (_, _) -> {
          throw full;
        }))
        .isSameAs(full);
  }

  // Red when: SameLog.spans counts from the segment's end: that is zeros with every server.
  @Test
  void t27_a_log_that_ends_with_a_switch_is_compared_before_the_switch() throws Exception {
    var journey = journey(worked(NOON), SECOND);
    refused(journey, worked(NOON.plusSeconds(60)));
    sent.clear();
    require(journey, (_, from) -> new Sending(worked(NOON), from));
    assertThat(sent.stream().mapToLong(LogSpan::bytes).sum()).isBetween(30_000L, 200_000L);
  }

  // Red when: SameLog.spans leaves out the commit that lies before the segment.
  @Test
  void t27_where_the_last_segment_holds_little_the_commit_before_it_is_compared() throws Exception {
    var stored = worked(NOON);
    var server = worked(NOON.plusSeconds(60));
    for (var wal : List.of(stored, server)) {
      wal.filler(50);
    }
    var journey = journey(stored, stored.end());
    refused(journey, server);
    require(journey, (_, from) -> new Sending(stored, from));
  }

  // Red when: SameLog.upTo begins before the commit's segment, which the server need not have.
  @Test
  void t27_a_commit_is_compared_also_where_the_segment_before_it_is_removed() {
    var stored = committedEarlyInASegment(NOON);
    var server = committedEarlyInASegment(NOON.plusSeconds(60));
    var journey = journey(stored, stored.end());
    assertThatExceptionOfType(Refused.class)
        .isThrownBy(() -> require(journey, (_, from) -> {
          if (from.isBefore(SECOND)) {
            throw new Damaged(
                Report.of(PostgresCode.WAL_MISSING, "it is removed").next("nothing"));
          }
          return new Sending(server, from);
        }));
  }

  private static MadeUpWal committedEarlyInASegment(Instant time) {
    var wal = new MadeUpWal(SIZE, ONE, BEGIN);
    wal.fillTo(SECOND.plus(10_000));
    wal.commit(700, time);
    wal.switchSegment();
    wal.filler(50);
    return wal;
  }

  // Red when: SameLog.upTo goes on to the end of the record.
  @Test
  void t48_of_a_commit_of_many_megabytes_no_more_than_its_header_is_compared() throws Exception {
    var wal = new MadeUpWal(SIZE, ONE, BEGIN);
    wal.fillTo(BEGIN.plus(200_000));
    wal.commit(700, NOON, 3_000_000);
    wal.switchSegment();
    wal.filler(50);
    require(journey(wal, wal.end()), (_, from) -> new Sending(wal, from));
    assertThat(sent.stream().mapToLong(LogSpan::bytes).sum()).isBetween(30_000L, 6_000_000L);
  }

  // Red when: SameLog.spans compares the segment in which the log ends alone, or some MiB of it.
  @ParameterizedTest
  @ValueSource(ints = {300_000, 20_000_000, 40_000_000})
  void t27_a_transaction_that_is_done_again_is_compared_from_its_beginning(int bytes) {
    var stored = inTheMiddleOfALoad(1, bytes);
    refused(journey(stored, stored.end()), inTheMiddleOfALoad(2, bytes));
  }

  // Red when: Resumption.of asks what was read alone for the last commit.
  @Test
  void t27_of_a_long_transaction_no_more_is_compared_than_what_came_since_the_last_commit()
      throws Exception {
    var wal = inTheMiddleOfALoad(1, 40_000_000);
    var journey = journey(wal, wal.end());
    require(journey, (_, from) -> new Sending(wal, from));
    assertThat(sent.stream().mapToLong(LogSpan::bytes).sum()).isGreaterThan(40_000_000L);
    sent.clear();
    var last = new Edge.Commit(wal.end().plus(-3_000_000), wal.end().plus(-2_999_000), NOON, 7);
    journey.filing().mark(ONE, new DurableMark(wal.end(), wal.end(), NOON, NOON, last));
    var found = journey.archive().inventory(journey.filing().claim());
    require(
        new Journey(
            journey.stream(), journey.listener(), journey.archive(), journey.filing(), found),
        (_, from) -> new Sending(wal, from));
    assertThat(sent.stream().mapToLong(LogSpan::bytes).sum()).isBetween(3_000_000L, 4_000_000L);
  }

  /** After a commit, a transaction that began with a row of its own and then did the same. */
  private static MadeUpWal inTheMiddleOfALoad(int row, int bytes) {
    var wal = new MadeUpWal(SIZE, ONE, BEGIN);
    wal.fillTo(BEGIN.plus(200_000));
    wal.commit(700, NOON);
    wal.filler(100 + row);
    wal.filler(102 - row);
    wal.fillTo(BEGIN.plus(200_000 + bytes));
    return wal;
  }

  // Red when: SameLog.spans leaves out the record before the segment.
  @Test
  void t27_where_no_commit_is_known_the_log_before_the_segment_is_compared() {
    var stored = checkpointed(NOON);
    var server = checkpointed(NOON.plusSeconds(60));
    refused(journey(stored, stored.end()), server);
  }

  private static MadeUpWal checkpointed(Instant time) {
    var wal = new MadeUpWal(SIZE, ONE, BEGIN);
    wal.fillTo(BEGIN.plus(200_000));
    wal.restorePoint("only the time differs", time);
    wal.switchSegment();
    wal.filler(50);
    return wal;
  }

  // Red when: SameLog.require ends with the first stretch that the server does not send.
  @Test
  void t27_what_the_server_does_not_send_does_not_keep_the_rest_from_being_compared() {
    var stored = worked(NOON);
    stored.filler(50);
    var server = worked(NOON.plusSeconds(60));
    var journey = journey(stored, stored.end());
    assertThatExceptionOfType(Refused.class)
        .isThrownBy(() -> require(journey, (_, from) -> {
          if (!from.isBefore(SECOND)) {
            throw new Damaged(
                Report.of(PostgresCode.WAL_MISSING, "it is removed").next("nothing"));
          }
          return new Sending(server, from);
        }));
  }
}
