package io.aegis.postgres.cluster;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Failure.Unavailable;
import io.aegis.postgres.PostgresCluster;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.SystemIdentifier;
import io.aegis.postgres.names.RelationName;
import io.aegis.postgres.names.RelationNames;
import io.aegis.postgres.wal.RelationFile;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * What the databases of a cluster depend on outside of their own files (trap T43), and what their
 * tables are called.
 *
 * @param extensions of all databases, each {@code name} and {@code version} once, sorted
 * @param collations of all databases, each {@code provider} and {@code version} once, sorted
 * @param configuration every file that settings come from, and those that admit users; absolute
 * @param relations the storage of all databases, the youngest first; not more than are kept
 * @param unseen databases of which nothing is known, since they do not let the role in, and why
 */
public record ClusterInventory(
    List<Named> extensions,
    List<Named> collations,
    List<ConfigurationFile> configuration,
    List<RelationName> relations,
    List<String> unseen) {

  /**
   * A file of the configuration.
   *
   * @param setting which names it: {@code config_file}, {@code hba_file} or {@code ident_file};
   *     empty where it is included by another one
   */
  public record ConfigurationFile(String setting, String path) {}

  /** A name and a version. */
  public record Named(String name, String version) implements Comparable<Named> {
    @Override
    public int compareTo(Named other) {
      return (name + "\0" + version).compareTo(other.name + "\0" + other.version);
    }
  }

  // Of datconnlimit -2 is a database whose DROP was interrupted: nobody can enter it any more
  // (DATCONNLIMIT_INVALID_DB, src/include/catalog/pg_database.h).
  private static final String DATABASES =
      "SELECT datname FROM pg_database WHERE datallowconn AND datconnlimit <> -2 ORDER BY 1";

  private static final String EXTENSIONS = "SELECT extname, extversion FROM pg_extension";

  /** Those of the database itself, then those of columns and indexes. */
  private static final String COLLATIONS = """
      SELECT CASE provider WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' ELSE 'builtin' END, version
        FROM (SELECT datlocprovider AS provider, datcollversion AS version FROM pg_database
              UNION SELECT collprovider, collversion FROM pg_collation) AS each
       WHERE version IS NOT NULL""";

  private static final String CONFIGURATION = """
      WITH named AS (
        SELECT name, setting FROM pg_settings
         WHERE name IN ('config_file', 'hba_file', 'ident_file', 'data_directory')
           AND setting IS NOT NULL)
      SELECT name, setting FROM named
      UNION SELECT '', sourcefile FROM pg_settings
       WHERE sourcefile IS NOT NULL AND sourcefile NOT IN (SELECT setting FROM named)
      ORDER BY 2, 1""";

  /** Of a toast table, an index or a sequence, also what it is, and of which table a toast is. */
  private static final String RELATIONS = """
      SELECT CASE WHEN c.relisshared THEN 1664
                  WHEN c.reltablespace = 0 THEN d.dattablespace ELSE c.reltablespace END,
             CASE WHEN c.relisshared THEN 0 ELSE d.oid END,
             pg_relation_filenode(c.oid),
             CASE WHEN c.relisshared THEN '' ELSE d.datname END,
             quote_ident(n.nspname) || '.' || quote_ident(coalesce(o.relname, c.relname))
               || CASE WHEN o.relname IS NOT NULL THEN ' (toast)' WHEN c.relkind = 'i'
                       THEN ' (index)' WHEN c.relkind = 'S' THEN ' (sequence)' ELSE '' END
        FROM pg_class c LEFT JOIN pg_class o ON c.relkind = 't' AND o.reltoastrelid = c.oid
             JOIN pg_namespace n ON n.oid = coalesce(o.relnamespace, c.relnamespace)
             JOIN pg_database d ON d.datname = current_database()
       WHERE c.relkind IN ('r', 'm', 't', 'i', 'S') AND c.relpersistence <> 't'
             AND pg_relation_filenode(c.oid) IS NOT NULL
       ORDER BY c.oid DESC LIMIT ?""";

  /** Asks every database that takes connections. */
  public static ClusterInventory of(PostgresCluster cluster, SqlSession session) {
    var extensions = new TreeSet<Named>();
    var collations = new TreeSet<Named>();
    var relations = new ArrayList<RelationName>();
    var unseen = inEach(cluster, session, each -> {
      extensions.addAll(named(each, EXTENSIONS));
      collations.addAll(named(each, COLLATIONS));
      relations.addAll(relations(each, RelationNames.MOST - relations.size()));
    });
    return new ClusterInventory(
        List.copyOf(extensions),
        List.copyOf(collations),
        session.list(
            CONFIGURATION, row -> new ConfigurationFile(row.getString(1), row.getString(2))),
        relations,
        unseen);
  }

  /**
   * Names are a help to people: no backup fails for a database that does not let this role in.
   *
   * @return those databases, each with what the server said
   */
  private static List<String> inEach(
      PostgresCluster cluster, SqlSession session, Consumer<SqlSession> work) {
    var unseen = new ArrayList<String>();
    for (var database : session.list(DATABASES, row -> row.getString(1))) {
      try (var each = SqlSession.open(cluster.connection().withDatabase(database))) {
        work.accept(each);
      } catch (Refused refused) {
        if (refused.code() != PostgresCode.LOGIN_REFUSED) {
          throw refused;
        }
        unseen.add(database + " (" + refused.report().why() + ")");
      } catch (Unavailable full) { // its owner may admit nobody: CONNECTION LIMIT 0
        unseen.add(database + " (" + full.report().why() + ")");
      }
    }
    return unseen;
  }

  /** What the storage of all databases is called now; nothing if it is another cluster by now. */
  public static List<RelationName> relations(PostgresCluster cluster, SystemIdentifier system) {
    var relations = new ArrayList<RelationName>();
    try (var session = SqlSession.open(cluster.connection())) {
      String here =
          session.one("SELECT system_identifier FROM pg_control_system()", row -> row.getString(1));
      if (!SystemIdentifier.parse(here).equals(system)) {
        return List.of();
      }
      inEach(
          cluster,
          session,
          each -> relations.addAll(relations(each, RelationNames.MOST - relations.size())));
    }
    return relations;
  }

  private static List<RelationName> relations(SqlSession session, int most) {
    return session.list(
        RELATIONS,
        row -> new RelationName(
            new RelationFile(row.getLong(1), row.getLong(2), row.getLong(3)),
            row.getString(4),
            row.getString(5)),
        most);
  }

  private static List<Named> named(SqlSession session, String sql) {
    return new ArrayList<>(session.list(sql, row -> new Named(row.getString(1), row.getString(2))));
  }
}
