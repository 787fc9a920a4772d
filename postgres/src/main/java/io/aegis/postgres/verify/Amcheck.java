package io.aegis.postgres.verify;

import io.aegis.kernel.TaskScope;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.verify.Measurement.Verdict;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Indexes against their tables and tables against themselves, by PostgreSQL's extension amcheck. It
 * can only be used where the source has it: a database that is still read-only takes no new one.
 */
public final class Amcheck {
  private static final int NAMED = 5;
  private static final String DATABASES =
      "SELECT datname FROM pg_database WHERE datallowconn ORDER BY datname";
  private static final String SCHEMA = """
      SELECT quote_ident(n.nspname)
        FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
       WHERE e.extname = 'amcheck'""";
  private static final String INDEXES = """
      SELECT c.oid FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid
        JOIN pg_am a ON a.oid = c.relam
       WHERE a.amname = 'btree' AND c.relkind = 'i' AND c.relpersistence = 'p'
         AND i.indisready AND i.indisvalid
       ORDER BY c.relpages DESC""";
  private static final String TABLES = """
      SELECT c.oid FROM pg_class c JOIN pg_am a ON a.oid = c.relam
       WHERE a.amname = 'heap' AND c.relkind IN ('r', 't', 'm') AND c.relpersistence = 'p'
       ORDER BY c.relpages DESC""";

  private final Sessions sessions;
  private final TimeSource time;

  public Amcheck(Sessions sessions, TimeSource time) {
    this.sessions = sessions;
    this.time = time;
  }

  /** One measurement for each database that has something of its own. */
  public List<Measurement> run(String anyDatabase, int workers)
      throws SQLException, InterruptedException {
    var measurements = new ArrayList<Measurement>();
    List<String> databases;
    try (var connection = sessions.open(anyDatabase)) {
      databases = Query.column(connection, DATABASES);
    }
    for (String database : databases) {
      long begun = time.nanos();
      var verdict = verdictOf(database, workers);
      var took = Duration.ofNanos(time.nanos() - begun);
      verdict.ifPresent(found ->
          measurements.add(new Measurement("indexes and tables of " + database, found, took)));
    }
    return measurements;
  }

  /** Nothing for a template that nobody has changed: there is nothing of the owner's in it. */
  private Optional<Verdict> verdictOf(String database, int workers)
      throws SQLException, InterruptedException {
    String schema;
    var questions = new ArrayList<String>();
    try (var connection = sessions.open(database)) {
      var schemas = Query.column(connection, SCHEMA);
      if (schemas.isEmpty()) {
        return isUnused(connection)
            ? Optional.empty()
            : Optional.of(new Verdict.NotMeasured("the extension amcheck is not installed in it;"
                + " CREATE EXTENSION amcheck on the source, and the next recovery has it"));
      }
      schema = schemas.getFirst();
      for (String oid : Query.column(connection, INDEXES)) {
        questions.add("SELECT '' FROM " + schema + ".bt_index_check(" + oid + ", true)");
      }
      for (String oid : Query.column(connection, TABLES)) {
        questions.add("SELECT '" + oid + "'::regclass || ' block ' || blkno || ': ' || msg FROM "
            + schema + ".verify_heapam(" + oid + ")");
      }
    }
    return Optional.of(ask(database, questions, workers));
  }

  private static boolean isUnused(Connection connection) throws SQLException {
    return Query.column(connection, "SELECT oid FROM pg_class WHERE oid >= 16384 LIMIT 1")
        .isEmpty();
  }

  private Verdict ask(String database, List<String> questions, int workers)
      throws InterruptedException {
    var open = new ConcurrentLinkedQueue<>(questions);
    var wrong = new ConcurrentLinkedQueue<String>();
    try (var scope = TaskScope.waiting("amcheck", workers)) {
      for (int i = 0; i < workers; i++) {
        scope.fork(() -> askAll(database, open, wrong));
      }
      scope.join();
    }
    if (wrong.isEmpty()) {
      return new Verdict.Passed(questions.size() + " indexes and tables are sound");
    }
    return new Verdict.Failed(wrong.size() + " findings; the first: "
        + String.join("; ", wrong.stream().limit(NAMED).toList()));
  }

  private Void askAll(
      String database, ConcurrentLinkedQueue<String> open, ConcurrentLinkedQueue<String> wrong)
      throws SQLException {
    try (var connection = sessions.open(database)) {
      for (var question = open.poll(); question != null; question = open.poll()) {
        try {
          Query.column(connection, question).stream()
              .filter(text -> !text.isEmpty())
              .forEach(wrong::add);
        } catch (SQLException e) {
          wrong.add(String.valueOf(e.getMessage())); // amcheck reports an index by an error
        }
      }
    }
    return null;
  }
}
