package io.aegis.app.config;

import io.aegis.app.ConfigFault;
import io.aegis.app.ConfigOrigin;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * What one file says: texts by their dotted path, not yet judged.
 *
 * @param items how many items each list has
 * @param faults what could not be placed at all
 */
record Written(
    Path file,
    SequencedMap<String, Value> values,
    Map<String, Integer> items,
    List<ConfigFault> faults) {

  /** A text and where it stands. */
  record Value(String text, ConfigOrigin origin) {}

  /** A file that says nothing, for when there is none. */
  static Written nothing(Path file) {
    return new Written(file, new java.util.LinkedHashMap<>(), Map.of(), List.of());
  }
}
