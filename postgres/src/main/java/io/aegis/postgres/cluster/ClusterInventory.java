package io.aegis.postgres.cluster;

import io.aegis.postgres.PostgresCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * What the databases of a cluster depend on outside of their own files (trap T43).
 *
 * @param extensions of all databases, each {@code name} and {@code version} once, sorted
 * @param collations of all databases, each {@code provider} and {@code version} once, sorted
 * @param configuration every file that settings come from, and those that admit users; absolute
 */
public record ClusterInventory(
    List<Named> extensions, List<Named> collations, List<String> configuration) {

  /** A name and a version. */
  public record Named(String name, String version) implements Comparable<Named> {
    @Override
    public int compareTo(Named other) {
      return (name + "\0" + version).compareTo(other.name + "\0" + other.version);
    }
  }

  private static final String EXTENSIONS = "SELECT extname, extversion FROM pg_extension";

  /** Those of the database itself, then those of columns and indexes. */
  private static final String COLLATIONS = """
      SELECT CASE provider WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' ELSE 'builtin' END, version
        FROM (SELECT datlocprovider AS provider, datcollversion AS version FROM pg_database
              UNION SELECT collprovider, collversion FROM pg_collation) AS each
       WHERE version IS NOT NULL""";

  private static final String CONFIGURATION = """
      SELECT setting FROM pg_settings
       WHERE name IN ('config_file', 'hba_file', 'ident_file') AND setting IS NOT NULL
      UNION SELECT sourcefile FROM pg_settings WHERE sourcefile IS NOT NULL
      ORDER BY 1""";

  /** Asks every database that takes connections. */
  public static ClusterInventory of(PostgresCluster cluster, SqlSession session) {
    var extensions = new TreeSet<Named>();
    var collations = new TreeSet<Named>();
    var databases = session.list(
        "SELECT datname FROM pg_database WHERE datallowconn ORDER BY 1", row -> row.getString(1));
    for (var database : databases) {
      try (var each = SqlSession.open(cluster.connection().withDatabase(database))) {
        extensions.addAll(named(each, EXTENSIONS));
        collations.addAll(named(each, COLLATIONS));
      }
    }
    return new ClusterInventory(
        List.copyOf(extensions),
        List.copyOf(collations),
        session.list(CONFIGURATION, row -> row.getString(1)));
  }

  private static List<Named> named(SqlSession session, String sql) {
    return new ArrayList<>(session.list(sql, row -> new Named(row.getString(1), row.getString(2))));
  }
}
