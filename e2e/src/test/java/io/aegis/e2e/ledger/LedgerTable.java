package io.aegis.e2e.ledger;

import io.aegis.e2e.ledger.Ledger.Attempt;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The table that clients write to. Each row carries the transaction that wrote it, and text that
 * follows from its key, so that a recovered table tells what was committed and whether it is whole.
 */
public final class LedgerTable {
  private static final String BODY = "repeat(md5(%s || '.' || %s), 1 + %s %% 5)";

  private LedgerTable() {}

  static final List<String> SCHEMA = List.of(
      "create table ledger (xid bigint, n int, client int, counted boolean, body text,"
          + " primary key (xid, n))",
      "create table progress (client int primary key, transactions int not null)");

  static String insert(long xid, int client, boolean counted, int from, int count) {
    return "insert into ledger select " + xid + ", n, " + client + ", " + counted + ", "
        + BODY.formatted(xid, "n", "n") + " from generate_series(" + from + ", "
        + (from + count - 1) + ") n";
  }

  static String progress(int client) {
    return "insert into progress values (" + client + ", 1) on conflict (client)"
        + " do update set transactions = progress.transactions + 1";
  }

  /**
   * The transactions of which a database shows rows, with what it shows.
   *
   * @throws AssertionError if rows are not what their transactions wrote
   */
  public static SortedMap<Long, Attempt> read(UnaryOperator<String> psql) {
    var found = new TreeMap<Long, Attempt>();
    psql.apply("select xid, min(client), count(*), min(n) = 0 and max(n) = count(*) - 1"
            + " and bool_and(body = " + BODY.formatted("xid", "n", "n") + ")"
            + " from ledger group by xid")
        .lines()
        .map(line -> line.split("\\|", -1))
        .forEach(row -> {
          if (!row[3].equals("t")) {
            throw new AssertionError("rows of transaction " + row[0] + " are not as written");
          }
          var xid = Long.parseLong(row[0]);
          found.put(xid, new Attempt(xid, Integer.parseInt(row[1]), Integer.parseInt(row[2])));
        });
    requireProgress(psql);
    return found;
  }

  /** Rows that were updated must tell the same as rows that were inserted. */
  private static void requireProgress(UnaryOperator<String> psql) {
    var wrong = psql.apply("select coalesce(p.client, l.client), p.transactions, l.transactions"
        + " from progress p full join (select client, count(distinct xid) as transactions"
        + " from ledger where counted group by client) l on p.client = l.client"
        + " where p.transactions is distinct from l.transactions");
    if (!wrong.isBlank()) {
      throw new AssertionError("client, transactions counted by updates, and by inserts: " + wrong);
    }
  }
}
