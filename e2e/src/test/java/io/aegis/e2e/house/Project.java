package io.aegis.e2e.house;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where the project lies, and its modules in the order in which they may use one another. */
final class Project {
  /** The modules whose code is the product. */
  static final List<String> MODULES =
      List.of("kernel", "storage", "repository", "recovery", "postgres", "app", "cli");

  private Project() {}

  static Path root() {
    return Stream.iterate(
            Path.of(System.getProperty("basedir", "")).toAbsolutePath(), Path::getParent)
        .takeWhile(directory -> directory != null)
        .filter(directory -> Files.exists(directory.resolve("mvnw")))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the project's directory is not above here"));
  }
}
