package io.aegis.postgres.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.postgres.Lsn;
import io.aegis.postgres.page.PageRules.Verdict;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PageRulesTest {
  private static final int SIZE = 8192;
  private static final Lsn BEGIN = Lsn.parse("1/5000000");
  private final PageRules rules = new PageRules(SIZE, BEGIN);

  @Test
  void a_page_with_the_right_checksum_is_sound_at_its_block_only() {
    var page = page(Lsn.parse("1/4FFFFFF"), 131_072 + 3);
    assertThat(rules.judge(page, 0, 131_072 + 3)).isEqualTo(Verdict.SOUND);
    assertThat(rules.judge(page, 0, 3)).isEqualTo(Verdict.SUSPECT);
  }

  // Red when: PageRules.judge calls every page that does not match its checksum suspect.
  @Test
  void t18_a_torn_page_written_since_the_backup_began_is_left_to_the_log() {
    var page = page(BEGIN, 0);
    page[5000] ^= 1;
    assertThat(rules.judge(page, 0, 0)).isEqualTo(Verdict.COVERED_BY_LOG);
  }

  // Red when: PageRules.judge leaves every wrong page to the log.
  @Test
  void t18_a_wrong_page_from_before_the_backup_is_suspect() {
    var page = page(BEGIN.plus(-1), 0);
    page[5000] ^= 1;
    assertThat(rules.judge(page, 0, 0)).isEqualTo(Verdict.SUSPECT);
  }

  // Red when: PageRules.judge takes a page for new as soon as pd_upper is zero.
  @Test
  void t18_a_new_page_is_one_that_is_zero_from_end_to_end() {
    var page = new byte[SIZE];
    assertThat(rules.judge(page, 0, 9)).isEqualTo(Verdict.SOUND);
    page[SIZE - 1] = 1;
    assertThat(rules.judge(page, 0, 9)).isEqualTo(Verdict.SUSPECT);
  }

  /** The algorithm as that source states it, rounds of zeros included. */
  @Test
  void the_checksum_is_that_of_the_source_of_postgresql_for_every_page_size() {
    var random = new Random(7);
    for (int size : new int[] {1024, 8192, 32768}) {
      var bytes = new byte[size + 128];
      random.nextBytes(bytes);
      assertThat(PageChecksum.of(bytes, 128, size, 77)).isEqualTo(naive(bytes, 128, size, 77));
    }
  }

  private static int naive(byte[] bytes, int at, int size, int block) {
    var words =
        ByteBuffer.wrap(bytes.clone()).order(ByteOrder.LITTLE_ENDIAN).putShort(at + 8, (short) 0);
    var sums = PageChecksum.seeds();
    for (int row = 0; row <= size / 128 + 1; row++) {
      for (int lane = 0; lane < 32; lane++) {
        int word = row < size / 128 ? words.getInt(at + row * 128 + lane * 4) : 0;
        int mixed = sums[lane] ^ word;
        sums[lane] = mixed * 16777619 ^ mixed >>> 17;
      }
    }
    int folded = block;
    for (int sum : sums) {
      folded ^= sum;
    }
    return Integer.remainderUnsigned(folded, 65535) + 1;
  }

  private static byte[] page(Lsn lsn, long block) {
    var page = new byte[SIZE];
    new Random(1).nextBytes(page);
    var fields = ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);
    fields.putInt(0, (int) (lsn.value() >>> 32)).putInt(4, (int) lsn.value());
    fields.putShort(14, (short) 4096);
    fields.putShort(8, (short) PageChecksum.of(page, 0, SIZE, block));
    return page;
  }
}
