package io.aegis.repository.content;

import io.aegis.kernel.ByteReader;
import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.ByteWriter;
import io.aegis.repository.content.Fingerprints.Fingerprint;
import io.aegis.repository.pack.FrameRef;
import io.aegis.repository.pack.PackId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What lies over the base of one region: for every page either nothing, or the frame and the place
 * in it that hold the page; and for every frame of the region whose content is not that of the
 * base, its fingerprint, if it is known.
 *
 * <pre>
 * delta   = version:u8 packs frames runs marks
 * packs   = count:varint (epoch:varint id:16)*
 * frames  = count:varint (pages:varint pack:varint offset:varint length:varint)*
 * runs    = count:varint (gap:varint pages:varint frame:varint at:varint)*
 * marks   = count:varint (gap:varint known:u8)* fingerprint:16{known}
 * </pre>
 *
 * <p>{@code gap} counts the pages, or frames, since the end of the one before; {@code at} is the
 * first page of the run in the content of its frame.
 */
final class DeltaPage {
  static final DeltaPage EMPTY = new DeltaPage(List.of());

  private static final int VERSION = 1;
  private static final int NONE = -1;

  private final List<Patch> patches;
  private final int[] patchOf = new int[Geometry.PAGES_PER_REGION];
  private final byte[] atOf = new byte[Geometry.PAGES_PER_REGION];
  private final TreeMap<Integer, Optional<Fingerprint>> marks = new TreeMap<>();

  /**
   * A frame of changed pages.
   *
   * @param pages how many pages its content holds, some of which may be out of date
   */
  record Patch(FrameRef frame, int pages) {}

  private DeltaPage(List<Patch> patches) {
    this.patches = patches;
    Arrays.fill(patchOf, NONE);
  }

  /** A copy that can be changed. */
  DeltaPage copy() {
    var copy = new DeltaPage(new ArrayList<>(patches));
    System.arraycopy(patchOf, 0, copy.patchOf, 0, patchOf.length);
    System.arraycopy(atOf, 0, copy.atOf, 0, atOf.length);
    copy.marks.putAll(marks);
    return copy;
  }

  boolean covers(int page) {
    return patchOf[page] != NONE;
  }

  /** Whether no page of this frame is taken from the base. */
  boolean coversFrame(int frame, int pages) {
    int first = frame * Geometry.PAGES_PER_FRAME;
    for (int page = first; page < first + pages; page++) {
      if (!covers(page)) {
        return false;
      }
    }
    return true;
  }

  Patch patch(int page) {
    return patches.get(patchOf[page]);
  }

  /** All patches in the order in which their frames were written, the newest increment last. */
  List<Patch> patches() {
    return patches;
  }

  int patchIndex(int page) {
    return patchOf[page];
  }

  /** Where in the content of its patch the page begins, in bytes. */
  int offsetInPatch(int page) {
    return atOf[page] * Geometry.PAGE;
  }

  /** Whether this frame's content differs from the base's; then {@link #fingerprint} is its own. */
  boolean marked(int frame) {
    return marks.containsKey(frame);
  }

  Optional<Fingerprint> fingerprint(int frame) {
    return marks.getOrDefault(frame, Optional.empty());
  }

  boolean isEmpty() {
    return patches.isEmpty() && marks.isEmpty();
  }

  /** Puts a new patch over the pages {@code pages}, which lie in it in that order. */
  void add(Patch patch, List<Integer> pages) {
    patches.add(patch);
    for (int at = 0; at < pages.size(); at++) {
      patchOf[pages.get(at)] = patches.size() - 1;
      atOf[pages.get(at)] = (byte) at;
    }
  }

  void mark(int frame, Optional<Fingerprint> fingerprint) {
    marks.put(frame, fingerprint);
  }

  /**
   * Forgets what lies beyond {@code length} bytes, and every patch that is not used any more. Where
   * that uncovers pages of the base in a frame that goes on before them, its fingerprint is of
   * something that is not stored any more; so it is forgotten, too.
   *
   * @param fresh the frames whose fingerprints are of what remains
   */
  DeltaPage trimmed(int length, BitSet fresh) {
    int end = Geometry.pages(length);
    var kept = new DeltaPage(new ArrayList<>());
    var renumbered = new int[patches.size()];
    Arrays.fill(renumbered, NONE);
    for (int page = 0; page < end; page++) {
      int old = patchOf[page];
      if (old != NONE) {
        if (renumbered[old] == NONE) {
          renumbered[old] = 0;
        }
      }
    }
    for (int old = 0; old < renumbered.length; old++) {
      if (renumbered[old] != NONE) {
        renumbered[old] = kept.patches.size();
        kept.patches.add(patches.get(old));
      }
    }
    for (int page = 0; page < end; page++) {
      kept.patchOf[page] = patchOf[page] == NONE ? NONE : renumbered[patchOf[page]];
      kept.atOf[page] = atOf[page];
    }
    kept.marks.putAll(marks.headMap(Geometry.frames(length)));
    int last = Geometry.frames(length) - 1;
    if (uncovers(end) && !fresh.get(last)) {
      kept.mark(last, Optional.empty());
    }
    return kept;
  }

