package io.aegis.repository.snapshot;

import io.aegis.kernel.ByteReader;
import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.ByteWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Some lines of a file table that follow one another.
 *
 * <pre>
 * page = version:u8 count:varint (shared:varint suffix:bytes rest:bytes)*
 * </pre>
 *
 * <p>{@code shared} is how many bytes of the path before begin this path too.
 */
final class TablePage {
  private static final int VERSION = 1;

  private TablePage() {}

  static byte[] encode(List<Line> entries) {
    var out = new ByteWriter(4096).u8(VERSION).varint(entries.size());
    var before = new byte[0];
    for (var entry : entries) {
      int mismatch = Arrays.mismatch(before, entry.path());
      int shared = mismatch < 0 ? before.length : mismatch;
      int rest = entry.path().length - shared;
      out.varint(shared).varint(rest).raw(entry.path(), shared, rest).bytes(entry.rest());
      before = entry.path();
    }
    return out.toByteArray();
  }

  static List<Line> decode(byte[] raw) {
    var in = new ByteReader(raw);
    if (in.u8() != VERSION) {
      throw new Malformed("not a table page of version " + VERSION);
    }
    var entries = new ArrayList<Line>();
    var before = new byte[0];
    for (int count = in.count(in.remaining()); count > 0; count--) {
      int shared = in.count(before.length);
      var suffix = in.bytes();
      var path = Arrays.copyOf(before, shared + suffix.length);
      System.arraycopy(suffix, 0, path, shared, suffix.length);
      entries.add(new Line(path, in.bytes()));
      before = path;
    }
    in.end();
    return entries;
  }
}
