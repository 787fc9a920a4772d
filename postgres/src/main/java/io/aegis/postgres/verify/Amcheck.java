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
import java.util.function.Consumer;

/**
 * Indexes against their tables and tables against themselves, by PostgreSQL's extension amcheck. It
 * can only be used where the source has it: a database that is still read-only takes no new one.
 */
public final class Amcheck {
  /** A table of garbage has more findings than fit here, and is no more broken for it. */
  private static final int MOST = 1000;

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

  /** How long a question may take: so much, and more for what is large, at 10 MB/s. */
  private static final Duration LEAST = Duration.ofMinutes(10);

  private final Sessions sessions;
  private final TimeSource time;
  private final Duration least;

  public Amcheck(Sessions sessions, TimeSource time) {
    this(sessions, time, LEAST);
  }

  Amcheck(Sessions sessions, TimeSource time, Duration least) {
    this.sessions = sessions;
    this.time = time;
    this.least = least;
  }

  /**
   * One measurement for each database that has something of its own, handed out as it is made.
   *
   * @throws SQLException if the server does not answer any more, after what was found was handed
   *     out
   */
  public void run(String anyDatabase, int workers, Consumer<Measurement> measured)
      throws SQLException, InterruptedException {
    List<String> databases;
    try (var connection = sessions.open(anyDatabase)) {
      databases = Query.column(connection, DATABASES);
    }
    for (String database : databases) {
      long begun = time.nanos();
      var verdict = verdictOf(database, workers);
      var took = Duration.ofNanos(time.nanos() - begun);
      verdict.ifPresent(found ->
          measured.accept(new Measurement("indexes and tables of " + database, found, took)));
    }
  }

  /**
   * A question about one index or table.
   *
   * @param relation its number
   */
  private record Question(String relation, String sql) {
    /** What an index computes is the owner's function, which may never come back. */
    String limit(Duration least) {
      return """
          SELECT set_config('statement_timeout', least(2147483647, %d + (pg_relation_size(%2$s)
              + coalesce((SELECT pg_table_size(indrelid) FROM pg_index
                           WHERE indexrelid = %2$s), 0)) / 10000)::text, false)
          """.formatted(least.toMillis(), relation);
    }
  }

  /** Nothing for a template that nobody has changed: there is nothing of the owner's in it. */
  private Optional<Verdict> verdictOf(String database, int workers)
      throws SQLException, InterruptedException {
    var questions = new ArrayList<Question>();
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

  private static List<Question> questions(Connection connection, String schema)
      throws SQLException {
    var questions = new ArrayList<Question>();
    for (String oid : Query.column(connection, INDEXES)) {
      questions.add(new Question(
          oid, "SELECT '' FROM " + schema + ".bt_index_check(" + oid + REST_OF_INDEX_CHECK));
    }
    for (String oid : Query.column(connection, TABLES)) {
      questions.add(new Question(
          oid,
          "SELECT '" + oid + "'::regclass || ' block ' || blkno || ': ' || msg FROM " + schema
              + ".verify_heapam(" + oid + REST_OF_TABLE_CHECK));
    }
    return questions;
  }

  private static boolean isUnused(Connection connection) throws SQLException {
    return Query.column(connection, "SELECT oid FROM pg_class WHERE oid >= 16384 LIMIT 1")
        .isEmpty();
  }

  /** What came of the questions to one database. */
  private static final class Answers {
    private final Sample wrong = new Sample();
    private final Sample unanswered = new Sample();
    private final ConcurrentLinkedQueue<SQLException> lost = new ConcurrentLinkedQueue<>();

    /** Amcheck reports an index by an error; not every error is its report. */
    void failed(Question question, SQLException e) {
      if (Query.isDamage(e)) {
        wrong.add(String.valueOf(e.getMessage()));
      } else if (Query.isTimeOver(e)) {
        unanswered.add("relation " + question.relation() + " took too long");
      } else {
        unanswered.add(String.valueOf(e.getMessage()));
      }
    }

    Verdict verdict(int questions) {
      if (wrong.count() > 0) {
        return new Verdict.Failed(wrong.count() + " findings; the first: " + wrong.words());
      }
      if (unanswered.count() > 0) {
        return new Verdict.NotMeasured(
            "%d of %d indexes and tables could not be checked; the first: %s"
                .formatted(unanswered.count(), questions, unanswered.words()));
      }
      return new Verdict.Passed(questions + " indexes and tables are sound");
    }
  }

  private Verdict ask(String database, List<Question> questions, int workers)
      throws SQLException, InterruptedException {
    var open = new ConcurrentLinkedQueue<>(questions);
    var answers = new Answers();
    try (var scope = TaskScope.waiting("amcheck", workers)) {
      for (int i = 0; i < workers; i++) {
        scope.fork(() -> askAll(database, open, answers));
      }
      scope.join();
    }
    if (!answers.lost.isEmpty() && answers.wrong.count() == 0) {
      throw answers.lost.element();
    }
    return answers.verdict(questions.size());
  }

  private Void askAll(String database, ConcurrentLinkedQueue<Question> open, Answers answers) {
    try (var connection = sessions.open(database)) {
      for (var question = open.poll(); question != null; question = open.poll()) {
        ask(connection, question, answers);
      }
    } catch (SQLException e) {
      answers.lost.add(e);
    }
    return null;
  }

  private void ask(Connection connection, Question question, Answers answers) throws SQLException {
    try {
      Query.column(connection, question.limit(least));
      Query.column(connection, question.sql(), MOST).stream()
          .filter(text -> !text.isEmpty())
          .forEach(answers.wrong::add);
    } catch (SQLException e) {
      if (Query.isLost(connection, e)) {
        throw e;
      }
      answers.failed(question, e);
    }
  }
}
