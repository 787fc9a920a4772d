package io.aegis.postgres.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure.Refused;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.feed.TablespaceGuard.Replayed;
import io.aegis.postgres.feed.WalSource.Answer;
import io.aegis.postgres.wal.MadeUpWal;
import io.aegis.postgres.wal.SegmentSize;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TablespaceGuardTest {
  private static final SegmentSize SIZE = new SegmentSize(1 << 20);
  private static final Timeline ONE = new Timeline(1);
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

  // Red when: TablespaceGuard.join does not read across, in either order.
  @Test
  void t47_a_record_that_lies_in_two_segments_is_seen_in_whatever_order_they_come()
      throws IOException {
    wal.fillTo(BEGIN.plus(SIZE.bytes() - 200L));
    wal.filler((int) BEGIN.plus(SIZE.bytes()).minus(wal.end()) - 26 - 40); // 40 bytes are left
    var record = wal.tablespace(16_384, space.toString());
    assertThat(record).isLessThan(BEGIN.plus(SIZE.bytes()));
    assertThat(wal.end()).isGreaterThan(BEGIN.plus(SIZE.bytes()));
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
}
