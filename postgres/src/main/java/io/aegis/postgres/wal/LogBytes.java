package io.aegis.postgres.wal;

import io.aegis.kernel.ByteReader.Malformed;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

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
  private int at;

  LogBytes(byte[] bytes, int offset, int length) {
    this.bytes = bytes;
    this.at = offset;
    this.end = offset + length;
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
    return end - at;
  }

  LogBytes skip(int count) {
    need(count);
    at += count;
    return this;
  }

  /** The last {@code length} bytes, whatever was read so far. */
  LogBytes tail(int length) {
    need(length);
    return new LogBytes(bytes, end - length, length);
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

  /** A number of things that follow, each of {@code size} bytes. */
  int count(int size) {
    int count = i32();
    if (count < 0 || (long) count * size > remaining()) {
      throw new Malformed(count + " items of " + size + " bytes in " + remaining());
    }
    return count;
  }

  List<Long> u32s() {
    int count = count(4);
    var values = new ArrayList<Long>(count);
    for (int i = 0; i < count; i++) {
      values.add(u32());
    }
    return values;
  }

  RelationFile relation() {
    long tablespace = u32();
    long database = u32();
    return new RelationFile(tablespace, database, u32());
  }

  List<RelationFile> relations() {
    int count = count(12);
    var values = new ArrayList<RelationFile>(count);
    for (int i = 0; i < count; i++) {
      values.add(relation());
    }
    return values;
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
    if (count < 0 || remaining() < count) {
      throw new Malformed("needs " + count + " bytes, has " + remaining());
    }
  }
}
