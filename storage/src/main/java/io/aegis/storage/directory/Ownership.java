package io.aegis.storage.directory;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;
import static java.nio.file.attribute.PosixFilePermissions.fromString;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;

/**
 * Backups are nobody else's business: what the store makes belongs to the user it runs as. Only
 * root leaves what it makes in somebody else's repository to them, who could not read it otherwise.
 */
final class Ownership {
  static final FileAttribute<?> FILE = asFileAttribute(fromString("rw-------"));
  static final FileAttribute<?> DIRECTORY = asFileAttribute(fromString("rwx------"));

  private static final Integer ROOT = 0;
  private static final Integer ONE = 1;

  private Ownership() {}

  /**
   * Gives what root has just made to the owner of the directory that it lies in, who may have put
   * something else in its place meanwhile: a link is not followed, and a file that has another name
   * elsewhere is left as it is.
   */
  static void handOver(Path made) throws IOException {
    var directory = made.getParent();
    if (directory == null || !ROOT.equals(of(made, "uid")) || hasOtherNames(made)) {
      return;
    }
    var around = directory.toRealPath(); // a repository may be reached by a link
    var user = of(around, "uid");
    if (!ROOT.equals(user)) {
      give(made, "gid", of(around, "gid"));
      give(made, "uid", user);
    }
  }

  private static boolean hasOtherNames(Path made) throws IOException {
    return !Files.isDirectory(made, NOFOLLOW_LINKS) && !ONE.equals(of(made, "nlink"));
  }

  private static Object of(Path path, String attribute) throws IOException {
    return Files.getAttribute(path, "unix:" + attribute, NOFOLLOW_LINKS);
  }

  private static void give(Path path, String attribute, Object value) throws IOException {
    Files.setAttribute(path, "unix:" + attribute, value, NOFOLLOW_LINKS);
  }
}
