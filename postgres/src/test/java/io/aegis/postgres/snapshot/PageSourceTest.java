package io.aegis.postgres.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.TimeSource;
import io.aegis.postgres.BaseBackups.CorruptPage;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.page.PageChecksum;
import io.aegis.postgres.page.PageRules;
import io.aegis.postgres.snapshot.PageSource.Judge;
import io.aegis.repository.FileSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PageSourceTest {
  private static final int SIZE = 8192;
  private static final Lsn BEGIN = new Lsn(1000);
  private final PageFindings findings = new PageFindings();

  // Red when: PageSource.settle reports what it saw first.
  @Test
  void t18_a_page_that_is_whole_when_read_again_was_torn() {
    var whole = page(999, 5);
    assertThat(read(torn(whole), whole)).isEqualTo(whole);
    assertThat(findings.conclude(new Lsn(2000)).count()).isZero();
  }

  // Red when: PageSource.settle stops after reading again once.
  @Test
  void t18_a_page_that_is_still_being_written_is_read_until_it_stands() {
    var whole = page(999, 5);
    assertThat(read(torn(whole), torn(whole), whole)).isEqualTo(whole);
    assertThat(findings.conclude(new Lsn(2000)).count()).isZero();
  }

  // Red when: PageSource.report forgets suspects.
  @Test
  void t18_a_page_that_stays_wrong_is_corrupt_and_captured_as_it_is() {
    var wrong = torn(page(999, 5));
    assertThat(read(wrong, wrong, wrong, wrong)).isEqualTo(wrong);
    assertThat(findings.conclude(new Lsn(2000)).first())
        .containsExactly(new CorruptPage("base/5/1.1", 5));
  }

  @Test
  void t18_a_torn_page_that_the_log_holds_is_no_finding() {
    var wrong = torn(page(1000, 5));
    read(wrong, wrong, wrong, wrong);
    assertThat(findings.conclude(new Lsn(2000)).count()).isZero();
  }

  // Red when: PageFindings.conclude does not compare with the end of the backup.
  @Test
  void t18_a_page_cannot_be_newer_than_the_end_of_the_backup() {
    var wrong = torn(page(2001, 5));
    read(wrong, wrong, wrong, wrong);
    assertThat(findings.conclude(new Lsn(2000)).count()).isEqualTo(1);
  }

  @Test
  void a_page_that_was_cut_off_meanwhile_is_left_to_the_log() {
    read(torn(page(999, 5)), new byte[0]);
    assertThat(findings.conclude(new Lsn(2000)).count()).isZero();
  }

  @Test
  void pages_are_judged_wherever_a_read_begins_and_ends() {
    var sound = page(999, 5);
    var wrong = torn(page(999, 6));
    FileSource two = (offset, target, at, length) -> {
      for (int i = 0; i < length; i++) {
        long from = offset + i;
        target[at + i] = from < SIZE ? sound[(int) from] : wrong[(int) from - SIZE];
      }
      return length;
    };
    source(two).read(100, new byte[3 * SIZE], 7, 2 * SIZE - 100);
    assertThat(findings.conclude(new Lsn(2000)).first())
        .containsExactly(new CorruptPage("base/5/1.1", 6));
  }

  private byte[] read(byte[]... views) {
    Deque<byte[]> left = new ArrayDeque<>(List.of(views));
    var target = new byte[SIZE];
    source((_, into, at, _) -> {
          var view = left.pop();
          System.arraycopy(view, 0, into, at, view.length);
          return view.length;
        })
        .read(0, target, 0, SIZE);
    return target;
  }

  private PageSource source(FileSource file) {
    var judge = new Judge(new PageRules(SIZE, BEGIN), findings, new NoPause());
    return new PageSource(file, judge, "base/5/1.1", 5);
  }

  private static byte[] page(long lsn, long block) {
    var page = new byte[SIZE];
    new Random(1).nextBytes(page);
    var fields = ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);
    fields.putInt(0, 0).putInt(4, (int) lsn).putShort(14, (short) 4096);
    fields.putShort(8, (short) PageChecksum.of(page, 0, SIZE, block));
    return page;
  }

  private static int tears;

  /** Each time torn elsewhere. */
  private static byte[] torn(byte[] page) {
    var torn = page.clone();
    torn[4096 + tears++ % 4096] ^= 1;
    return torn;
  }

  private static final class NoPause implements TimeSource {
    @Override
    public Instant now() {
      return Instant.EPOCH;
    }

    @Override
    public long nanos() {
      return 0;
    }

    @Override
    public void sleep(Duration pause) {}
  }
}
