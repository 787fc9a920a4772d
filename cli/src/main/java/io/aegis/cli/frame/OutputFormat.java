package io.aegis.cli.frame;

import java.util.Locale;

/** The forms in which an answer can be had. */
public enum OutputFormat {
  TABLE,
  WIDE,
  JSON,
  YAML,
  NDJSON;

  /** As it is typed: completion and the refusal of another word show it so. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether a program reads it: then errors and progress are JSON lines, too. */
  public boolean isForPrograms() {
    return switch (this) {
      case JSON, NDJSON -> true;
      case TABLE, WIDE, YAML -> false;
    };
  }
}
