package io.aegis.repository.pack;

import io.aegis.kernel.ByteReader;
import io.aegis.kernel.ByteWriter;
import io.aegis.kernel.Entropy;
import io.aegis.repository.layout.Layout;
import io.aegis.storage.ObjectKey;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * The name of one pack, drawn anew for every attempt to write one; the key of the pack is derived
 * from it.
 *
 * @param epoch the epoch it is sealed in
 * @param high the first 8 of 16 random bytes
 * @param low the last 8
 */
public record PackId(int epoch, long high, long low) {
  static final int RANDOM_BYTES = 16;

  static PackId random(int epoch, Entropy entropy) {
    var bytes = ByteBuffer.wrap(entropy.bytes(RANDOM_BYTES));
    return new PackId(epoch, bytes.getLong(), bytes.getLong());
  }

  public static PackId read(ByteReader in) {
    return new PackId(in.count(Integer.MAX_VALUE), in.i64(), in.i64());
  }

  public void write(ByteWriter out) {
    out.varint(epoch).i64(high).i64(low);
  }

  byte[] randomBytes() {
    return ByteBuffer.allocate(RANDOM_BYTES).putLong(high).putLong(low).array();
  }

  public ObjectKey key() {
    return Layout.pack(toString());
  }

  /** 32 lower-case hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
  }
}
