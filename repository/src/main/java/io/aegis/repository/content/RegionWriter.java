package io.aegis.repository.content;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.repository.content.FileMap.Layer;
import io.aegis.repository.content.FileMap.Region;
import io.aegis.repository.content.Fingerprints.Fingerprint;
import io.aegis.repository.content.RegionMerge.Ahead;
import io.aegis.repository.pack.FrameType;
import io.aegis.repository.pack.PackFrames;
import io.aegis.repository.pack.PackStream;
import io.aegis.repository.seal.Aead.Slice;
import io.aegis.repository.seal.KeyRing;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;

/**
 * Stores one region after the other: whole, or what differs from an earlier state. Memory: a few
 * buffers of 64 KiB and the merge of the earlier state. For one thread at a time.
 */
final class RegionWriter implements AutoCloseable {
  private static final byte[] ZEROS = new byte[Geometry.FRAME];

  private final PackStream packs;
  private final Fingerprints fingerprints;
  private final PatchWriter patches;
  private final PackFrames frames;
  private final RegionMerge merge;
  private final byte[] fresh = new byte[Geometry.FRAME];
  private final byte[] earlier = new byte[Geometry.FRAME];

  RegionWriter(PackStream packs, KeyRing keys, PackFrames frames) {
    this.packs = packs;
    this.frames = frames;
    fingerprints = new Fingerprints(keys);
    patches = new PatchWriter(packs);
    merge = new RegionMerge(frames);
  }

  /**
   * A region that is stored now.
   *
   * @param length its bytes; fewer than wanted if the source ended
   * @param read the bytes read from the source
   */
  record Written(Region region, int length, long read) {}

  /**
   * The state of a region in an earlier snapshot.
   *
   * @param length its bytes then
   */
  record Earlier(Region region, int length) {}

  /** Stores all of it. */
  Written whole(SourceWindow source) {
    var base = new BasePage.Builder();
    int length = 0;
    for (int frame = 0; length < source.length(); frame++) {
      int have = source.read(length, fresh, 0, Geometry.FRAME);
      length += have;
      if (have > 0) {
        var fingerprint = fingerprints.of(frame, fresh, have);
        if (Arrays.equals(fresh, 0, have, ZEROS, 0, have)) {
          base.zeros(fingerprint);
        } else {
          base.frame(packs.append(FrameType.CONTENT, new Slice(fresh, 0, have)), fingerprint);
        }
      }
      if (have < Geometry.FRAME) {
        break;
      }
    }
    var map = packs.append(FrameType.BASE_MAP, Slice.of(base.finish(length)));
    var region = new Region(map, base.packs(), Optional.empty(), Geometry.pages(length));
    return new Written(region, length, length);
  }

  /** Reads all of it and stores the pages that differ. */
  Written compared(Earlier old, SourceWindow source) {
    var view = viewOf(old);
    if (view.isEmpty()) {
      return whole(source);
    }
    var edit = new Edit(view.get(), old.length());
    int length = 0;
    for (int frame = 0; length < source.length(); frame++) {
      int have = source.read(length, fresh, 0, Geometry.FRAME);
      length += have;
      if (have > 0) {
        edit.compare(frame, have);
      }
      if (have < Geometry.FRAME) {
        break;
      }
    }
    return new Written(edit.finish(length), length, length);
  }

