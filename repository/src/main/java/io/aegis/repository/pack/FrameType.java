package io.aegis.repository.pack;

import io.aegis.kernel.ByteReader.Malformed;

/** What a frame holds; one type is never accepted as another. The numbers are the format. */
public enum FrameType {
  CONTENT(1),
  BASE_MAP(2),
  DELTA_MAP(3),
  TABLE(4),
  DIRECTORY(5);

  /** The largest content of any frame, in bytes. */
  public static final int MAX_RAW = 1 << 20;

  private final int number;

  FrameType(int number) {
    this.number = number;
  }

  static FrameType numbered(int number) {
    for (var type : values()) {
      if (type.number == number) {
        return type;
      }
    }
    throw new Malformed("a frame of unknown type " + number);
  }

  public int number() {
    return number;
  }
}
