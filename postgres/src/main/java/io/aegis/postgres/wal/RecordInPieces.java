package io.aegis.postgres.wal;

import io.aegis.postgres.Lsn;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A record that arrives in pieces. PostgreSQL writes records of up to 1020 MiB, such as a message
 * of {@code pg_logical_emit_message}, so only what its decoder needs is kept: its checksum is that
 * of the bytes that went by.
 */
final class RecordInPieces {
  private static final int LENGTH = 4; // never split: a record begins at a multiple of 8
  private static final int SMALL = 1 << 12;
  private static final int RETAINED = 1 << 16;

  private final RecordDecoder decoder;
  private final CRC32C crc = new CRC32C();
  private byte[] kept = new byte[SMALL];
  private int have;
  private int need = LENGTH;
  private int keep = RecordDecoder.HEADER;
  private @Nullable TransactionEndReader end;

  RecordInPieces(RecordDecoder decoder) {
    this.decoder = decoder;
  }

  boolean isBegun() {
    return have > 0;
  }

  /** How many bytes of it are still to come, as far as is known. */
  int missing() {
    return need - have;
  }

  boolean isComplete() {
    return have == need && have > LENGTH;
  }

  /** Whether its length is known since the last byte. */
  boolean tellsLength() {
    return have == LENGTH && need == LENGTH;
  }

  int length() {
    return LogBytes.i32(kept, 0);
  }

  void expect(int length) {
    need = length;
  }

  /** How many bytes it can take at once: not past the next place where something is decided. */
  int takes() {
    if (have < RecordDecoder.HEADER) {
      return Math.min(need, RecordDecoder.HEADER) - have;
    }
    return (have < keep ? keep : need) - have;
  }

  /**
   * @param count at most {@link #takes}
   */
  void add(byte[] bytes, int i, int count) {
    if (have < keep) {
      keep(bytes, i, count);
    } else if (end != null) {
      end.feed(bytes, i, count);
    }
    if (have >= RecordDecoder.HEADER) {
      crc.update(bytes, i, count);
    }
    have += count;
    if (have == RecordDecoder.HEADER) {
      keep = decoder.keeps(kept, need);
    }
    if (have == keep && keep < need) {
      end = decoder.longEnd(new LogBytes(kept, 0, keep, need));
    }
  }

  private void keep(byte[] bytes, int i, int count) {
    if (kept.length < have + count) {
      kept = Arrays.copyOf(kept, Math.max(have + count, Math.min(keep, 2 * have)));
    }
    System.arraycopy(bytes, i, kept, have, count);
  }

  /** As far as it is kept: its header at least. */
  byte[] kept() {
    return kept;
  }

  /** The checksum as PostgreSQL computes it: of what follows the header, then of the header. */
  int checksum() {
    crc.update(kept, 0, RecordDecoder.CHECKSUM);
    return (int) crc.getValue();
  }

  /** Tells what it says, once it is complete and right. */
  void decode(Lsn start, Lsn behind) {
    if (end == null) {
      decoder.decode(new LogBytes(kept, 0, Math.min(keep, need), need), start, behind);
    } else {
      decoder.tell(end.event(start, behind));
    }
  }

  /** Is empty again. */
  void clear() {
    have = 0;
    need = LENGTH;
    keep = RecordDecoder.HEADER;
    end = null;
    crc.reset();
    if (kept.length > RETAINED) {
      kept = new byte[SMALL];
    }
  }
}
