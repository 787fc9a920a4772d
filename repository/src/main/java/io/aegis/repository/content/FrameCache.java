package io.aegis.repository.content;

import io.aegis.repository.pack.FrameRef;
import io.aegis.repository.pack.FrameType;
import io.aegis.repository.pack.PackFrames;
import io.aegis.repository.pack.PackFrames.Span;
import io.aegis.repository.pack.PackId;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.SequencedMap;

/**
 * The opened frames of a merge: one per increment is all it needs, and each is opened once, because
 * an increment's pages lie in its frames in the order of the file. Bounded: {@value #FRAMES_KEPT}
 * opened frames and {@value #SPANS_KEPT} ranges as they came from the store. For one thread at a
 * time.
 */
final class FrameCache implements AutoCloseable {
  private static final int FRAMES_KEPT = 64;
  private static final int SPANS_KEPT = 32;

  private final PackFrames frames;
  private final SequencedMap<FrameRef, Opened> opened = new LinkedHashMap<>(16, 0.75f, true);
  private final SequencedMap<PackId, Span> spans = new LinkedHashMap<>(16, 0.75f, true);

  FrameCache(PackFrames frames) {
    this.frames = frames;
  }

  /** The content of a frame: the first {@code length} bytes of {@code bytes}. */
  record Opened(byte[] bytes, int length) {}

  /**
   * Opens a frame, reading from the store at most {@code ahead} bytes from its beginning on.
   *
   * @param ahead how much of what follows in the pack will be wanted next; at least the frame
   */
  Opened get(FrameRef frame, int ahead) {
    var known = opened.get(frame);
    if (known != null) {
      return known;
    }
    var span = span(frame, ahead);
    var buffer = opened.size() < FRAMES_KEPT ? new byte[Geometry.FRAME] : evict();
    var fresh = new Opened(buffer, frames.open(span, frame, FrameType.CONTENT, buffer));
    opened.put(frame, fresh);
    return fresh;
  }

  /**
   * Opens a frame into {@code target} without keeping it, and returns the length of its content.
   */
  int into(byte[] target, FrameRef frame, int ahead) {
    return frames.open(span(frame, ahead), frame, FrameType.CONTENT, target);
  }

  private byte[] evict() {
    return Objects.requireNonNull(opened.pollFirstEntry()).getValue().bytes();
  }

  private Span span(FrameRef frame, int ahead) {
    var known = spans.get(frame.pack());
    if (known != null && known.holds(frame)) {
      return known;
    }
    var fresh = frames.fetch(frame.pack(), frame.offset(), Math.max(ahead, frame.length()));
    spans.put(frame.pack(), fresh);
    if (spans.size() > SPANS_KEPT) {
      spans.pollFirstEntry();
    }
    return fresh;
  }

  @Override
  public void close() {
    frames.close();
  }
}
