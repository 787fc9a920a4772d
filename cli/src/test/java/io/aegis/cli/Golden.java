package io.aegis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Texts that were looked at once and are compared from then on. {@code -Daegis.golden=update}
 * rewrites them; the change is then reviewed as a diff.
 */
public final class Golden {
  private Golden() {}

  /** Compares with {@code src/test/resources/golden/<name>}. */
  public static void assertMatches(String name, String actual) {
    assertFile(Path.of("src/test/resources/golden").resolve(name), actual);
  }

  /** Compares with a page of the project's documentation, {@code docs/<name>}. */
  public static void assertPage(String name, String actual) {
    assertFile(Path.of("../docs").resolve(name), actual);
  }

  private static void assertFile(Path file, String actual) {
    try {
      if ("update".equals(System.getProperty("aegis.golden"))) {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, actual);
      }
      assertThat(file).as("rewrite with -Daegis.golden=update").exists();
      assertThat(actual).as("%s", file).isEqualTo(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
