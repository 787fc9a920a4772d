package io.aegis.repository.content;

import io.aegis.kernel.ByteReader;
import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.ByteWriter;
import io.aegis.repository.content.FileMap.Regions;

/**
 * How much of a snapshot is how fragmented: bytes by the ratio of pages opened to pages read, in
 * steps of 0.05. Small enough to stand in the manifest, so that the next snapshot can tell the
 * worst regions before it has seen any.
 */
public final class Fragmentation {
  private static final int STEPS = 64;
  private static final double STEP = 0.05;

  private final long[] bytes = new long[STEPS];

  public void add(FileMap map, long size) {
    if (map instanceof Regions(var regions)) {
      for (int i = 0; i < regions.size(); i++) {
        long length = Math.min(Geometry.REGION, size - (long) i * Geometry.REGION);
        double opened = regions.get(i).openedPages() / Math.max(1.0, Geometry.pages((int) length));
        bytes[Math.clamp((long) ((opened - 1) / STEP), 0, STEPS - 1)] += length;
      }
    }
  }

  long total() {
    long total = 0;
    for (long step : bytes) {
      total += step;
    }
    return total;
  }

  /** The ratio above which no more than about {@code budget} bytes lie. */
  double worst(long budget) {
    long above = 0;
    for (int step = STEPS - 1; step > 0; step--) {
      above += bytes[step];
      if (above > budget) {
        return 1 + step * STEP;
      }
    }
    return 1;
  }

  public void write(ByteWriter out) {
    out.varint(STEPS);
    for (long step : bytes) {
      out.varint(step);
    }
  }

  public static Fragmentation read(ByteReader in) {
    if (in.varint() != STEPS) {
      throw new Malformed("a measure of fragmentation with another number of steps");
    }
    var read = new Fragmentation();
    for (int i = 0; i < STEPS; i++) {
      read.bytes[i] = Math.max(0, in.varint());
    }
    return read;
  }
}
