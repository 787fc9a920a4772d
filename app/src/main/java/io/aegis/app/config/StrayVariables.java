package io.aegis.app.config;

import io.aegis.app.ConfigSetting;
import io.aegis.app.config.Key.Single;
import io.aegis.kernel.Spelling;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** {@code AEGIS_*} variables that nobody reads: a slip, most likely, to be told and not ignored. */
final class StrayVariables {
  /** Read by the launcher, by the kill sweep, or where configuration files are looked for. */
  private static final Set<String> OTHERS = Set.of(
      "AEGIS_CONFIG", "AEGIS_CRASH_AT", "AEGIS_MILESTONES", "AEGIS_JAVA_OPTIONS", "AEGIS_AOT");

  private StrayVariables() {}

  static List<String> among(Map<String, String> variables, List<ConfigSetting> settings) {
    var known = new TreeSet<String>();
    for (Key key : Keys.all()) {
      if (key instanceof Single<?> single) {
        known.add(single.variable());
      }
    }
    return variables.keySet().stream()
        .filter(
            name -> name.startsWith("AEGIS_") && !known.contains(name) && !OTHERS.contains(name))
        .filter(name -> settings.stream().noneMatch(s -> s.value().equals("env:" + name)))
        .sorted()
        .map(name -> name + " is no setting" + meant(name, known))
        .toList();
  }

  private static String meant(String name, Set<String> known) {
    return Spelling.nearest(name, known).stream()
        .findFirst()
        .map(nearest -> "; did you mean " + nearest + "?")
        .orElse("");
  }
}
