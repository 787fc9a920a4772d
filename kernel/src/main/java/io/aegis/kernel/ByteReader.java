package io.aegis.kernel;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Takes apart what {@link ByteWriter} built. Nothing read here is trusted: whatever runs past the
 * end, or is longer than what is left, is a {@link Malformed}, never an out-of-bounds or an
 * out-of-memory.
 */
public final class ByteReader {
  private final byte[] buffer;
  private final int end;
  private int position;

  public ByteReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  public ByteReader(byte[] bytes, int offset, int length) {
    buffer = bytes;
    position = offset;
    end = offset + length;
  }

  /**
   * The bytes are not what their format says; callers turn it into a failure that names the object.
   */
  public static final class Malformed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Malformed(String fact) {
      super(fact);
    }
  }

  public int u8() {
    need(1);
    return buffer[position++] & 0xFF;
  }

  public int u16() {
    return u8() << 8 | u8();
  }

  public int i32() {
    return u16() << 16 | u16();
  }

  public long i64() {
    return ((long) i32() << 32) | (i32() & 0xFFFF_FFFFL);
  }

  public long varint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = u8();
      if (shift == 63 && next > 1) {
        throw new Malformed("a varint has more than 64 bits");
      }
      value |= (next & 0x7FL) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw new Malformed("a varint does not end");
  }

  /** A varint that counts or measures: zero or more, and not above {@code limit}. */
  public int count(int limit) {
    long value = varint();
    if (value < 0 || value > limit) {
      throw new Malformed("a count of " + value + " is above its limit of " + limit);
    }
    return (int) value;
  }

  public long signedVarint() {
    long folded = varint();
    return folded >>> 1 ^ -(folded & 1);
  }

  public byte[] raw(int length) {
    need(length);
    var taken = Arrays.copyOfRange(buffer, position, position + length);
    position += length;
    return taken;
  }

  public byte[] bytes() {
    return raw(count(remaining()));
  }

  public String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  public boolean bool() {
    return switch (u8()) {
      case 0 -> false;
      case 1 -> true;
      default -> throw new Malformed("a truth value is neither 0 nor 1");
    };
  }

  public int remaining() {
    return end - position;
  }

  public int position() {
    return position;
  }

  /** Says that nothing may follow; a trailing byte is as wrong as a missing one. */
  public void end() {
    if (remaining() != 0) {
      throw new Malformed(remaining() + " bytes follow the end");
    }
  }

  private void need(int count) {
    if (count < 0 || remaining() < count) {
      throw new Malformed("needs " + count + " bytes, has " + remaining());
    }
  }
}
