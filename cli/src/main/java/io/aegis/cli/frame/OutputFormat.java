package io.aegis.cli.frame;

/** The forms in which an answer can be had. */
public enum OutputFormat {
  TABLE,
  WIDE,
  JSON,
  YAML,
  NDJSON;

  /** Whether a program reads it: then errors and progress are JSON lines, too. */
  public boolean isForPrograms() {
    return switch (this) {
      case JSON, NDJSON -> true;
      case TABLE, WIDE, YAML -> false;
    };
  }
}
