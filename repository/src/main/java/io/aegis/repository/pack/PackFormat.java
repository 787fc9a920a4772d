package io.aegis.repository.pack;

import io.aegis.kernel.ByteWriter;
import io.aegis.repository.seal.Aead.Place;
import io.aegis.repository.seal.KeyRing;
import java.nio.ByteBuffer;
import javax.crypto.SecretKey;

/**
 * The layout of a pack: {@code docs/format/pack.md}.
 *
 * <pre>
 * pack      = header frame+ directory footer
 * header    = "AEGP" version:u8 zero:7 epoch:i32 id:16
 * frame     = ciphertext tag:16             (nonce: its offset in the pack)
 * directory = a frame of type DIRECTORY: count:varint (type:u8 length:varint)*
 * footer    = directory-offset:i32 directory-length:i32 "AEGE"
 * </pre>
 */
final class PackFormat {
  static final int HEADER_BYTES = 32;
  static final int FOOTER_BYTES = 12;

  private static final int HEADER_MAGIC = 0x41454750; // AEGP
  private static final int FOOTER_MAGIC = 0x41454745; // AEGE
  private static final int VERSION = 1;

  private PackFormat() {}

  static byte[] header(PackId id) {
    return new ByteWriter(HEADER_BYTES)
        .i32(HEADER_MAGIC)
        .u8(VERSION)
        .raw(new byte[7])
        .i32(id.epoch())
        .raw(id.randomBytes())
        .toByteArray();
  }

  static byte[] footer(int directoryOffset, int directoryLength) {
    return new ByteWriter(FOOTER_BYTES)
        .i32(directoryOffset)
        .i32(directoryLength)
        .i32(FOOTER_MAGIC)
        .toByteArray();
  }

  static boolean isFooterMagic(int word) {
    return word == FOOTER_MAGIC;
  }

  /** The key of a pack and what its frames are bound to. For one thread at a time. */
  static final class Seal {
    private final SecretKey key;
    private final ByteBuffer associated;

    Seal(KeyRing keys, PackId id) {
      key = keys.derive(id.epoch(), id.randomBytes(), "pack");
      associated = ByteBuffer.allocate(41).put(keys.repositoryBytes()).put(id.randomBytes());
    }

    /** The offset is the nonce: no two frames of a pack begin at the same byte. */
    Place place(FrameType type, int offset) {
      associated.putLong(32, offset).put(40, (byte) type.number());
      return new Place(key, offset, associated.array());
    }
  }
}
