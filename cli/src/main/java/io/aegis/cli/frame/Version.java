package io.aegis.cli.frame;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** What is running. */
public record Version(String aegis, String java, String system) {

  public static Version current() {
    var built = new Properties();
    try (var resource = Version.class.getResourceAsStream("/io/aegis/cli/version.properties")) {
      built.load(Objects.requireNonNull(resource, "version.properties"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Version(
        built.getProperty("version"),
        Runtime.version().toString(),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"));
  }

  public String line() {
    return "aegis " + aegis + " (Java " + java + ", " + system + ")";
  }
}
