package io.aegis.repository.content;

import io.aegis.kernel.ByteReader;
import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.ByteWriter;
import io.aegis.repository.content.Fingerprints.Fingerprint;
import io.aegis.repository.pack.FrameRef;
import io.aegis.repository.pack.PackId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Where the base of one region lies: its frames in order, each with the fingerprint of its content.
 *
 * <pre>
 * base   = version:u8 length:varint packs runs sealed-length:varint{n} fingerprint:16{n}
 * packs  = count:varint (epoch:varint id:16)*
 * runs   = count:varint (frames:varint pack:varint offset:varint)*
 * </pre>
 *
 * <p>{@code n} is the number of frames in {@code length} bytes. The frames of a run follow one
 * another in their pack without a gap. A sealed length of 0 is a frame of nothing but zeros, which
 * is stored nowhere.
 */
final class BasePage {
  private static final int VERSION = 1;

  private final int length;
  private final List<PackId> packs;
  private final int[] pack;
  private final int[] offset;
  private final int[] sealed;
  private final long[] fingerprints;

  private BasePage(int length, List<PackId> packs) {
    this.length = length;
    this.packs = packs;
    int frames = Geometry.frames(length);
    pack = new int[frames];
    offset = new int[frames];
    sealed = new int[frames];
    fingerprints = new long[frames * 2];
  }

  /** The bytes of the region when it was stored as a whole. */
  int length() {
    return length;
  }

  int frames() {
    return sealed.length;
  }

  List<PackId> packs() {
    return packs;
  }

  /** Where a frame lies; empty for one of zeros. */
  Optional<FrameRef> frame(int index) {
    return sealed[index] == 0
        ? Optional.empty()
        : Optional.of(new FrameRef(packs.get(pack[index]), offset[index], sealed[index]));
  }

  Fingerprint fingerprint(int index) {
    return new Fingerprint(fingerprints[2 * index], fingerprints[2 * index + 1]);
  }

  /** Gathers a base while its frames are written. */
  static final class Builder {
    private final PackTable packs = new PackTable();
    private final ByteWriter runs = new ByteWriter();
    private final ByteWriter lengths = new ByteWriter();
    private final ByteWriter fingerprints = new ByteWriter(Geometry.FRAMES_PER_REGION * 16);
    private final List<PackId> named = new ArrayList<>();
    private int runCount;
    private int runFrames;
    private Optional<FrameRef> runStart = Optional.empty();
    private Optional<FrameRef> last = Optional.empty();

    void zeros(Fingerprint fingerprint) {
      runFrames++;
      lengths.varint(0);
      fingerprint.write(fingerprints);
    }

    void frame(FrameRef ref, Fingerprint fingerprint) {
      if (!last.map(before -> follows(before, ref)).orElse(false)) {
        endRun();
        runStart = Optional.of(ref);
      }
      runFrames++;
      last = Optional.of(ref);
      lengths.varint(ref.length());
      fingerprint.write(fingerprints);
    }

    private static boolean follows(FrameRef before, FrameRef ref) {
      return before.pack().equals(ref.pack()) && before.end() == ref.offset();
    }

    private void endRun() {
      runStart.ifPresentOrElse(
          start -> {
            runs.varint(runFrames).varint(packs.index(start.pack())).varint(start.offset());
            if (!named.contains(start.pack())) {
              named.add(start.pack());
            }
            runCount++;
            runFrames = 0;
          },
          () -> {}); // zeros before the first stored frame join its run
    }

    List<PackId> packs() {
      return List.copyOf(named);
    }

    byte[] finish(int length) {
      endRun();
      var out = new ByteWriter(32 << 10).u8(VERSION).varint(length);
      packs.write(out);
      return out.varint(runCount)
          .raw(runs.toByteArray())
          .raw(lengths.toByteArray())
          .raw(fingerprints.toByteArray())
          .toByteArray();
    }
  }

  static BasePage decode(byte[] raw) {
    var in = new ByteReader(raw);
    if (in.u8() != VERSION) {
      throw new Malformed("not a base map of version " + VERSION);
    }
    var page = new BasePage(in.count(Geometry.REGION), PackTable.read(in));
    int frame = 0;
    for (int runs = in.count(page.frames()); runs > 0; runs--) {
      int frames = in.count(page.frames() - frame);
      int pack = page.packs.indexOf(PackTable.pick(in, page.packs));
      int offset = in.count(FrameRef.MAX_OFFSET);
      if (frames == 0) {
        throw new Malformed("a run of no frames");
      }
      page.offset[frame] = offset;
      Arrays.fill(page.pack, frame, frame + frames, pack);
      Arrays.fill(page.offset, frame + 1, frame + frames, -1);
      frame += frames;
    }
    page.readLengths(in);
    for (int i = 0; i < page.fingerprints.length; i++) {
      page.fingerprints[i] = in.i64();
    }
    in.end();
    return page;
  }

  private void readLengths(ByteReader in) {
    for (int i = 0; i < frames(); i++) {
      sealed[i] = in.count(Geometry.FRAME * 2);
      if (offset[i] == -1) {
        offset[i] = offset[i - 1] + sealed[i - 1];
      }
    }
    if (packs.isEmpty() && Arrays.stream(sealed).anyMatch(length -> length > 0)) {
      throw new Malformed("a frame in no pack");
    }
  }
}
