package io.aegis.postgres.page;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * PostgreSQL's page checksum (src/include/storage/checksum_impl.h): 32 interleaved sums of a
 * variant of FNV-1a over the page taken as little-endian words, the checksum field as zero, folded
 * together with the block number into 1 to 65535.
 *
 * <p>The 32 sums do not depend on each other. They are computed in four passes over the page, eight
 * sums in registers each: the loop then waits for no multiplication, and a page stays in the first
 * cache. That is twice as fast as all 32 at once, whose sums the compiler keeps in memory.
 */
public final class PageChecksum {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int PRIME = 16777619;
  private static final int SUMS = 32;
  private static final int ROW = SUMS * Integer.BYTES;

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
    int folded = 0;
    for (int first = 0; first < SUMS; first += 8) {
      folded ^= eightSums(bytes, at, size, first);
    }
    long mixed = (folded ^ (int) block) & 0xFFFF_FFFFL;
    return (int) (mixed % 65535) + 1;
  }

  private static int eightSums(byte[] bytes, int at, int size, int first) {
    int s0 = SEEDS[first];
    int s1 = SEEDS[first + 1];
    int s2 = SEEDS[first + 2];
    int s3 = SEEDS[first + 3];
    int s4 = SEEDS[first + 4];
    int s5 = SEEDS[first + 5];
    int s6 = SEEDS[first + 6];
    int s7 = SEEDS[first + 7];
    int offset = at + first * Integer.BYTES;
    int end = at + size;
    // The checksum, the lower half of the third word, counts as zero.
    int third = first == 0 ? 0xFFFF_0000 : -1;
    for (int row = offset; row < end; row += ROW) {
      s0 = mix(s0, (int) INT.get(bytes, row));
      s1 = mix(s1, (int) INT.get(bytes, row + 4));
      s2 = mix(s2, (int) INT.get(bytes, row + 8) & third);
      third = -1;
      s3 = mix(s3, (int) INT.get(bytes, row + 12));
      s4 = mix(s4, (int) INT.get(bytes, row + 16));
      s5 = mix(s5, (int) INT.get(bytes, row + 20));
      s6 = mix(s6, (int) INT.get(bytes, row + 24));
      s7 = mix(s7, (int) INT.get(bytes, row + 28));
    }
    return finish(s0)
        ^ finish(s1)
        ^ finish(s2)
        ^ finish(s3)
        ^ finish(s4)
        ^ finish(s5)
        ^ finish(s6)
        ^ finish(s7);
  }

  private static int mix(int sum, int word) {
    int mixed = sum ^ word;
    return mixed * PRIME ^ mixed >>> 17;
  }

  /** Two rounds of zeros, so that the last words are mixed as well as the first. */
  private static int finish(int sum) {
    return mix(mix(sum, 0), 0);
  }
}
