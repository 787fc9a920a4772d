package io.aegis.postgres.page;

import io.aegis.postgres.Lsn;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Judges pages that were read from a running server (trap T18). A page may be caught half-written;
 * if its log position shows that it was written since the backup began, the log holds the whole
 * page and repairs it. Any other page that does not match its checksum is under suspicion: only
 * reading it again tells a torn page, which changes, from a corrupt one, which does not.
 *
 * @param pageSize in bytes
 * @param backupBegin the log position from which a recovery of this backup replays
 */
public record PageRules(int pageSize, Lsn backupBegin) {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int CHECKSUM = 8;
  private static final int UPPER = 14;

  /** What can be said of a page that was read once. */
  public enum Verdict {
    /** Its checksum matches, or it is a new page: zeros from end to end. */
    SOUND,
    /** It does not match, but was written since the backup began: the log restores it. */
    COVERED_BY_LOG,
    /** It does not match, and nothing explains why. */
    SUSPECT
  }

  /**
   * @param block its number within its relation's fork
   */
  public Verdict judge(byte[] bytes, int at, long block) {
    if ((short) SHORT.get(bytes, at + UPPER) == 0) {
      return isZero(bytes, at) ? Verdict.SOUND : Verdict.SUSPECT;
    }
    int carried = (short) SHORT.get(bytes, at + CHECKSUM) & 0xFFFF;
    if (carried == PageChecksum.of(bytes, at, pageSize, block)) {
      return Verdict.SOUND;
    }
    return lsn(bytes, at).isBefore(backupBegin) ? Verdict.SUSPECT : Verdict.COVERED_BY_LOG;
  }

  /** The log position of the last change to the page, as the page itself says. */
  public static Lsn lsn(byte[] bytes, int at) {
    long high = (int) INT.get(bytes, at);
    long low = (int) INT.get(bytes, at + 4) & 0xFFFF_FFFFL;
    return new Lsn(high << 32 | low);
  }

  private boolean isZero(byte[] bytes, int at) {
    return Arrays.mismatch(bytes, at, at + pageSize, ZEROS, 0, pageSize) < 0;
  }

  private static final byte[] ZEROS = new byte[1 << 15];
}
