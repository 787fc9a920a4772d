package io.aegis.app.config;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Whether a configuration that nobody named, but that lies where somebody happens to stand, is to
 * be believed: it names commands that are run, and where secrets are.
 *
 * @param place without a link in it
 * @param user whose it is
 * @param mode who else may do what
 */
record Trust(Path place, int user, int mode) {
  private static final int ROOT = 0;
  private static final int WRITABLE_FOR_OTHERS = 0022;
  private static final int STICKY = 01000;

  /** As it is on disk now. */
  static Trust of(Path place) throws IOException {
    var real = place.toRealPath();
    return new Trust(real, number(real, "uid"), number(real, "mode"));
  }

  /** Where the sticky bit is set, as in /tmp, nobody renames what is another's. */
  Trust asOneAbove() {
    return (mode & STICKY) == 0 ? this : new Trust(place, user, mode & ~WRITABLE_FOR_OTHERS);
  }

  private static int number(Path real, String attribute) throws IOException {
    return (Integer) Files.getAttribute(real, "unix:" + attribute, NOFOLLOW_LINKS);
  }

  /** Whose this process is: /proc/self itself is a link, and root's, whoever looks. */
  static int ourselves() throws IOException {
    return number(Path.of("/proc/self/status"), "uid");
  }

  /**
   * Why {@code file} is not to be believed.
   *
   * @param around the directories in which somebody could put another in its place
   * @param user who would believe it
   */
  static Optional<String> whyNot(Trust file, List<Trust> around, int user) {
    if (user != ROOT) {
      return file.user() == user || file.user() == ROOT
          ? Optional.empty()
          : Optional.of(file.place() + " is neither yours nor root's");
    }
    return file.whyNotRoots().or(() -> whyNotIn(around, user));
  }

  /**
   * Why whatever {@code user} writes there would not be believed.
   *
   * @param around the directories in which somebody could put another in its place
   */
  static Optional<String> whyNotIn(List<Trust> around, int user) {
    return user == ROOT
        ? around.stream().flatMap(each -> each.whyNotRoots().stream()).findFirst()
        : Optional.empty();
  }

  private Optional<String> whyNotRoots() {
    if (user != ROOT) {
      return Optional.of(place + " belongs to another account, and you are root");
    }
    return (mode & WRITABLE_FOR_OTHERS) == 0
        ? Optional.empty()
        : Optional.of(place + " can be written by others, and you are root");
  }
}
