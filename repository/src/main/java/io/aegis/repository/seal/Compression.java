package io.aegis.repository.seal;

import io.aegis.kernel.ByteReader;
import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.ByteWriter;

/**
 * How zstd is told to compress. Any zstd reads the result; the settings only decide size and speed.
 *
 * @param level zstd's level, 1 to 19
 * @param minMatch the shortest repetition it looks for, 3 to 7; 0 leaves it to the level
 * @param hashLog the size of its table as a power of two, 6 to 24; 0 leaves it to the level
 */
public record Compression(int level, int minMatch, int hashLog) {
  /** For objects sealed in frames of up to 1 MiB. */
  static final Compression RECORDS = new Compression(1, 0, 0);

  public Compression {
    boolean minMatchFits = minMatch == 0 || minMatch >= 3 && minMatch <= 7;
    boolean hashLogFits = hashLog == 0 || hashLog >= 6 && hashLog <= 24;
    if (level < 1 || level > 19 || !minMatchFits || !hashLogFits) {
      throw new Malformed("compression of level " + level + ", " + minMatch + ", " + hashLog);
    }
  }

  public static Compression read(ByteReader in) {
    return new Compression(in.u8(), in.u8(), in.u8());
  }

  public void write(ByteWriter out) {
    out.u8(level).u8(minMatch).u8(hashLog);
  }
}
