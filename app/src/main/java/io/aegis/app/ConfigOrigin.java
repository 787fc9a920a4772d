package io.aegis.app;

import java.nio.file.Path;

/** Where the value of a setting came from; in the order in which they win. */
public sealed interface ConfigOrigin {

  /** An option of the command line. */
  record Option(String name) implements ConfigOrigin {
    @Override
    public String toString() {
      return name;
    }
  }

  /** An environment variable. */
  record Variable(String name) implements ConfigOrigin {
    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * A place in a file.
   *
   * @param line from 1 on
   */
  record InFile(Path file, int line) implements ConfigOrigin {
    @Override
    public String toString() {
      return file.getFileName() + ":" + line;
    }
  }

  /** Nobody said anything. */
  record Default() implements ConfigOrigin {
    @Override
    public String toString() {
      return "default";
    }
  }
}
