package io.aegis.postgres.page;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * PostgreSQL's page checksum (src/include/storage/checksum_impl.h): 32 interleaved sums of a
 * variant of FNV-1a over the page taken as little-endian words, the checksum field as zero, folded
 * together with the block number into 1 to 65535.
 *
 * <p>The 32 sums do not depend on each other, and the loops are written so that the compiler
 * computes many of them with one instruction: no branch and nothing but one array inside. Measured
 * at 13 to 16 GB/s of one core on pages of 8 KiB (JDK 25, AVX-512); sums in eight variables at a
 * time are slower. A change here is worth measuring again.
 */
public final class PageChecksum {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int PRIME = 16777619;
  private static final int SUMS = 32;
  private static final int ROW = SUMS * Integer.BYTES;
  private static final int CHECKSUM = 8;
  private static final int WARM_UP_PAGES = 400;

  private static final int[] SEEDS = {
    0x5B1F36E9, 0xB8525960, 0x02AB50AA, 0x1DE66D2A, 0x79FF467A, 0x9BB9F8A3, 0x217E7CD2, 0x83E13D2C,
    0xF8D4474F, 0xE39EB970, 0x42C6AE16, 0x993216FA, 0x7B093B5D, 0x98DAFF3C, 0xF718902A, 0x0B1C9CDB,
    0xE58F764B, 0x187636BC, 0x5D7B3BB1, 0xE73DE7DE, 0x92BEC979, 0xCCA6C0B2, 0x304A0979, 0x85AA43D4,
    0x783125BB, 0x6CA8EAA2, 0xE407EAC6, 0x4B5CFC3E, 0x9FBF8C76, 0x15CA20BE, 0xF2CA9FD3, 0x959BD756
  };

  private PageChecksum() {}

  /** What the sums begin with; a copy. */
  static int[] seeds() {
    return SEEDS.clone();
  }

  /**
   * The checksum that the page must carry.
   *
   * @param at where the page begins in {@code bytes}
   * @param size of the page in bytes, a multiple of 128
   * @param block its number within its relation's fork: not within its segment (trap T10)
   * @return 1 to 65535
   */
  public static int of(byte[] bytes, int at, int size, long block) {
    var sums = SEEDS.clone();
    // The checksum, the lower half of the third word, counts as zero: taken back out of its sum.
    int carried = (int) INT.get(bytes, at + CHECKSUM) & 0xFFFF;
    sums[CHECKSUM / Integer.BYTES] ^= carried;
    for (int row = at; row < at + size; row += ROW) {
      for (int lane = 0; lane < SUMS; lane++) {
        sums[lane] = mix(sums[lane], (int) INT.get(bytes, row + lane * Integer.BYTES));
      }
    }
    int folded = 0;
    for (int sum : sums) {
      folded ^= mix(mix(sum, 0), 0); // zeros, so that the last words are mixed as well as the first
    }
    long mixed = (folded ^ (int) block) & 0xFFFF_FFFFL;
    return (int) (mixed % 65535) + 1;
  }

  /**
   * Gets {@link #of} compiled before it is needed: until then it is forty times slower, and where
   * much else is compiled at the same moment that lasts for seconds. Takes some milliseconds.
   *
   * @return nothing of interest, so that the work is not left out
   */
  public static int warmUp() {
    var page = new byte[8192];
    int nothing = 0;
    for (int block = 0; block < WARM_UP_PAGES; block++) {
      nothing ^= of(page, 0, page.length, block);
    }
    return nothing;
  }

  private static int mix(int sum, int word) {
    int mixed = sum ^ word;
    return mixed * PRIME ^ mixed >>> 17;
  }
}
