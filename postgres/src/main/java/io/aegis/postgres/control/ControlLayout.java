package io.aegis.postgres.control;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.SystemIdentifier;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.control.ControlFile.Checkpoint;
import io.aegis.postgres.control.ControlFile.Geometry;
import io.aegis.postgres.control.ControlFile.PageChecksums;
import io.aegis.postgres.control.ControlFile.Parameters;
import io.aegis.postgres.control.ControlFile.State;
import io.aegis.postgres.control.ControlFile.WalLevel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.zip.CRC32C;

/**
 * Where each field stands. The struct is written as it lies in memory, so the offsets are those of
 * a 64-bit little-endian machine, alignment included; PostgreSQL 15 to 17 share one layout (17
 * put the checkpoint's {@code wal_level} where there was padding), 18 inserts {@code
 * default_char_signedness} before the nonce, which moves the checksum.
 */
enum ControlLayout {
  UP_TO_16(1300, 288),
  FROM_17(1700, 288),
  FROM_18(1800, 292);

  /** The file is this long, its rest zeros: {@code PG_CONTROL_FILE_SIZE}. */
  static final int FILE_SIZE = 8192;

  private static final int SYSTEM_IDENTIFIER = 0;
  private static final int CONTROL_VERSION = 8;
  private static final int CATALOG_VERSION = 12;
  private static final int STATE = 16;
  private static final int CHECKPOINT = 32;
  private static final int REDO = 40;
  private static final int TIMELINE = 48;
  private static final int CHECKPOINT_TIME = 104;
  private static final int MINIMUM_RECOVERY = 136;
  private static final int WAL_LEVEL = 172;
  private static final int MAX_CONNECTIONS = 180;
  private static final int MAX_WORKER_PROCESSES = 184;
  private static final int MAX_WAL_SENDERS = 188;
  private static final int MAX_PREPARED_TRANSACTIONS = 192;
  private static final int MAX_LOCKS_PER_TRANSACTION = 196;
  private static final int PAGE_SIZE = 216;
  private static final int SEGMENT_PAGES = 220;
  private static final int WAL_SEGMENT_SIZE = 228;
  private static final int CHECKSUM_VERSION = 252;

  private final int version;
  private final int checksumOffset;

  ControlLayout(int version, int checksumOffset) {
    this.version = version;
    this.checksumOffset = checksumOffset;
  }

  /**
   * @throws Malformed if the file is of a version, or of a machine, that is not known
   */
  static ControlLayout of(byte[] file) {
    if (file.length < FILE_SIZE) {
      throw new Malformed("it has " + file.length + " bytes instead of " + FILE_SIZE);
    }
    int version = fields(file).getInt(CONTROL_VERSION);
    for (var layout : values()) {
      if (layout.version == version) {
        return layout;
      }
    }
    if (Integer.reverseBytes(version) >= 1300 && Integer.reverseBytes(version) <= 1800) {
      throw new Malformed("it was written on a machine of the other byte order");
    }
    throw new Malformed("its version is " + version + ", not one of PostgreSQL 15 to 18");
  }

  boolean checksumHolds(byte[] file) {
    return fields(file).getInt(checksumOffset) == checksum(file);
  }

  /** A copy whose checkpoint lies at {@code checkpoint} and whose checksum is right again. */
  byte[] withCheckpoint(byte[] file, Lsn checkpoint) {
    byte[] copy = file.clone();
    fields(copy).putLong(CHECKPOINT, checkpoint.value());
    fields(copy).putInt(checksumOffset, checksum(copy));
    return copy;
  }

  ControlFile parse(byte[] file) {
    if (!checksumHolds(file)) {
      throw new Malformed("its checksum does not match");
    }
    var in = fields(file);
    try {
      return new ControlFile(
          new SystemIdentifier(in.getLong(SYSTEM_IDENTIFIER)),
          in.getInt(CATALOG_VERSION),
          oneOf(State.values(), in.getInt(STATE)),
          checkpoint(in),
          new Lsn(in.getLong(MINIMUM_RECOVERY)),
          new Geometry(in.getInt(PAGE_SIZE), in.getInt(SEGMENT_PAGES), in.getInt(WAL_SEGMENT_SIZE)),
          parameters(in),
          in.getInt(CHECKSUM_VERSION) == 0 ? PageChecksums.OFF : PageChecksums.ON);
    } catch (IllegalArgumentException e) {
      throw new Malformed(e.getMessage() + "");
    }
  }

  private static Checkpoint checkpoint(ByteBuffer in) {
    return new Checkpoint(
        new Lsn(in.getLong(CHECKPOINT)),
        new Lsn(in.getLong(REDO)),
        new Timeline(in.getInt(TIMELINE) & 0xFFFF_FFFFL),
        Instant.ofEpochSecond(in.getLong(CHECKPOINT_TIME)));
  }

  private static Parameters parameters(ByteBuffer in) {
    return new Parameters(
        oneOf(WalLevel.values(), in.getInt(WAL_LEVEL)),
        in.getInt(MAX_CONNECTIONS),
        in.getInt(MAX_WORKER_PROCESSES),
        in.getInt(MAX_WAL_SENDERS),
        in.getInt(MAX_PREPARED_TRANSACTIONS),
        in.getInt(MAX_LOCKS_PER_TRANSACTION));
  }

  private static <T> T oneOf(T[] values, int ordinal) {
    if (ordinal < 0 || ordinal >= values.length) {
      throw new Malformed("an enumeration has the value " + ordinal);
    }
    return values[ordinal];
  }

  private int checksum(byte[] file) {
    var crc = new CRC32C();
    crc.update(file, 0, checksumOffset);
    return (int) crc.getValue();
  }

  private static ByteBuffer fields(byte[] file) {
    return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
  }
}
