package io.aegis.app;

import java.nio.file.Path;

/** Where a secret is to be had. A secret itself never stands in a file, a flag or a message. */
public sealed interface SecretReference {

  /** The content of a file, a final line break apart. */
  record InFile(Path file) implements SecretReference {
    @Override
    public String toString() {
      return "file:" + file;
    }
  }

  /** The value of an environment variable. */
  record InVariable(String name) implements SecretReference {
    @Override
    public String toString() {
      return "env:" + name;
    }
  }

  /** What a shell command prints, a final line break apart: a password store, a vault's client. */
  record FromCommand(String command) implements SecretReference {
    @Override
    public String toString() {
      return "cmd:" + command;
    }
  }
}
