package io.aegis.storage;

import io.aegis.kernel.ByteSize;

/**
 * How much may pass between this process and a store in a second.
 *
 * @param up what is stored
 * @param down what is read
 */
public record Bandwidth(ByteSize up, ByteSize down) {
  public Bandwidth {
    if (up.bytes() == 0 || down.bytes() == 0) {
      throw new IllegalArgumentException(
          "nothing would ever pass: " + up + " up, " + down + " down");
    }
  }
}