  /** Reads and stores only these pages, which lie below the end of {@code source}. */
  Written changed(Earlier old, SourceWindow source, BitSet pages) {
    if (pages.isEmpty()) {
      return new Written(old.region(), source.length(), 0);
    }
    var view = viewOf(old);
    if (view.isEmpty()) {
      return whole(source);
    }
    var edit = new Edit(view.get(), old.length());
    long read = 0;
    for (int first = pages.nextSetBit(0); first >= 0; ) {
      int frame = first / Geometry.PAGES_PER_FRAME;
      int limit = Math.min(pages.nextClearBit(first), (frame + 1) * Geometry.PAGES_PER_FRAME);
      int wanted = Math.min(limit * Geometry.PAGE, source.length()) - first * Geometry.PAGE;
      int have = source.read(first * Geometry.PAGE, fresh, 0, wanted);
      read += have;
      edit.replace(first, have, source.length());
      if (have < wanted) {
        int end = first * Geometry.PAGE + have;
        return new Written(edit.finish(end), end, read);
      }
      first = pages.nextSetBit(limit);
    }
    return new Written(edit.finish(source.length()), source.length(), read);
  }

  /**
   * The maps of the earlier state. Damaged ones cannot be built upon: the region is then stored
   * anew from its source, which repairs it for this and all later snapshots; a check reports the
   * damage.
   */
  private Optional<RegionView> viewOf(Earlier old) {
    try {
      return Optional.of(RegionView.load(old.region(), frames));
    } catch (Damaged e) {
      return Optional.empty();
    }
  }

  /** One region's new layer in the making. */
  private final class Edit {
    private final RegionView view;
    private final int oldLength;
    private final DeltaPage delta;
    private final BitSet marked = new BitSet();

    Edit(RegionView view, int oldLength) {
      this.view = view;
      this.oldLength = oldLength;
      this.delta = view.delta().copy();
    }

    /** The frame in {@code fresh} replaces the earlier one wherever it differs. */
    void compare(int frame, int length) {
      var now = Optional.of(fingerprints.of(frame, fresh, length));
      if (view.fingerprint(frame).equals(now)) {
        return;
      }
      int known = earlierFrame(frame);
      for (int at = 0; at < length; at += Geometry.PAGE) {
        int newEnd = Math.min(length, at + Geometry.PAGE);
        int oldEnd = Math.clamp(known, at, at + Geometry.PAGE);
        if (!Arrays.equals(fresh, at, newEnd, earlier, at, oldEnd)) {
          int page = frame * Geometry.PAGES_PER_FRAME + at / Geometry.PAGE;
          patches.add(delta, page, new Slice(fresh, at, newEnd - at));
        }
      }
      mark(frame, now);
    }

    /** The length of the earlier content in {@code earlier}; 0 where it is not to be had. */
    private int earlierFrame(int frame) {
      try {
        return merge.frame(view, frame, oldLength, earlier, Ahead.NOTHING);
      } catch (Damaged e) {
        return 0; // what cannot be read is stored again from the source; a check reports it
      }
    }

    /** The pages in {@code fresh}, all of one frame, replace the earlier ones unseen. */
    void replace(int firstPage, int length, int newLength) {
      for (int at = 0; at < length; at += Geometry.PAGE) {
        int count = Math.min(Geometry.PAGE, length - at);
        patches.add(delta, firstPage + at / Geometry.PAGE, new Slice(fresh, at, count));
      }
      int frame = firstPage / Geometry.PAGES_PER_FRAME;
      boolean wholeFrame = firstPage % Geometry.PAGES_PER_FRAME == 0
          && length == Geometry.lengthAt(frame, Geometry.FRAME, newLength);
      mark(
          frame,
          wholeFrame ? Optional.of(fingerprints.of(frame, fresh, length)) : Optional.empty());
    }

    private void mark(int frame, Optional<Fingerprint> fingerprint) {
      delta.mark(frame, fingerprint);
      marked.set(frame);
    }

    Region finish(int length) {
      patches.flush(delta);
      if (marked.isEmpty()) {
        return view.region();
      }
      var kept = delta.trimmed(length, marked);
      var map = packs.append(FrameType.DELTA_MAP, Slice.of(kept.encode()));
      return new Region(
          view.region().base(),
          view.region().basePacks(),
          Optional.of(new Layer(map, kept.packs())),
          kept.openedPages(length));
    }
  }

  @Override
  public void close() {
    merge.close();
  }
}
