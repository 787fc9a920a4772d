package io.aegis.repository.pack;

import java.util.ArrayDeque;
import java.util.Collection;

/** Buffers that packs are filled in, used again and again; safe for use by many threads. */
final class Segments {
  /** Below half a region of the garbage collector, and far above the largest common frame. */
  static final int BYTES = 256 << 10;

  private final ArrayDeque<byte[]> free = new ArrayDeque<>();

  /** At least {@code needed} bytes; a frame never lies in two segments. */
  synchronized byte[] take(int needed) {
    var pooled = needed <= BYTES ? free.poll() : null;
    return pooled == null ? new byte[Math.max(BYTES, needed)] : pooled;
  }

  synchronized void giveBack(Collection<byte[]> used) {
    used.stream().filter(segment -> segment.length == BYTES).forEach(free::push);
  }
}
