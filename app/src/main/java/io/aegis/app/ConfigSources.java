package io.aegis.app;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What the command line says about settings.
 *
 * @param file the file named by {@code --config}, if one was
 * @param options setting → the option that overrides it
 */
public record ConfigSources(Optional<Path> file, Map<String, Option> options) {
  public ConfigSources {
    options = Map.copyOf(options);
  }

  /** An option as it was given. */
  public record Option(String name, String value) {}
}
