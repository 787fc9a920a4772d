package io.aegis.storage.directory;

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

  private static final String USER = "unix:uid";
  private static final String GROUP = "unix:gid";
  private static final Integer ROOT = 0;

  private Ownership() {}

  /** Gives what root has just made to the owner of the directory that it lies in. */
  static void handOver(Path made) throws IOException {
    var directory = made.getParent();
    if (directory == null || !ROOT.equals(Files.getAttribute(made, USER))) {
      return;
    }
    var user = Files.getAttribute(directory, USER);
    if (!ROOT.equals(user)) {
      Files.setAttribute(made, GROUP, Files.getAttribute(directory, GROUP));
      Files.setAttribute(made, USER, user);
    }
  }
}
