package io.aegis.repository.content;

import io.aegis.repository.pack.FrameRef;
import io.aegis.repository.pack.PackFrames;
import io.aegis.repository.seal.Damage;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the present content of a region: its base, with the changed pages laid over it. Frames that
 * are covered whole are never opened. For one thread at a time.
 */
final class RegionMerge implements AutoCloseable {
  /** What is read ahead at once: of the base, and of each increment over it. */
  private static final int BASE_AHEAD = 2 << 20;

  private static final int PATCH_AHEAD = 256 << 10;

  private final FrameCache cache;

  RegionMerge(PackFrames frames) {
    cache = new FrameCache(frames);
  }

  /** How far a reader is going to go on; decides what is fetched at once. */
  enum Ahead {
    /** To the end of the region, in ascending order. */
    ALL,
    /** Nowhere. */
    NOTHING
  }

  /**
   * Reads one frame of a region that is {@code size} bytes long into {@code target}, which takes 64
   * KiB, and returns its length.
   */
  int frame(RegionView view, int frame, int size, byte[] target, Ahead ahead) {
    int length = Geometry.lengthAt(frame, Geometry.FRAME, size);
    int pages = Geometry.pages(length);
    int have = 0;
    if (!view.delta().coversFrame(frame, pages)) {
      have = base(view, frame, target, ahead);
    }
    // What the base does not hold, and no patch either, was never written: it reads as zeros.
    Arrays.fill(target, have, Math.max(have, length), (byte) 0);
    for (int page = 0; page < pages; page++) {
      int number = frame * Geometry.PAGES_PER_FRAME + page;
      if (view.delta().covers(number)) {
        patch(view, number, target, page * Geometry.PAGE, ahead);
      }
    }
    return length;
  }

  /** Copies one page of a region that is {@code size} bytes long, and returns its length. */
  int page(RegionView view, int page, int size, byte[] target, int at) {
    int length = Geometry.lengthAt(page, Geometry.PAGE, size);
    Arrays.fill(target, at, at + length, (byte) 0);
    if (view.delta().covers(page)) {
      patch(view, page, target, at, Ahead.NOTHING);
      return length;
    }
    var ref = view.baseFrame(page / Geometry.PAGES_PER_FRAME);
    if (ref.isPresent()) {
      var opened = cache.get(ref.get(), 0);
      int from = page % Geometry.PAGES_PER_FRAME * Geometry.PAGE;
      int have = Math.clamp((long) opened.length() - from, 0, length);
      System.arraycopy(opened.bytes(), from, target, at, have);
    }
    return length;
  }

  /** Copies bytes that lie in a frame with others. */
  void bundled(FrameRef frame, int from, byte[] target, int at, int length) {
    var opened = cache.get(frame, 0);
    if (opened.length() - from < length) {
      throw Damage.of(frame.pack().key(), "a bundle is shorter than the files in it");
    }
    System.arraycopy(opened.bytes(), from, target, at, length);
  }

  private int base(RegionView view, int frame, byte[] target, Ahead ahead) {
    var ref = view.baseFrame(frame);
    return ref.isEmpty()
        ? 0
        : cache.into(target, ref.get(), ahead == Ahead.ALL ? baseAhead(view, frame, ref.get()) : 0);
  }

  private void patch(RegionView view, int page, byte[] target, int at, Ahead ahead) {
    var delta = view.delta();
    var ref = delta.patch(page).frame();
    int wanted = ahead == Ahead.ALL ? patchAhead(delta.patches(), delta.patchIndex(page)) : 0;
    var opened = cache.get(ref, wanted);
    int from = delta.offsetInPatch(page);
    int length = Math.clamp((long) opened.length() - from, 0, Geometry.PAGE);
    System.arraycopy(opened.bytes(), from, target, at, length);
  }

  /** The bytes from this frame to the last that follows it in its pack and will be wanted. */
  private static int baseAhead(RegionView view, int frame, FrameRef first) {
    int end = first.end();
    for (int next = frame + 1; next < view.base().frames(); next++) {
      var ref = view.baseFrame(next).orElse(null);
      if (ref != null) {
        if (!ref.pack().equals(first.pack())
            || ref.offset() != end
            || ref.end() - first.offset() > BASE_AHEAD) {
          break;
        }
        end = ref.end();
      }
    }
    return end - first.offset();
  }

  private static int patchAhead(List<DeltaPage.Patch> patches, int index) {
    var first = patches.get(index).frame();
    int end = first.end();
    for (int next = index + 1; next < patches.size(); next++) {
      var ref = patches.get(next).frame();
      if (!ref.pack().equals(first.pack())
          || ref.offset() != end
          || ref.end() - first.offset() > PATCH_AHEAD) {
        break;
      }
      end = ref.end();
    }
    return end - first.offset();
  }

  @Override
  public void close() {
    cache.close();
  }
}