  /** Whether a page at or behind {@code end}, of a frame that begins before it, has a patch. */
  private boolean uncovers(int end) {
    int frameEnd = Math.ceilDiv(end, Geometry.PAGES_PER_FRAME) * Geometry.PAGES_PER_FRAME;
    for (int page = end; page < frameEnd; page++) {
      if (covers(page)) {
        return true;
      }
    }
    return false;
  }

  List<PackId> packs() {
    return patches.stream().map(patch -> patch.frame().pack()).distinct().toList();
  }

  /**
   * How many pages must be opened to read a region of {@code length} bytes once: the frames of the
   * base that are not covered whole, and all patches.
   */
  int openedPages(int length) {
    int opened = patches.stream().mapToInt(Patch::pages).sum();
    for (int frame = 0; frame < Geometry.frames(length); frame++) {
      int pages = Geometry.pages(Geometry.lengthAt(frame, Geometry.FRAME, length));
      if (!coversFrame(frame, pages)) {
        opened += pages;
      }
    }
    return opened;
  }

  byte[] encode() {
    var table = new PackTable();
    var body = new ByteWriter(4096).varint(patches.size());
    for (var patch : patches) {
      body.varint(patch.pages());
      table.writeRef(body, patch.frame());
    }
    writeRuns(body);
    writeMarks(body);
    var out = new ByteWriter(body.size() + 256).u8(VERSION);
    table.write(out);
    return out.raw(body.toByteArray()).toByteArray();
  }

  private void writeRuns(ByteWriter out) {
    var runs = new ByteWriter(4096);
    int count = 0;
    int end = 0;
    for (int page = 0; page < patchOf.length; page++) {
      if (patchOf[page] != NONE) {
        int first = page;
        while (page + 1 < patchOf.length && continues(page)) {
          page++;
        }
        runs.varint(first - end)
            .varint(page + 1 - first)
            .varint(patchOf[first])
            .varint(atOf[first]);
        count++;
        end = page + 1;
      }
    }
    out.varint(count).raw(runs.toByteArray());
  }

  private boolean continues(int page) {
    return patchOf[page + 1] == patchOf[page] && atOf[page + 1] == atOf[page] + 1;
  }

  private void writeMarks(ByteWriter out) {
    out.varint(marks.size());
    var known = new ByteWriter(marks.size() * Fingerprints.BYTES);
    int end = 0;
    for (Map.Entry<Integer, Optional<Fingerprint>> mark : marks.entrySet()) {
      out.varint(mark.getKey() - end).bool(mark.getValue().isPresent());
      mark.getValue().ifPresent(fingerprint -> fingerprint.write(known));
      end = mark.getKey() + 1;
    }
    out.raw(known.toByteArray());
  }

  static DeltaPage decode(byte[] raw) {
    var in = new ByteReader(raw);
    if (in.u8() != VERSION) {
      throw new Malformed("not a delta map of version " + VERSION);
    }
    var packs = PackTable.read(in);
    var page = new DeltaPage(new ArrayList<>());
    for (int count = in.count(Geometry.PAGES_PER_REGION); count > 0; count--) {
      int pages = in.count(Geometry.PAGES_PER_FRAME);
      page.patches.add(new Patch(PackTable.readRef(in, packs), pages));
    }
    page.readRuns(in);
    page.readMarks(in);
    in.end();
    return page;
  }

  private void readRuns(ByteReader in) {
    int end = 0;
    for (int count = in.count(patchOf.length); count > 0; count--) {
      int first = end + in.count(patchOf.length - end);
      int pages = in.count(Math.min(Geometry.PAGES_PER_FRAME, patchOf.length - first));
      int patch = in.count(patches.size() - 1);
      int at = in.count(Geometry.PAGES_PER_FRAME - pages);
      for (int page = 0; page < pages; page++) {
        patchOf[first + page] = patch;
        atOf[first + page] = (byte) (at + page);
      }
      end = first + pages;
    }
  }

  private void readMarks(ByteReader in) {
    int count = in.count(Geometry.FRAMES_PER_REGION);
    var known = new ArrayList<Integer>();
    int end = 0;
    for (int i = 0; i < count; i++) {
      int frame = end + in.count(Geometry.FRAMES_PER_REGION - 1 - end);
      marks.put(frame, Optional.empty());
      if (in.bool()) {
        known.add(frame);
      }
      end = frame + 1;
    }
    for (int frame : known) {
      marks.put(frame, Optional.of(Fingerprint.read(in)));
    }
  }
}
