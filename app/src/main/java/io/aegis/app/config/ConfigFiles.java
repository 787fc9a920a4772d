package io.aegis.app.config;

import static io.aegis.app.AppCode.CONFIG_UNREADABLE;
import static io.aegis.app.AppCode.CONFIG_UNTRUSTED;
import static io.aegis.app.AppCode.NO_CONFIG;

import io.aegis.app.Surroundings;
import io.aegis.kernel.Failure;
import io.aegis.kernel.FileFault;
import io.aegis.kernel.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Which file is read, and its text. */
public final class ConfigFiles {
  private static final String NAME = "aegis.yaml";

  private ConfigFiles() {}

  /**
   * What there is to read.
   *
   * @param file as it was named or found; its paths are relative to where that is
   */
  record Found(Path file, String text) {
    Path directory() {
      return parentOf(file);
    }
  }

  /** The first that there is: named by option, by variable, or in one of the usual places. */
  static Optional<Found> find(Optional<Path> named, Surroundings around) {
    var told = around.configuration(named);
    if (told.isPresent()) {
      return told.map(ConfigFiles::existing).map(file -> new Found(file, text(file)));
    }
    return usualPlaces(around).stream()
        .filter(Files::isRegularFile)
        .findFirst()
        .map(file -> new Found(file, text(isUnasked(file, around) ? believed(file) : file)));
  }

  /** The other places are nobody else's; in this one, whoever it belongs to could give orders. */
  private static boolean isUnasked(Path file, Surroundings around) {
    return file.equals(around.directory().resolve(NAME));
  }

  static List<Path> usualPlaces(Surroundings around) {
    return List.of(
        around.directory().resolve(NAME),
        around.home().resolve(".config/aegis/config.yaml"),
        Path.of("/etc/aegis/aegis.yaml"));
  }

  /** The real path of what {@code file} leads to, which nobody else can change any more. */
  private static Path believed(Path file) {
    try {
      var trail = Trail.to(file);
      var why = whyNot(trail, List.of(parentOf(file), parentOf(trail.end()), trail.end()));
      if (why.isPresent()) {
        throw new Failure.Refused(
            Report.of(CONFIG_UNTRUSTED, file + " was found here, and is not believed unasked")
                .why(why.get())
                .safe("nothing of it was read")
                .next("namei -l " + file, "name it if you trust it: -c " + file));
      }
      return trail.end();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * That what is about to be written will be believed where it is found.
   *
   * @throws Failure.Refused if somebody could put another file in its place
   */
  public static void requireTrustedPlace(Path file) {
    try {
      var why = whyNot(Trail.to(parentOf(file)), List.of(parentOf(file)));
      if (why.isPresent()) {
        throw new Failure.Refused(
            Report.of(CONFIG_UNTRUSTED, file + " would not be believed by whoever finds it here")
                .why(why.get())
                .safe("nothing was written")
                .next(
                    "choose a directory of your own: aegis init --discover -c <file>",
                    "namei -l " + parentOf(file)));
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * @param closed where nobody else may put anything: a sticky bit is no help, since a file's paths
   *     are relative to its directory
   */
  private static Optional<String> whyNot(Trail trail, List<Path> closed) throws IOException {
    int reader = Trust.ourselves();
    var why = trail.whyNot(reader);
    for (var place : closed) {
      why = why.isPresent() ? why : Trust.of(place.toRealPath()).whyNot(reader);
    }
    return why;
  }

  private static Path parentOf(Path file) {
    return Objects.requireNonNull(file.getParent());
  }

  private static Path existing(Path file) {
    if (Files.isDirectory(file)) {
      throw new Failure.Refused(Report.of(NO_CONFIG, file + " is a directory, and no configuration")
          .next("name the file in it: -c " + file.resolve("aegis.yaml")));
    }
    if (!Files.isRegularFile(file)) {
      throw new Failure.Refused(Report.of(NO_CONFIG, "there is no configuration file " + file)
          .next("aegis init --discover -c " + file, "name another file with -c"));
    }
    return file;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static Failure unreadable(Path file, IOException e) {
    return new Failure.Refused(
        Report.of(CONFIG_UNREADABLE, "cannot read " + file)
            .why(FileFault.why(e))
            .next("ls -l " + file),
        e);
  }
}
