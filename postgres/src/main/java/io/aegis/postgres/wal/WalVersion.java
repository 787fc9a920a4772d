package io.aegis.postgres.wal;

/** The versions whose log can be read, told apart by the magic number of every page. */
public enum WalVersion {
  PG15(15, 0xD110, 12),
  PG16(16, 0xD113, 12),
  PG17(17, 0xD116, 12),
  PG18(18, 0xD118, 16);

  private final int major;
  private final int magic;
  private final int droppedStatsBytes;

  WalVersion(int major, int magic, int droppedStatsBytes) {
    this.major = major;
    this.magic = magic;
    this.droppedStatsBytes = droppedStatsBytes;
  }

  public int major() {
    return major;
  }

  int magic() {
    return magic;
  }

  /** The size of one {@code xl_xact_stats_item}: 18 widened its object id to 64 bits. */
  int droppedStatsBytes() {
    return droppedStatsBytes;
  }

  /**
   * @throws io.aegis.kernel.ByteReader.Malformed if no known version writes this
   */
  static WalVersion ofMagic(int magic) {
    for (WalVersion version : values()) {
      if (version.magic == magic) {
        return version;
      }
    }
    throw new io.aegis.kernel.ByteReader.Malformed(
        String.format("page magic %04X belongs to no version from 15 to 18", magic));
  }
}
