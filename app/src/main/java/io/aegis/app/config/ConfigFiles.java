package io.aegis.app.config;

import static io.aegis.app.AppCode.CONFIG_UNREADABLE;
import static io.aegis.app.AppCode.CONFIG_UNTRUSTED;
import static io.aegis.app.AppCode.NO_CONFIG;

import io.aegis.app.Surroundings;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Which file is read, and its text. */
public final class ConfigFiles {
  private static final String NAME = "aegis.yaml";

  private ConfigFiles() {}

  /** The first that there is: named by option, by variable, or in one of the usual places. */
  static Optional<Path> find(Optional<Path> named, Surroundings around) {
    var told = around.configuration(named);
    if (told.isPresent()) {
      return told.map(ConfigFiles::existing);
    }
    var found = usualPlaces(around).stream().filter(Files::isRegularFile).findFirst();
    found.filter(around.directory().resolve(NAME)::equals).ifPresent(ConfigFiles::requireTrusted);
    return found;
  }

  static List<Path> usualPlaces(Surroundings around) {
    return List.of(
        around.directory().resolve(NAME),
        around.home().resolve(".config/aegis/config.yaml"),
        Path.of("/etc/aegis/aegis.yaml"));
  }

  /** The other places are nobody else's; in this one, whoever it belongs to could give orders. */
  private static void requireTrusted(Path file) {
    try {
      var directories = new ArrayList<>(around(file));
      directories.addAll(around(file.toRealPath()));
      var why = Trust.whyNot(Trust.of(file), directories, Trust.ourselves());
      if (why.isPresent()) {
        throw new Failure.Refused(Report.of(
                CONFIG_UNTRUSTED, file + " was found here, and is not believed unasked")
            .why(why.get())
            .safe("nothing of it was read")
            .next("ls -ld " + file + " " + parentOf(file), "name it if you trust it: -c " + file));
      }
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
      var why = Trust.whyNotIn(around(file), Trust.ourselves());
      if (why.isPresent()) {
        throw new Failure.Refused(
            Report.of(CONFIG_UNTRUSTED, file + " would not be believed by whoever finds it here")
                .why(why.get())
                .safe("nothing was written")
                .next(
                    "choose a directory of your own: aegis init --discover -c <file>",
                    "ls -ld " + parentOf(file)));
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** Whoever may rename any of them may put another file in this one's place. */
  private static List<Trust> around(Path file) throws IOException {
    var around = new ArrayList<Trust>();
    var directory = parentOf(file).toRealPath();
    around.add(Trust.of(directory));
    for (var above = directory.getParent(); above != null; above = above.getParent()) {
      around.add(Trust.of(above).asOneAbove());
    }
    return around;
  }

  private static Path parentOf(Path file) {
    return Objects.requireNonNull(file.getParent());
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
      throw unreadable(file, e);
    }
  }

  private static Failure unreadable(Path file, IOException e) {
    return new Failure.Refused(
        Report.of(CONFIG_UNREADABLE, "cannot read " + file).why(e.toString()).next("ls -l " + file),
        e);
  }
}
