package io.aegis.postgres.layout;

import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.layout.Tablespace.Place;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds the tablespaces below {@code pg_tblspc} (trap T11): each entry is a directory, or leads to
 * one, also by further links: a {@code LOCATION} may be a link. Anything else is refused.
 *
 * @param found in the order of their OIDs
 * @param homes the real directories that links lead to
 */
record TablespaceScan(List<Tablespace> found, Set<Path> homes, String versionDirectory) {

  static TablespaceScan of(Path root, String versionDirectory) throws IOException {
    var found = new ArrayList<Tablespace>();
    var homes = new HashSet<Path>();
    try (var entries = Files.newDirectoryStream(root.resolve("pg_tblspc"))) {
      for (var entry : entries) {
        var tablespace = new Tablespace(oid(entry), place(entry));
        found.add(tablespace);
        if (tablespace.place() instanceof Place.Linked) {
          homes.add(entry.toRealPath());
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    found.sort(Comparator.comparingLong(Tablespace::oid));
    return new TablespaceScan(List.copyOf(found), Set.copyOf(homes), versionDirectory);
  }

  /** Whether a directory is a tablespace that somebody placed inside the data directory. */
  boolean isHomeOfOne(Path directory) {
    return homes.contains(directory);
  }

  private static long oid(Path entry) {
    String name = String.valueOf(entry.getFileName());
    if (!name.matches("\\d{1,10}")) {
      throw refused(entry, "its name is not the number of a tablespace");
    }
    return Long.parseLong(name);
  }

  private static Place place(Path entry) throws IOException {
    if (Files.isSymbolicLink(entry)) {
      var target = Files.readSymbolicLink(entry);
      var absolute = entry.resolveSibling(target).normalize();
      if (!Files.isDirectory(absolute)) {
        throw refused(entry, "it leads to " + target + ", where no directory is");
      }
      return new Place.Linked(absolute.toString());
    }
    if (!Files.isDirectory(entry)) {
      throw refused(entry, "it is neither a link nor a directory");
    }
    return new Place.InPlace();
  }

  private static Failure.Refused refused(Path entry, String why) {
    return new Failure.Refused(Report.of(PostgresCode.LAYOUT_UNSUPPORTED, "cannot back up " + entry)
        .why(why)
        .next(
            "compare it with: SELECT oid, spcname, pg_tablespace_location(oid)"
                + " FROM pg_tablespace",
            "move it out of pg_tblspc, then take the backup again"));
  }
}
