package io.aegis.postgres.layout;

/**
 * A tablespace other than the two that live in the data directory.
 *
 * @param oid its number, the name of its entry in {@code pg_tblspc}
 * @param place where its files are
 */
public record Tablespace(long oid, Place place) {

  /** Where a tablespace's files are. */
  public sealed interface Place {
    /**
     * In a directory of its own, to which {@code pg_tblspc} holds a link.
     *
     * @param directory absolute
     */
    record Linked(String directory) implements Place {}

    /** In {@code pg_tblspc} itself: {@code allow_in_place_tablespaces}. */
    record InPlace() implements Place {}
  }
}
