package io.aegis.kernel;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Builds small binary values. Fixed-width integers are big-endian; a varint is unsigned LEB128 (7
 * bits a byte, low group first, at most 10 bytes); a signed varint is zigzag-folded first; bytes
 * and text (UTF-8) carry their length as a varint. {@link ByteReader} is its inverse.
 */
public final class ByteWriter {
  private byte[] buffer;
  private int size;

  public ByteWriter() {
    this(256);
  }

  public ByteWriter(int capacity) {
    buffer = new byte[Math.max(16, capacity)];
  }

  public ByteWriter u8(int value) {
    room(1);
    buffer[size++] = (byte) value;
    return this;
  }

  public ByteWriter u16(int value) {
    return u8(value >>> 8).u8(value);
  }

  public ByteWriter i32(int value) {
    return u16(value >>> 16).u16(value);
  }

  public ByteWriter i64(long value) {
    return i32((int) (value >>> 32)).i32((int) value);
  }

  public ByteWriter varint(long value) {
    room(10);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      buffer[size++] = (byte) (rest & 0x7F | 0x80);
      rest >>>= 7;
    }
    buffer[size++] = (byte) rest;
    return this;
  }

  public ByteWriter signedVarint(long value) {
    return varint(value << 1 ^ value >> 63);
  }

  /** The bytes alone, without a length. */
  public ByteWriter raw(byte[] bytes) {
    return raw(bytes, 0, bytes.length);
  }

  public ByteWriter raw(byte[] bytes, int offset, int length) {
    room(length);
    System.arraycopy(bytes, offset, buffer, size, length);
    size += length;
    return this;
  }

  public ByteWriter bytes(byte[] bytes) {
    return varint(bytes.length).raw(bytes);
  }

  public ByteWriter text(String text) {
    return bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  public ByteWriter bool(boolean value) {
    return u8(value ? 1 : 0);
  }

  public int size() {
    return size;
  }

  public byte[] toByteArray() {
    return Arrays.copyOf(buffer, size);
  }

  private void room(int more) {
    if (buffer.length - size < more) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, Math.addExact(size, more)));
    }
  }
}
