package io.aegis.repository.pack;

/**
 * Where a sealed frame lies.
 *
 * @param offset of its first byte in the pack
 * @param length of the sealed frame, in bytes
 */
public record FrameRef(PackId pack, int offset, int length) {
  /** No pack is longer, so that adding up offsets and lengths never overflows. */
  public static final int MAX_OFFSET = 1 << 30;

  public int end() {
    return offset + length;
  }
}
