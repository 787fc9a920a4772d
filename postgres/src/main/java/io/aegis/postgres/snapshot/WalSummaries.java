package io.aegis.postgres.snapshot;

import io.aegis.kernel.TimeSource;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.cluster.SqlSession;
import io.aegis.postgres.layout.RelationFile;
import io.aegis.postgres.layout.RelationFile.Fork;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The summaries that PostgreSQL 17 and later write of their own log ({@code summarize_wal}), read
 * through SQL. Only a chain of them that covers a span without a gap is any use (trap T24): a page
 * that one missing summary knew of would otherwise be taken for unchanged.
 */
final class WalSummaries {
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Fork[] FORKS = {Fork.MAIN, Fork.FSM, Fork.VM, Fork.INIT};

  private final SqlSession sql;
  private final TimeSource time;

  WalSummaries(SqlSession sql, TimeSource time) {
    this.sql = sql;
    this.time = time;
  }

  /** A stretch of the log on one timeline. */
  record Stretch(Timeline timeline, Lsn begin, Lsn end) {}

  /**
   * Summaries that follow each other.
   *
   * @param links in the order of the log
   * @param reached how far they cover the span from its beginning
   * @param beyond there are later ones, after a gap
   */
  record Chain(List<Stretch> links, Lsn reached, boolean beyond) {
    boolean covers(Stretch span) {
      return !reached.isBefore(span.end());
    }
  }

  /**
   * Reads what changed in {@code span}, waiting a while for the summarizer to come to its end.
   *
   * @return empty if the summaries do not cover the span
   */
  Optional<ChangedPages> changes(Stretch span, int segmentPages) throws InterruptedException {
    var chain = awaitChain(span);
    if (!chain.covers(span)) {
      return Optional.empty();
    }
    var changes = new ChangedPages(segmentPages);
    for (var summary : chain.links()) {
      read(summary, changes);
    }
    return Optional.of(changes);
  }

  private Chain awaitChain(Stretch span) throws InterruptedException {
    long deadline = time.nanos() + PATIENCE.toNanos();
    while (true) {
      var chain = chain(available(span), span);
      if (chain.covers(span) || chain.beyond() || !isSummarizing() || time.nanos() - deadline > 0) {
        return chain;
      }
      time.sleep(POLL);
    }
  }

  private boolean isSummarizing() {
    return sql.one("SELECT current_setting('summarize_wal')::bool", row -> row.getBoolean(1));
  }

  private List<Stretch> available(Stretch span) {
    return sql.list(
        """
        SELECT tli, start_lsn::text, end_lsn::text FROM pg_available_wal_summaries()
         WHERE tli = ? AND end_lsn > ?::pg_lsn AND start_lsn < ?::pg_lsn""",
        row -> new Stretch(
            new Timeline(row.getLong(1)), Lsn.parse(row.getString(2)), Lsn.parse(row.getString(3))),
        span.timeline().id(),
        span.begin().toString(),
        span.end().toString());
  }

  /** Follows {@code available} from the beginning of {@code span} as far as there is no gap. */
  static Chain chain(List<Stretch> available, Stretch span) {
    var links = new ArrayList<Stretch>();
    var reached = span.begin();
    for (var summary :
        available.stream().sorted(Comparator.comparing(Stretch::begin)).toList()) {
      if (summary.begin().isAfter(reached)) {
        return new Chain(links, reached, true);
      }
      if (summary.end().isAfter(reached)) {
        links.add(summary);
        reached = summary.end();
      }
    }
    return new Chain(links, reached, false);
  }

  private void read(Stretch summary, ChangedPages changes) {
    sql.each(
        """
        SELECT reltablespace, reldatabase, relfilenode, relforknumber, relblocknumber,
               is_limit_block
          FROM pg_wal_summary_contents(?, ?::pg_lsn, ?::pg_lsn)""",
        row -> take(row, changes),
        summary.timeline().id(),
        summary.begin().toString(),
        summary.end().toString());
  }

  private static void take(ResultSet row, ChangedPages changes) throws SQLException {
    var where =
        new RelationFile(row.getLong(1), row.getLong(2), row.getLong(3), FORKS[row.getInt(4)], 0);
    if (row.getBoolean(6)) {
      changes.cut(where, row.getLong(5));
    } else {
      changes.written(where, row.getLong(5));
    }
  }
}
