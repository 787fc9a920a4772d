package io.aegis.repository.content;

import io.aegis.kernel.ByteReader;
import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.ByteWriter;
import io.aegis.repository.pack.FrameRef;
import io.aegis.repository.pack.FrameType;
import io.aegis.repository.pack.PackId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The packs that one map names, so that every frame in it costs a small number instead of an id.
 */
final class PackTable {
  private static final int MAX = 1 << 16;

  private final Map<PackId, Integer> indexes = new LinkedHashMap<>();

  int index(PackId pack) {
    return indexes.computeIfAbsent(pack, _ -> indexes.size());
  }

  void write(ByteWriter out) {
    out.varint(indexes.size());
    indexes.keySet().forEach(pack -> pack.write(out));
  }

  static List<PackId> read(ByteReader in) {
    int count = in.count(MAX);
    var packs = new ArrayList<PackId>();
    for (int i = 0; i < count; i++) {
      packs.add(PackId.read(in));
    }
    return packs;
  }

  void writeRef(ByteWriter out, FrameRef frame) {
    out.varint(index(frame.pack())).varint(frame.offset()).varint(frame.length());
  }

  static FrameRef readRef(ByteReader in, List<PackId> packs) {
    return new FrameRef(
        pick(in, packs), in.count(FrameRef.MAX_OFFSET), in.count(2 * FrameType.MAX_RAW));
  }

  static PackId pick(ByteReader in, List<PackId> packs) {
    int index = in.count(MAX);
    if (index >= packs.size()) {
      throw new Malformed("pack " + index + " of " + packs.size());
    }
    return packs.get(index);
  }
}
