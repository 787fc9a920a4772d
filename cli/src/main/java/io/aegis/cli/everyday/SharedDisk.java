package io.aegis.cli.everyday;

import io.aegis.app.Configuration;
import io.aegis.app.Configuration.KeySource;
import io.aegis.app.Configuration.Place;
import io.aegis.app.SecretReference;
import io.aegis.postgres.Readiness;
import io.aegis.postgres.Readiness.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What lies on the file system of the database, and would be lost with it. */
final class SharedDisk {
  private final Path database;

  private SharedDisk(Path database) {
    this.database = database;
  }

  static List<Readiness> of(Configuration configuration) {
    var disk = new SharedDisk(configuration.database().dataDirectory());
    var found = new ArrayList<Readiness>();
    if (configuration.repository().place() instanceof Place.Directory(var path)
        && disk.holds(path)) {
      found.add(advice(
          "repository",
          path + " lies on the same file system as the database: one fault takes both",
          "move it to another disk, or better to another machine: repository.location"));
    }
    if (configuration.repository().key() instanceof KeySource.Kept(SecretReference.InFile(var file))
        && disk.holds(file)) {
      found.add(advice(
          "key file",
          file + " lies on the same file system as the database",
          "keep a copy elsewhere, and recovery words on paper: aegis key add --words"));
    }
    return List.copyOf(found);
  }

  private static Readiness advice(String subject, String finding, String remedy) {
    return new Readiness(Level.ADVICE, subject, finding, remedy);
  }

  /** No, where it cannot be told: on another machine than the database's for instance. */
  private boolean holds(Path path) {
    try {
      return Files.getFileStore(database).equals(Files.getFileStore(path));
    } catch (IOException e) {
      return false;
    }
  }
}
