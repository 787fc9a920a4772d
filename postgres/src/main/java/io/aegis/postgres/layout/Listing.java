package io.aegis.postgres.layout;

import io.aegis.repository.FileSpec;
import java.util.List;

/**
 * What a data directory held when it was listed, as far as it belongs to the database.
 *
 * @param entries files and directories in the order of their paths, with the sizes of that moment;
 *     {@code global/pg_control} is among them
 * @param tablespaces in the order of their OIDs
 * @param places where the entries were found
 * @param notices what was left out or looked through although PostgreSQL did not make it so
 */
public record Listing(
    List<FileSpec> entries, List<Tablespace> tablespaces, Places places, List<String> notices) {
  public Listing {
    entries = List.copyOf(entries);
    tablespaces = List.copyOf(tablespaces);
    notices = List.copyOf(notices);
  }
}
