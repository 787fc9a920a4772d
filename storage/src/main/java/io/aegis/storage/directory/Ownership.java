package io.aegis.storage.directory;

import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;
import static java.nio.file.attribute.PosixFilePermissions.fromString;

import java.nio.file.attribute.FileAttribute;

/** Backups are nobody else's business: what the store makes belongs to the user it runs as. */
final class Ownership {
  static final FileAttribute<?> FILE = asFileAttribute(fromString("rw-------"));
  static final FileAttribute<?> DIRECTORY = asFileAttribute(fromString("rwx------"));

  private Ownership() {}
}
