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
  // Of datconnlimit -2 is a database whose DROP was interrupted: nobody can enter it any more
  // (DATCONNLIMIT_INVALID_DB, src/include/catalog/pg_database.h).
  private static final String DATABASES = """
      SELECT datname FROM pg_database WHERE datallowconn AND datconnlimit <> -2 ORDER BY datname""";
  private static final String SCHEMA = """
      SELECT quote_ident(n.nspname)
        FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
       WHERE e.extname = 'amcheck'""";

  /** Whoever may create functions beside them may make others that are called in their place. */
  private static final String FUNCTIONS = """
      SELECT p.proname
        FROM pg_proc p
        JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
        JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
       WHERE e.extname = 'amcheck' AND p.pronamespace = e.extnamespace
         AND (p.proname, oidvectortypes(p.proargtypes)) IN (
             ('bt_index_check', 'regclass, boolean'),
             ('verify_heapam', 'regclass, boolean, boolean, text, bigint, bigint'))""";

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

  // Every argument, each of exactly its type: so no other function of that name fits as well.
  private static final String REST_OF_INDEX_CHECK = "::oid::regclass, true::pg_catalog.bool)";
  private static final String REST_OF_TABLE_CHECK = "::oid::regclass, false::pg_catalog.bool,"
      + " false::pg_catalog.bool, 'none'::pg_catalog.text, NULL::pg_catalog.int8,"
      + " NULL::pg_catalog.int8)";

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
    var questions = new ArrayList<String>();
    try (var connection = sessions.open(database)) {
      var schemas = Query.column(connection, SCHEMA);
      if (schemas.isEmpty()) {
        return isUnused(connection)
            ? Optional.empty()
            : Optional.of(new Verdict.NotMeasured("the extension amcheck is not installed in it;"
                + " CREATE EXTENSION amcheck on the source, and the next recovery has it"));
      }
      if (Query.column(connection, FUNCTIONS).size() < 2) {
        return Optional.of(new Verdict.NotMeasured(
            "the functions of its extension amcheck are not those that Aegis knows"));
      }
      questions.addAll(questions(connection, schemas.getFirst()));
    } catch (SQLException e) {
      if (Query.isLost(e)) {
        throw e;
      }
      String what = "it cannot be looked into: " + e.getMessage();
      return Optional.of(
          Query.isDamage(e) ? new Verdict.Failed(what) : new Verdict.NotMeasured(what));
    }
    return Optional.of(ask(database, questions, workers));
  }

  private static List<String> questions(Connection connection, String schema) throws SQLException {
    var questions = new ArrayList<String>();
    for (String oid : Query.column(connection, INDEXES)) {
      questions.add("SELECT '' FROM " + schema + ".bt_index_check(" + oid + REST_OF_INDEX_CHECK);
    }
    for (String oid : Query.column(connection, TABLES)) {
      questions.add("SELECT '" + oid + "'::regclass || ' block ' || blkno || ': ' || msg FROM "
          + schema + ".verify_heapam(" + oid + REST_OF_TABLE_CHECK);
    }
    return questions;
  }

  private static boolean isUnused(Connection connection) throws SQLException {
    return Query.column(connection, "SELECT oid FROM pg_class WHERE oid >= 16384 LIMIT 1")
        .isEmpty();
  }

  /** What came of the questions to one database. */
  private static final class Answers {
    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> unanswered = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<SQLException> lost = new ConcurrentLinkedQueue<>();

    /** Amcheck reports an index by an error; not every error is its report. */
    void failed(SQLException e) {
      if (Query.isDamage(e)) {
        wrong.add(String.valueOf(e.getMessage()));
      } else {
        unanswered.add(String.valueOf(e.getMessage()));
      }
    }

    Verdict verdict(int questions) {
      if (!wrong.isEmpty()) {
        return new Verdict.Failed(wrong.size() + " findings; the first: " + firstOf(wrong));
      }
      if (!unanswered.isEmpty()) {
        return new Verdict.NotMeasured(
            "%d of %d indexes and tables could not be checked; the first: %s"
                .formatted(unanswered.size(), questions, firstOf(unanswered)));
      }
      return new Verdict.Passed(questions + " indexes and tables are sound");
    }

    private static String firstOf(ConcurrentLinkedQueue<String> texts) {
      return String.join("; ", texts.stream().limit(NAMED).toList());
    }
  }

  private Verdict ask(String database, List<String> questions, int workers)
      throws SQLException, InterruptedException {
    var open = new ConcurrentLinkedQueue<>(questions);
    var answers = new Answers();
    try (var scope = TaskScope.waiting("amcheck", workers)) {
      for (int i = 0; i < workers; i++) {
        scope.fork(() -> askAll(database, open, answers));
      }
      scope.join();
    }
    if (!answers.lost.isEmpty()) {
      throw answers.lost.element();
    }
    return answers.verdict(questions.size());
  }

  private Void askAll(String database, ConcurrentLinkedQueue<String> open, Answers answers) {
    try (var connection = sessions.open(database)) {
      for (var question = open.poll(); question != null; question = open.poll()) {
        ask(connection, question, answers);
      }
    } catch (SQLException e) {
      answers.lost.add(e);
    }
    return null;
  }

  private static void ask(Connection connection, String question, Answers answers)
      throws SQLException {
    try {
      Query.column(connection, question).stream()
          .filter(text -> !text.isEmpty())
          .forEach(answers.wrong::add);
    } catch (SQLException e) {
      if (Query.isLost(connection, e)) {
        throw e;
      }
      answers.failed(e);
    }
  }
}
