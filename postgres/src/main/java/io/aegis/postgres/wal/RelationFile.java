package io.aegis.postgres.wal;

/**
 * The storage of a table or index: {@code RelFileLocator}. The number changes with TRUNCATE, VACUUM
 * FULL and CLUSTER, so it names a table only for a while.
 *
 * @param tablespace its oid
 * @param database its oid; 0 for a shared catalogue
 * @param number its relfilenode
 */
public record RelationFile(long tablespace, long database, long number) {
  @Override
  public String toString() {
    return tablespace + "/" + database + "/" + number;
  }
}
