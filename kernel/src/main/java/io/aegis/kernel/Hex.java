package io.aegis.kernel;

import java.util.HexFormat;

/** Bytes as lower-case hexadecimal digits and back. */
public final class Hex {
  private static final HexFormat FORMAT = HexFormat.of();

  private Hex() {}

  public static String of(byte[] bytes) {
    return FORMAT.formatHex(bytes);
  }

  /**
   * @throws IllegalArgumentException if {@code hex} has an odd length or another character
   */
  public static byte[] parse(String hex) {
    return FORMAT.parseHex(hex);
  }
}
