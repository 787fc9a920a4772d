package io.aegis.postgres.account;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;

/** The way to a path, link by link, as the system goes it. */
public final class Way {
  /** As the kernel: MAXSYMLINKS, include/linux/namei.h. */
  private static final int MOST_LINKS = 40;

  private static final Set<PosixFilePermission> OF_OTHERS =
      Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  private Way() {}

  /**
   * The first link on it that somebody else than root may have put there: it lies in a directory
   * that is not root's alone. Whose the link itself is tells nothing, since it may have been moved.
   *
   * @param path absolute; need not be there to its end
   */
  public static Optional<Path> linkOfOthers(Path path) throws IOException {
    var rest = names(path);
    var here = Path.of("/");
    int links = 0;
    while (!rest.isEmpty()) {
      var next = here.resolve(rest.removeFirst());
      if (next.endsWith("..")) {
        here = Optional.ofNullable(here.getParent()).orElse(here);
      } else if (!Files.isSymbolicLink(next)) {
        here = next;
      } else if (!isOfRootAlone(here) || links++ == MOST_LINKS) {
        return Optional.of(next);
      } else {
        var target = Files.readSymbolicLink(next);
        here = target.isAbsolute() ? Path.of("/") : here;
        names(target).descendingIterator().forEachRemaining(rest::addFirst);
      }
    }
    return Optional.empty();
  }

  /** What is there of it, with no link in it. */
  public static Path existing(Path path) throws IOException {
    for (var here = path; here != null; here = here.getParent()) {
      if (Files.exists(here)) {
        return here.toRealPath();
      }
    }
    throw new NoSuchFileException(path.toString());
  }

  private static Deque<Path> names(Path path) {
    var names = new ArrayDeque<Path>();
    path.forEach(names::add);
    return names;
  }

  private static boolean isOfRootAlone(Path directory) throws IOException {
    var found =
        Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    return Integer.valueOf(0)
            .equals(Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS))
        && found.permissions().stream().noneMatch(OF_OTHERS::contains);
  }
}
