package io.aegis.postgres.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Refused;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.feed.TablespaceGuard.Replayed;
import io.aegis.postgres.feed.WalSource.Answer;
import io.aegis.postgres.wal.MadeUpWal;
import io.aegis.postgres.wal.SegmentName;
import io.aegis.postgres.wal.SegmentSize;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TablespaceGuardTest {
  private static final SegmentSize SIZE = new SegmentSize(1 << 20);
  private static final Timeline ONE = new Timeline(1);
  private static final Timeline TWO = new Timeline(2);
  private static final Lsn BEGIN = SIZE.startOf(5);
  private static final WalFileName FIRST = WalFileName.segment(ONE, BEGIN, SIZE.bytes());
  private static final WalFileName SECOND = FIRST.next(SIZE.bytes());

  @TempDir
  Path home;

  private final MadeUpWal wal = new MadeUpWal(SIZE, ONE, BEGIN);
  private Path space = Path.of("/");
  private Path data = Path.of("/");

  @BeforeEach
  void another_cluster_uses_the_directory() throws IOException {
    space = home.resolve("space");
    Files.createDirectories(space.resolve("PG_17_202406281/5"));
    data = home.resolve("data");
    Files.createDirectories(data.resolve("pg_tblspc"));
  }

  private TablespaceGuard guard(Replayed replayed) {
    return new TablespaceGuard(this::stored, SIZE, replayed, data);
  }

  private TablespaceGuard guard() {
    wal.fillTo(BEGIN.plus(2L * SIZE.bytes() + 1000));
    return guard(new Replayed(BEGIN, wal.end()));
  }

  private Answer stored(WalFileName name, OutputStream into) throws IOException {
    var from = name.equals(FIRST) ? BEGIN : BEGIN.plus(SIZE.bytes());
    into.write(wal.bytes(from, from.plus(SIZE.bytes())));
    return Answer.FOUND;
  }

  private static Answer pass(TablespaceGuard guard, WalFileName name) throws IOException {
    return guard.fetch(name, OutputStream.nullOutputStream());
  }

  private static void refused(TablespaceGuard guard, WalFileName name) {
    assertThatThrownBy(() -> pass(guard, name))
        .isInstanceOfSatisfying(
            Refused.class, e -> assertThat(e.code()).isEqualTo(PostgresCode.TABLESPACE_NOT_FREE));
  }

  // Red when: TablespaceGuard.requireFree does not look into the directory.
  @Test
  void t47_a_tablespace_in_a_directory_that_another_cluster_uses_is_not_let_through()
      throws IOException {
    wal.filler(100);
    wal.tablespace(16_384, space.toString());
    var guard = guard();
    refused(guard, FIRST);
    refused(guard, FIRST);
    assertThat(pass(guard, SECOND)).isEqualTo(Answer.FOUND);
    Files.move(space, home.resolve("moved"));
    refused(guard, FIRST);
    Files.createDirectory(space);
    assertThat(pass(guard, FIRST)).isEqualTo(Answer.FOUND);
  }

  // Red when: TablespaceGuard.requireReadAcross reads nothing, or Boundaries joins in one order
  // only.
  @Test
  void t47_a_record_that_lies_in_two_segments_is_seen_in_whatever_order_they_come()
      throws IOException {
    acrossTheFirstTwo();
    var inOrder = guard();
    assertThat(pass(inOrder, FIRST)).isEqualTo(Answer.FOUND);
    refused(inOrder, SECOND);
    refused(inOrder, SECOND);
    var theOtherWay = guard();
    assertThat(pass(theOtherWay, SECOND)).isEqualTo(Answer.FOUND);
    refused(theOtherWay, FIRST);
    refused(theOtherWay, FIRST);
  }

  // Red when: TablespaceGuard takes what is outside of the replay for a danger, or the tablespace
  // that replay itself has made before the server was started again.
  @Test
  void what_is_not_replayed_or_was_made_here_is_let_through() throws IOException {
    var record = wal.tablespace(16_384, space.toString());
    wal.fillTo(BEGIN.plus(2L * SIZE.bytes() + 1000));
    assertThat(pass(guard(new Replayed(BEGIN.plus(-8), record)), FIRST)).isEqualTo(Answer.FOUND);
    assertThat(pass(guard(new Replayed(record.plus(8), wal.end())), FIRST)).isEqualTo(Answer.FOUND);
    Files.createSymbolicLink(data.resolve("pg_tblspc/16384"), space);
    assertThat(pass(guard(), FIRST)).isEqualTo(Answer.FOUND);
  }

  // Red when: TablespaceGuard takes a segment that is proved absent for one that was read, and
  // hands a scanner on that was not fed.
  @Test
  void t47_behind_a_change_of_timeline_a_tablespace_is_not_let_through() throws IOException {
    wal.fillTo(BEGIN.plus(SIZE.bytes() + 5000L));
    var promoted = wal.fork(TWO);
    promoted.fillTo(BEGIN.plus(3L * SIZE.bytes() + 70_000));
    promoted.tablespace(16_384, space.toString());
    promoted.fillTo(BEGIN.plus(4L * SIZE.bytes()));
    var guard = switched(promoted);
    assertThat(pass(guard, on(TWO, FIRST))).isEqualTo(Answer.PROVED_ABSENT);
    assertThat(pass(guard, FIRST)).isEqualTo(Answer.FOUND);
    for (int i = 2; i > 0; i--) { // the feeder reads ahead on the timeline last asked for, at once
      assertThat(pass(guard, later(FIRST, i))).isEqualTo(Answer.PROVED_ABSENT);
    }
    refused(guard, on(TWO, later(FIRST, 3)));
    assertThat(pass(guard, on(TWO, SECOND))).isEqualTo(Answer.FOUND);
    assertThat(pass(guard, on(TWO, later(FIRST, 2)))).isEqualTo(Answer.FOUND);
    refused(guard, on(TWO, later(FIRST, 3)));
  }

  // Red when: TablespaceGuard does not put the pages of two timelines beside each other.
  @Test
  void t47_a_record_is_seen_that_goes_on_in_the_copy_which_a_new_timeline_begins_with()
      throws IOException {
    acrossTheFirstTwo();
    var promoted = wal.fork(TWO);
    promoted.fillTo(BEGIN.plus(4L * SIZE.bytes()));
    var guard = switched(promoted);
    assertThat(pass(guard, FIRST)).isEqualTo(Answer.FOUND);
    assertThat(pass(guard, SECOND)).isEqualTo(Answer.PROVED_ABSENT);
    refused(guard, on(TWO, SECOND));
  }

  // Red when: TablespaceGuard gives up, with a fetch that fails, what it knew of the segment
  // before.
  @Test
  void t47_a_record_in_two_segments_is_seen_though_the_second_came_at_the_second_attempt()
      throws IOException {
    acrossTheFirstTwo();
    wal.fillTo(BEGIN.plus(2L * SIZE.bytes() + 1000));
    var failures = new AtomicInteger(1);
    var guard = new TablespaceGuard(
        (name, into) -> {
          if (name.equals(SECOND) && failures.getAndDecrement() > 0) {
            into.write(new byte[100]);
            throw new IOException("the store went away");
          }
          return stored(name, into);
        },
        SIZE,
        new Replayed(BEGIN, wal.end()),
        data);
    assertThat(pass(guard, FIRST)).isEqualTo(Answer.FOUND);
    assertThatThrownBy(() -> pass(guard, SECOND)).isInstanceOf(IOException.class);
    refused(guard, SECOND);
  }

  // Red when: TablespaceGuard takes the zeros behind a switch for log that cannot be read, where
  // the record of the switch begins in the segment before.
  @ParameterizedTest
  @ValueSource(ints = {8, 16})
  void t47_a_switch_of_the_log_that_lies_in_two_segments_is_let_through(int left)
      throws IOException {
    wal.fillTo(BEGIN.plus(SIZE.bytes() - 200L));
    wal.filler((int) BEGIN.plus(SIZE.bytes()).minus(wal.end()) - 26 - left);
    assertThat(wal.switchSegment()).isEqualTo(BEGIN.plus(SIZE.bytes() - (long) left));
    wal.filler(100);
    wal.tablespace(16_384, space.toString());
    wal.fillTo(BEGIN.plus(3L * SIZE.bytes()));
    for (var order : List.of(List.of(0, 1), List.of(1, 0))) {
      var guard = new TablespaceGuard(this::any, SIZE, new Replayed(BEGIN, wal.end()), data);
      for (int segment : order) {
        assertThat(pass(guard, later(FIRST, segment))).isEqualTo(Answer.FOUND);
      }
      refused(guard, later(FIRST, 2));
    }
  }

  private Answer any(WalFileName name, OutputStream into) throws IOException {
    var from = SegmentName.parse(name.value(), SIZE).start();
    into.write(wal.bytes(from, from.plus(SIZE.bytes())));
    return Answer.FOUND;
  }

  // Red when: TablespaceGuard lets through what its scanner could not read to the end.
  @Test
  void t47_log_that_cannot_be_read_is_not_let_through() throws IOException {
    wal.filler(100);
    var bad = wal.filler(100);
    wal.tablespace(16_384, space.toString());
    wal.fillTo(BEGIN.plus(2L * SIZE.bytes() + 1000));
    WalSource torn = (name, into) -> {
      var from = name.equals(FIRST) ? BEGIN : BEGIN.plus(SIZE.bytes());
      var bytes = wal.bytes(from, from.plus(SIZE.bytes()));
      bytes[(int) bad.minus(BEGIN) + 60] ^= 1;
      into.write(bytes);
      return Answer.FOUND;
    };
    var guard = new TablespaceGuard(torn, SIZE, new Replayed(BEGIN, wal.end()), data);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> pass(guard, FIRST))
          .isInstanceOfSatisfying(
              Damaged.class, e -> assertThat(e.code()).isEqualTo(PostgresCode.WAL_UNREADABLE));
    }
    var before = new TablespaceGuard(torn, SIZE, new Replayed(BEGIN, bad), data);
    assertThat(pass(before, FIRST)).isEqualTo(Answer.FOUND);
    assertThat(pass(before, SECOND)).isEqualTo(Answer.FOUND);
  }

  /** The first segment is of timeline 1, all that follow are of timeline 2. */
  private TablespaceGuard switched(MadeUpWal promoted) {
    return new TablespaceGuard(
        (name, into) -> {
          var from = SegmentName.parse(name.value(), SIZE).start();
          if (name.timeline().equals(from.equals(BEGIN) ? TWO : ONE)) {
            return Answer.PROVED_ABSENT;
          }
          into.write(promoted.bytes(from, from.plus(SIZE.bytes())));
          return Answer.FOUND;
        },
        SIZE,
        new Replayed(BEGIN, promoted.end()),
        data);
  }

  private void acrossTheFirstTwo() {
    wal.fillTo(BEGIN.plus(SIZE.bytes() - 200L));
    wal.filler((int) BEGIN.plus(SIZE.bytes()).minus(wal.end()) - 26 - 40); // 40 bytes are left
    assertThat(wal.tablespace(16_384, space.toString())).isLessThan(BEGIN.plus(SIZE.bytes()));
    assertThat(wal.end()).isGreaterThan(BEGIN.plus(SIZE.bytes()));
  }

  private static WalFileName on(Timeline timeline, WalFileName name) {
    return WalFileName.segment(
        timeline, SegmentName.parse(name.value(), SIZE).start(), SIZE.bytes());
  }

  private static WalFileName later(WalFileName name, int segments) {
    return segments == 0 ? name : later(name.next(SIZE.bytes()), segments - 1);
  }
}
