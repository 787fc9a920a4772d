package io.aegis.postgres.archive;

import static io.aegis.postgres.archive.ArchiveFixture.BEGIN;
import static io.aegis.postgres.archive.ArchiveFixture.ONE;
import static io.aegis.postgres.archive.ArchiveFixture.SIZE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.feed.WalFileName;
import io.aegis.postgres.feed.WalSource.Answer;
import io.aegis.postgres.wal.MadeUpWal;
import io.aegis.storage.ObjectKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ArchivedLogTest {
  private final ArchiveFixture fixture = new ArchiveFixture();
  private final MadeUpWal wal = ArchiveFixture.log();
  private final Lsn tip = BEGIN.plus(2L * SIZE.bytes() + 300_000);

  @AfterEach
  void close() {
    fixture.close();
  }

  private record Got(Answer answer, byte[] bytes) {}

  private Got fetch(Lsn at) throws IOException {
    return fetch(WalFileName.segment(ONE, at, SIZE.bytes()));
  }

  private Got fetch(WalFileName name) throws IOException {
    var out = new ByteArrayOutputStream();
    var answer = new ArchivedLog(fixture.archive, fixture.branch()).fetch(name, out);
    return new Got(answer, out.toByteArray());
  }

  @Test
  void a_whole_segment_is_served_as_it_was() throws IOException {
    fixture.store(wal, tip);
    assertThat(fetch(BEGIN).bytes()).isEqualTo(wal.bytes(BEGIN, BEGIN.plus(SIZE.bytes())));
  }

  // Red when: ArchivedLog.copy does not pad, or copies no more than one slice.
  @Test
  void t30_the_torn_tip_is_served_whole_padded_with_zeros() throws IOException {
    fixture.store(wal, tip);
    var got = fetch(tip);
    assertThat(got.answer()).isEqualTo(Answer.FOUND);
    assertThat(got.bytes()).hasSize(SIZE.bytes());
    assertThat(Arrays.copyOf(got.bytes(), 300_000)).isEqualTo(wal.bytes(SIZE.floor(tip), tip));
    assertThat(Arrays.copyOfRange(got.bytes(), 300_000, SIZE.bytes())).containsOnly(0);
  }

  // Red when: the parts of a slice win over the slice, or only one of them is looked at.
  @Test
  void t32_a_part_never_shadows_the_whole_segment() throws IOException {
    fixture.store(wal, tip);
    var shadow = new LogSpan(BEGIN, BEGIN.plus(5000));
    fixture.filing.part(ONE, shadow, wal.bytes(BEGIN, BEGIN.plus(5000)));
    assertThat(fetch(BEGIN).bytes()).isEqualTo(wal.bytes(BEGIN, BEGIN.plus(SIZE.bytes())));
  }

  // Red when: a segment that is not there is PROVED_ABSENT without a look at marks and later log.
  @Test
  void t28_only_what_was_never_written_is_proved_absent() throws IOException {
    fixture.store(wal, tip);
    assertThat(fetch(tip.plus(SIZE.bytes())).answer()).isEqualTo(Answer.PROVED_ABSENT);
    fixture.mark(tip.plus(SIZE.bytes() * 2L));
    assertThatThrownBy(() -> fetch(tip.plus(SIZE.bytes())))
        .isInstanceOfSatisfying(
            Damaged.class, e -> assertThat(e.code()).isEqualTo(PostgresCode.WAL_MISSING));
    assertThatThrownBy(() -> fetch(tip)).isInstanceOf(Damaged.class);
  }

  // Red when: the torn end of a range is padded although later log is stored.
  @Test
  void t30_a_hole_in_the_middle_is_never_padded() {
    fixture.part(wal, BEGIN, BEGIN.plus(300_000));
    fixture.part(wal, BEGIN.plus(400_000), tip.plus(-300_000));
    assertThatThrownBy(() -> fetch(BEGIN))
        .isInstanceOfSatisfying(
            Damaged.class, e -> assertThat(e.code()).isEqualTo(PostgresCode.WAL_MISSING));
  }

  // Red when: Lineage.legs begins a timeline at the fork instead of at its segment.
  @Test
  void t37_behind_a_fork_files_come_from_the_new_timeline_from_its_segment_on() throws IOException {
    var two = new Timeline(2);
    fixture.store(wal, tip);
    var branch = new MadeUpWal(SIZE, ONE, BEGIN);
    branch.fillTo(BEGIN.plus(SIZE.bytes() + 100_000L));
    var fork = branch.end();
    var after = branch.fork(two);
    after.fillTo(BEGIN.plus(SIZE.bytes() * 2L + 50_000));
    var history = ("1\t" + fork + "\tno recovery target specified\n").getBytes(UTF_8);
    fixture.filing.history(two, history);
    var segment = SIZE.floor(fork);
    var span = new LogSpan(segment, segment.plus(SIZE.bytes()));
    fixture.filing.part(two, span, after.bytes(span.from(), span.to()));

    var log = new ArchivedLog(fixture.archive, new Branch(fixture.claim.id(), two));
    var out = new ByteArrayOutputStream();
    var named = WalFileName.segment(two, fork, SIZE.bytes());
    assertThat(log.fetch(named, out)).isEqualTo(Answer.FOUND);
    assertThat(out.toByteArray()).isEqualTo(after.bytes(span.from(), span.to()));
    assertThat(log.fetch(WalFileName.segment(ONE, fork, SIZE.bytes()), out))
        .isEqualTo(Answer.PROVED_ABSENT);
    assertThat(log.fetch(WalFileName.segment(ONE, BEGIN, SIZE.bytes()), out))
        .isEqualTo(Answer.FOUND);
    out.reset();
    assertThat(log.fetch(new WalFileName("00000002.history"), out)).isEqualTo(Answer.FOUND);
    assertThat(out.toByteArray()).isEqualTo(history);
    assertThat(log.fetch(new WalFileName("00000003.history"), out)).isEqualTo(Answer.PROVED_ABSENT);
  }

  @Test
  void two_objects_that_contradict_each_other_are_damage() {
    fixture.part(wal, BEGIN, BEGIN.plus(300_000));
    var bytes = wal.bytes(BEGIN.plus(200_000), BEGIN.plus(400_000));
    bytes[50_000] ^= 1;
    fixture.filing.part(ONE, new LogSpan(BEGIN.plus(200_000), BEGIN.plus(400_000)), bytes);
    assertThatThrownBy(
            () -> fixture.archive.read(fixture.timeline(), new LogSpan(BEGIN, BEGIN.plus(400_000))))
        .isInstanceOfSatisfying(
            Damaged.class, e -> assertThat(e.code()).isEqualTo(PostgresCode.WAL_CONFLICT));
  }

  // Red when: records are not compressed before they are sealed.
  @Test
  void t33_a_segment_that_is_almost_empty_costs_almost_nothing() {
    var span = new LogSpan(BEGIN, BEGIN.plus(SIZE.bytes()));
    var empty = Arrays.copyOf(wal.bytes(BEGIN, BEGIN.plus(5000)), SIZE.bytes());
    var part = fixture.filing.part(ONE, span, empty);
    assertThat(
            fixture.store().stat(new ObjectKey(part.key().name())).orElseThrow().size())
        .isLessThan(10_000);
  }
}
