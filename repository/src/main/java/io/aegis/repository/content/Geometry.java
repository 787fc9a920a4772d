package io.aegis.repository.content;

import io.aegis.repository.Changes;

/** The sizes that the map of a file is made of, in bytes unless their name says otherwise. */
public final class Geometry {
  public static final int PAGE = Changes.PAGE;
  public static final int FRAME = 64 << 10;
  public static final int REGION = 64 << 20;
  static final int PAGES_PER_FRAME = FRAME / PAGE;
  static final int PAGES_PER_REGION = REGION / PAGE;
  static final int FRAMES_PER_REGION = REGION / FRAME;

  private Geometry() {}

  static int pages(int bytes) {
    return Math.ceilDiv(bytes, PAGE);
  }

  static int frames(int bytes) {
    return Math.ceilDiv(bytes, FRAME);
  }

  /** How long the page, or the frame, numbered {@code index} is in {@code total} bytes. */
  static int lengthAt(int index, int unit, int total) {
    return Math.clamp((long) total - (long) index * unit, 0, unit);
  }
}
