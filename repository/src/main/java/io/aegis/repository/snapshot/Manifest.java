package io.aegis.repository.snapshot;

import io.aegis.kernel.ByteReader;
import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.ByteWriter;
import io.aegis.repository.content.Fragmentation;
import io.aegis.repository.pack.FrameRef;
import io.aegis.repository.pack.FrameType;
import io.aegis.repository.pack.PackId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * All a snapshot needs: every pack with its size, so that one listing tells whether it is whole,
 * and the pages of its file table.
 *
 * <pre>
 * manifest = version:u8 packs pages fragmentation
 * packs    = count:varint (epoch:varint id:16 size:varint)*
 * pages    = count:varint (first:bytes files:varint pack:varint offset:varint length:varint
 *            digest:bytes needed)*
 * needed   = count:varint (gap:varint)*
 * </pre>
 *
 * <p>{@code needed} are the packs that the page's files need, as ascending indexes, each as its
 * distance from the one before plus one.
 */
record Manifest(SequencedMap<PackId, Long> packs, List<Page> pages, Fragmentation fragmentation) {
  private static final int VERSION = 1;

  /**
   * One page of the file table.
   *
   * @param first the path of its first file
   * @param digest SHA-256 of its content, by which the next snapshot sees that it has not changed
   * @param needed the packs that its files need
   */
  record Page(byte[] first, int files, FrameRef frame, byte[] digest, List<PackId> needed) {}

  byte[] encode() {
    var indexes = new LinkedHashMap<PackId, Integer>();
    var out = new ByteWriter(4096).u8(VERSION).varint(packs.size());
    packs.forEach((pack, size) -> {
      indexes.put(pack, indexes.size());
      pack.write(out);
      out.varint(size);
    });
    out.varint(pages.size());
    pages.forEach(page -> write(page, indexes, out));
    fragmentation.write(out);
    return out.toByteArray();
  }

  private static void write(Page page, Map<PackId, Integer> indexes, ByteWriter out) {
    out.bytes(page.first()).varint(page.files());
    var frame = page.frame();
    out.varint(index(indexes, frame.pack())).varint(frame.offset()).varint(frame.length());
    out.bytes(page.digest()).varint(page.needed().size());
    int next = 0;
    var sorted =
        page.needed().stream().mapToInt(pack -> index(indexes, pack)).sorted().toArray();
    for (int index : sorted) {
      out.varint(index - next);
      next = index + 1;
    }
  }

  private static int index(Map<PackId, Integer> indexes, PackId pack) {
    var index = indexes.get(pack);
    if (index == null) {
      throw new IllegalStateException("the manifest lacks pack " + pack);
    }
    return index;
  }

  static Manifest decode(byte[] content) {
    var in = new ByteReader(content);
    if (in.u8() != VERSION) {
      throw new Malformed("not a manifest of version " + VERSION);
    }
    var packs = new LinkedHashMap<PackId, Long>();
    for (int count = in.count(in.remaining()); count > 0; count--) {
      packs.put(PackId.read(in), in.varint());
    }
    var ids = List.copyOf(packs.sequencedKeySet());
    var pages = new ArrayList<Page>();
    for (int count = in.count(in.remaining()); count > 0; count--) {
      pages.add(readPage(in, ids));
    }
    var fragmentation = Fragmentation.read(in);
    in.end();
    return new Manifest(packs, pages, fragmentation);
  }

  private static Page readPage(ByteReader in, List<PackId> ids) {
    var first = in.bytes();
    int files = in.count(Integer.MAX_VALUE);
    var frame = new FrameRef(
        pick(ids, in.count(ids.size())),
        in.count(FrameRef.MAX_OFFSET),
        in.count(2 * FrameType.MAX_RAW));
    var digest = in.bytes();
    var needed = new ArrayList<PackId>();
    int next = 0;
    for (int count = in.count(ids.size()); count > 0; count--) {
      int index = next + in.count(ids.size() - next);
      needed.add(pick(ids, index));
      next = index + 1;
    }
    return new Page(first, files, frame, digest, needed);
  }

  private static PackId pick(List<PackId> ids, int index) {
    if (index >= ids.size()) {
      throw new Malformed("pack " + index + " of " + ids.size());
    }
    return ids.get(index);
  }
}
