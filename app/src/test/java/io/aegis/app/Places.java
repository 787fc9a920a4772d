package io.aegis.app;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Surroundings and sources for tests. */
final class Places {
  private Places() {}

  static Surroundings around(Path directory, Map<String, String> variables) {
    return new Surroundings(
        variables, directory, directory.resolve("home"), new Surroundings.Account("alice", "db-1"));
  }

  static ConfigReading read(Path file) {
    return read(file, Map.of());
  }

  static ConfigReading read(Path file, Map<String, String> variables) {
    var sources = new ConfigSources(Optional.of(file.toAbsolutePath()), Map.of());
    return ConfigReading.of(
        sources, around(Objects.requireNonNull(file.toAbsolutePath().getParent()), variables));
  }
}
