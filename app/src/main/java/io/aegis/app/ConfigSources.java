package io.aegis.app;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What the command line says about settings.
 *
 * @param file the file named by {@code --config}, if one was
 * @param options setting → the option that overrides it
 * @param attendance whether a key that is not set is a fault
 */
public record ConfigSources(
    Optional<Path> file, Map<String, Option> options, Attendance attendance) {

  /** Whether somebody is there. */
  public enum Attendance {
    /** What is needed has to be set. */
    NOBODY,
    /** Somebody can be asked for the key, and will be where none is set. */
    PERSON
  }

  public ConfigSources(Optional<Path> file, Map<String, Option> options) {
    this(file, options, Attendance.NOBODY);
  }

  public ConfigSources {
    options = Map.copyOf(options);
  }

  /** An option as it was given. */
  public record Option(String name, String value) {}
}
