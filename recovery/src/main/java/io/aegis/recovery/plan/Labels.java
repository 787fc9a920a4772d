package io.aegis.recovery.plan;

import io.aegis.kernel.ByteReader.Malformed;
import java.util.Locale;

/** Constants of enums as they stand in JSON: {@code go-on} for {@code GO_ON}. */
public final class Labels {
  private Labels() {}

  public static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * @throws Malformed if {@code type} has no such constant
   */
  public static <E extends Enum<E>> E parse(Class<E> type, String label) {
    for (var constant : type.getEnumConstants()) {
      if (of(constant).equals(label)) {
        return constant;
      }
    }
    throw new Malformed("'" + label + "' is not a " + type.getSimpleName());
  }
}
