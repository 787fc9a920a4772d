package io.aegis.repository.content;

import io.aegis.kernel.ByteReader;
import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.ByteWriter;
import io.aegis.repository.content.Fingerprints.Fingerprint;
import io.aegis.repository.pack.FrameRef;
import io.aegis.repository.pack.PackId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where the content of one file is; complete in itself.
 *
 * <pre>
 * map     = 0:u8
 *         | 1:u8 packs ref at:varint fingerprint:16
 *         | 2:u8 packs count:varint region*
 * region  = ref packs-of-base opened:varint delta:u8 (ref packs-of-delta)?
 * ref     = pack:varint offset:varint length:varint
 * packs-… = count:varint (pack:varint)*
 * </pre>
 */
public sealed interface FileMap {
  /** No content: an empty file, a directory, a link. */
  record Nothing() implements FileMap {}

  /**
   * A file of less than 64 KiB, in a frame with others.
   *
   * @param at where in the frame's content it begins, in bytes
   */
  record Bundled(FrameRef frame, int at, Fingerprint fingerprint) implements FileMap {}

  /** A file of regions, each of 64 MiB but for the last. */
  record Regions(List<Region> regions) implements FileMap {
    public Regions {
      regions = List.copyOf(regions);
    }
  }

  /**
   * One region.
   *
   * @param base its base map
   * @param basePacks the packs that hold the frames of the base
   * @param delta the layer over it, if anything has changed since the base was stored
   * @param openedPages the pages that must be opened to read it once, the measure of its
   *     fragmentation
   */
  record Region(FrameRef base, List<PackId> basePacks, Optional<Layer> delta, int openedPages) {}

  /** A delta map and the packs that hold its frames. */
  record Layer(FrameRef map, List<PackId> packs) {}

  /** Every pack that must be there for the content to be read. */
  default Set<PackId> packs() {
    var packs = new HashSet<PackId>();
    switch (this) {
      case Nothing() -> {}
      case Bundled(var frame, var _, var _) -> packs.add(frame.pack());
      case Regions(var regions) ->
        regions.forEach(region -> {
          packs.add(region.base().pack());
          packs.addAll(region.basePacks());
          region.delta().ifPresent(layer -> {
            packs.add(layer.map().pack());
            packs.addAll(layer.packs());
          });
        });
    }
    return packs;
  }

  default byte[] encode() {
    var table = new PackTable();
    var body = new ByteWriter();
    int form = switch (this) {
      case Nothing() -> 0;
      case Bundled(var frame, int at, var fingerprint) -> {
        table.writeRef(body, frame);
        fingerprint.write(body.varint(at));
        yield 1;
      }
      case Regions(var regions) -> {
        body.varint(regions.size());
        regions.forEach(region -> writeRegion(body, table, region));
        yield 2;
      }
    };
    var out = new ByteWriter().u8(form);
    if (form != 0) {
      table.write(out);
    }
    return out.raw(body.toByteArray()).toByteArray();
  }

  private static void writeRegion(ByteWriter out, PackTable table, Region region) {
    table.writeRef(out, region.base());
    writePacks(out, table, region.basePacks());
    out.varint(region.openedPages()).bool(region.delta().isPresent());
    region.delta().ifPresent(layer -> {
      table.writeRef(out, layer.map());
      writePacks(out, table, layer.packs());
    });
  }

  private static void writePacks(ByteWriter out, PackTable table, List<PackId> packs) {
    out.varint(packs.size());
    packs.forEach(pack -> out.varint(table.index(pack)));
  }

  static FileMap decode(byte[] encoded) {
    var in = new ByteReader(encoded);
    int form = in.u8();
    var packs = form == 0 ? List.<PackId>of() : PackTable.read(in);
    FileMap map = switch (form) {
      case 0 -> new Nothing();
      case 1 ->
        new Bundled(PackTable.readRef(in, packs), in.count(Geometry.FRAME), Fingerprint.read(in));
      case 2 -> new Regions(readRegions(in, packs));
      default -> throw new Malformed("a file map of unknown form " + form);
    };
    in.end();
    return map;
  }

  private static List<Region> readRegions(ByteReader in, List<PackId> packs) {
    var regions = new ArrayList<Region>();
    for (int count = in.count(in.remaining()); count > 0; count--) {
      var base = PackTable.readRef(in, packs);
      var basePacks = readPacks(in, packs);
      int opened = in.count(Integer.MAX_VALUE);
      var delta = in.bool()
          ? Optional.of(new Layer(PackTable.readRef(in, packs), readPacks(in, packs)))
          : Optional.<Layer>empty();
      regions.add(new Region(base, basePacks, delta, opened));
    }
    return regions;
  }

  private static List<PackId> readPacks(ByteReader in, List<PackId> packs) {
    var named = new ArrayList<PackId>();
    for (int count = in.count(packs.size()); count > 0; count--) {
      named.add(PackTable.pick(in, packs));
    }
    return named;
  }
}
