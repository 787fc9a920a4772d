package io.aegis.postgres.wal;

import io.aegis.kernel.ByteReader.Malformed;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Takes a stretch of the log apart: little-endian, as every platform that Aegis supports writes it,
 * and without ever reading past its end.
 */
final class LogBytes {
  private static final VarHandle U16 =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle I32 =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle I64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] bytes;
  private final int end;
  private final int cut;
  private int at;

  /**
   * @param kept how much of it is in {@code bytes}
   * @param length of all of it; behind {@code kept} nothing can be read
   */
  LogBytes(byte[] bytes, int offset, int kept, int length) {
    this.bytes = bytes;
    this.at = offset;
    this.end = offset + kept;
    this.cut = length - kept;
  }

  static int u16(byte[] bytes, int at) {
    return (short) U16.get(bytes, at) & 0xFFFF;
  }

  static int i32(byte[] bytes, int at) {
    return (int) I32.get(bytes, at);
  }

  static long i64(byte[] bytes, int at) {
    return (long) I64.get(bytes, at);
  }

  int remaining() {
    return kept() + cut;
  }

  /** How many of the remaining bytes can be read. */
  int kept() {
    return end - at;
  }

  /** Hands over all that can be read. */
  void giveTo(TransactionEndReader reader) {
    reader.feed(bytes, at, kept());
  }

  LogBytes skip(int count) {
    need(count);
    at += count;
    return this;
  }

  /** The last {@code length} bytes, whatever was read so far. */
  LogBytes tail(int length) {
    if (length < 0 || length > remaining()) {
      throw new Malformed("needs " + length + " bytes, has " + remaining());
    }
    int kept = Math.max(0, length - cut);
    return new LogBytes(bytes, end - kept, kept, length);
  }

  int u8() {
    need(1);
    return bytes[at++] & 0xFF;
  }

  int u16() {
    need(2);
    at += 2;
    return u16(bytes, at - 2);
  }

  int i32() {
    need(4);
    at += 4;
    return i32(bytes, at - 4);
  }

  long u32() {
    return i32() & 0xFFFF_FFFFL;
  }

  long i64() {
    need(8);
    at += 8;
    return i64(bytes, at - 8);
  }

  RelationFile relation() {
    long tablespace = u32();
    long database = u32();
    return new RelationFile(tablespace, database, u32());
  }

  /** Text of at most {@code length} bytes that a zero ends. */
  String text(int length) {
    need(length);
    int stop = at;
    while (stop < at + length && bytes[stop] != 0) {
      stop++;
    }
    var text = new String(bytes, at, stop - at, java.nio.charset.StandardCharsets.UTF_8);
    at += length;
    return text;
  }

  private void need(int count) {
    if (count < 0 || kept() < count) {
      throw new Malformed("needs " + count + " bytes, has " + kept());
    }
  }
}
