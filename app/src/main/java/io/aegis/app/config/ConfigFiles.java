package io.aegis.app.config;

import static io.aegis.app.AppCode.CONFIG_UNREADABLE;
import static io.aegis.app.AppCode.NO_CONFIG;

import io.aegis.app.Surroundings;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Which file is read, and its text. */
final class ConfigFiles {
  private ConfigFiles() {}

  /** The first that there is: named by option, by variable, or in one of the usual places. */
  static Optional<Path> find(Optional<Path> named, Surroundings around) {
    var told = around.configuration(named);
    if (told.isPresent()) {
      return told.map(ConfigFiles::existing);
    }
    return usualPlaces(around).stream().filter(Files::isRegularFile).findFirst();
  }

  static List<Path> usualPlaces(Surroundings around) {
    return List.of(
        around.directory().resolve("aegis.yaml"),
        around.home().resolve(".config/aegis/config.yaml"),
        Path.of("/etc/aegis/aegis.yaml"));
  }

  private static Path existing(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new Failure.Refused(Report.of(NO_CONFIG, "there is no configuration file " + file)
          .next("aegis init --discover -c " + file, "name another file with -c"));
    }
    return file;
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new Failure.Refused(
          Report.of(CONFIG_UNREADABLE, "cannot read " + file)
              .why(e.toString())
              .next("ls -l " + file),
          e);
    }
  }
}
