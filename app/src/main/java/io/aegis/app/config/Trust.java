package io.aegis.app.config;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Optional;

/**
 * Whether a file, a directory or a link can be what only ourselves or root made of it.
 *
 * @param user whose it is
 * @param mode who else may do what
 * @param group who else {@code mode} speaks of
 */
record Trust(Path place, int user, int mode, Group group) {
  private static final int ROOT = 0;
  private static final int WRITABLE_FOR_GROUP = 0020;
  private static final int WRITABLE_FOR_OTHERS = 0002;
  private static final int STICKY = 01000;
  private static final int KIND = 0170000;
  private static final int DIRECTORY = 0040000;
  private static final int LINK = 0120000;

  /** Who is in the group that it belongs to. */
  enum Group {
    /** It bears its owner's name: nobody else is in it, and umask is 002 for that very reason. */
    OF_ITS_OWNER,
    OF_OTHERS
  }

  /** As it is on disk now; of a link the link itself. */
  static Trust of(Path place) throws IOException {
    int mode = number(place, "mode");
    var group = (mode & WRITABLE_FOR_GROUP) == 0 ? Group.OF_OTHERS : groupOf(place);
    return new Trust(place, number(place, "uid"), mode, group);
  }

  private static int number(Path place, String attribute) throws IOException {
    return (Integer) Files.getAttribute(place, "unix:" + attribute, NOFOLLOW_LINKS);
  }

  // What pam_umask(8) goes by, too, before it lets a group write.
  private static Group groupOf(Path place) throws IOException {
    var read = Files.readAttributes(place, PosixFileAttributes.class, NOFOLLOW_LINKS);
    return read.group().getName().equals(read.owner().getName())
        ? Group.OF_ITS_OWNER
        : Group.OF_OTHERS;
  }

  /** Where the sticky bit of a directory is set, as of /tmp, nobody renames what is another's. */
  Trust asOneAbove() {
    return (mode & KIND) == DIRECTORY && (mode & STICKY) != 0
        ? new Trust(place, user, mode & ~(WRITABLE_FOR_GROUP | WRITABLE_FOR_OTHERS), group)
        : this;
  }

  /** Whose this process is: /proc/self itself is a link, and root's, whoever looks. */
  static int ourselves() throws IOException {
    return number(Path.of("/proc/self/status"), "uid");
  }

  /** Why {@code reader} cannot rely on nobody else deciding what is there. */
  Optional<String> whyNot(int reader) {
    if (user != ROOT && user != reader) {
      return Optional.of(place
          + (reader == ROOT
              ? " belongs to another account, and you are root"
              : " is neither yours nor root's"));
    }
    return isWritableForOthersThan(reader)
        ? Optional.of(
            place + " can be written by others" + (reader == ROOT ? ", and you are root" : ""))
        : Optional.empty();
  }

  private boolean isWritableForOthersThan(int reader) {
    if ((mode & KIND) == LINK) {
      return false; // its bits mean nothing
    }
    boolean trustsGroup = reader != ROOT && group == Group.OF_ITS_OWNER;
    int others = trustsGroup ? WRITABLE_FOR_OTHERS : WRITABLE_FOR_OTHERS | WRITABLE_FOR_GROUP;
    return (mode & others) != 0;
  }
}
