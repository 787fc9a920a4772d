package io.aegis.postgres.wal;

import io.aegis.postgres.Lsn;
import io.aegis.postgres.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The log of a real server that has done a bit of everything, and what {@code pg_waldump}, which
 * knows nothing of our reader, says of it.
 */
public final class RealWal {
  private static final Pattern LINE =
      Pattern.compile("rmgr: (\\S+)\\s+len .*?tx:\\s+(\\d+), lsn: (\\S+), prev \\S+ desc: (.*)");

  private RealWal() {}

  /** One record as the other program tells it. */
  public record Line(String manager, long xid, Lsn start, String text) {}

  /** Runs a load with every kind of transaction that the reader tells apart. */
  public static void load(TestPostgres server, int transactions) {
    server.pgbench("-i", "-q", "-s", "1");
    server.pgbench("-n", "-c", "4", "-t", Integer.toString(transactions / 4));
    server.psql("create table t(id int primary key, v text)");
    server.psql("insert into t select g, repeat('x', 20) from generate_series(1, 2000) g");
    server.psql("insert into t values (1, 'y') on conflict do nothing");
    server.psql("begin; savepoint a; update t set v = 'b' where id < 100; savepoint b;"
        + " delete from t where id > 1900; release b; commit");
    server.psql("begin; insert into t values (5000, ''); rollback");
    server.psql("begin; insert into t values (5001, ''); prepare transaction 'p1'");
    server.psql("begin; insert into t values (5002, ''); prepare transaction 'p2'");
    server.psql("commit prepared 'p1'");
    server.psql("rollback prepared 'p2'");
    server.psql("create table gone as select generate_series(1, 10)");
    server.psql("drop table gone");
    server.psql("select pg_create_restore_point('before the mistake')");
    server.psql("truncate t");
    server.psql("select pg_logical_emit_message(true, 'big', repeat('z', 300000))");
    server.psql("checkpoint");
    server.psql("select pg_switch_wal()");
    server.psql("insert into t values (1, 'after the switch')");
    server.psql("checkpoint");
  }

  /** The segments of {@code pg_wal}, in order, which hold one unbroken stretch of the log. */
  public static List<SegmentName> segments(TestPostgres server, SegmentSize size)
      throws IOException {
    try (var files = Files.list(server.dataDirectory().resolve("pg_wal"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("[0-9A-F]{24}"))
          .sorted()
          .map(name -> SegmentName.parse(name, size))
          .toList();
    }
  }

  public static Path file(TestPostgres server, SegmentName name) {
    return server.dataDirectory().resolve("pg_wal").resolve(name.toString());
  }

  /** Everything pg_waldump sees from a segment's beginning to the tip. */
  public static List<Line> waldump(TestPostgres server, SegmentName from, String... options) {
    var arguments = new ArrayList<>(List.of(options));
    arguments.add("--start=" + from.start());
    arguments.add("--timeline=" + from.timeline());
    var text = server.waldump(arguments.toArray(String[]::new));
    var lines = text.lines()
        .map(LINE::matcher)
        .filter(Matcher::matches)
        .map(line -> new Line(
            line.group(1), Long.parseLong(line.group(2)), Lsn.parse(line.group(3)), line.group(4)))
        .toList();
    if (lines.isEmpty() && options.length == 0) {
      throw new AssertionError("pg_waldump has read nothing from " + from + ": " + text);
    }
    return lines;
  }

  /** Ends of transactions as {@code start COMMIT xid}, in the order of the log. */
  public static List<String> ends(List<Line> lines) {
    var kinds = Set.of("COMMIT", "ABORT", "COMMIT_PREPARED", "ABORT_PREPARED");
    var ends = new ArrayList<String>();
    for (Line line : lines) {
      var kind = line.text().split(" ", 2)[0];
      if (line.manager().equals("Transaction") && kinds.contains(kind)) {
        var prepared = Pattern.compile("_PREPARED (\\d+)").matcher(line.text());
        long xid = prepared.find() ? Long.parseLong(prepared.group(1)) : line.xid();
        ends.add(line.start() + " " + kind + " " + xid);
      }
    }
    return ends;
  }

  /** Rows as {@code relation INSERT} → how many. */
  public static SortedMap<String, Integer> rows(List<Line> lines) {
    var rows = new TreeMap<String, Integer>();
    var relation = Pattern.compile("blkref #0: rel (\\d+/\\d+/\\d+)");
    var tuples = Pattern.compile("(?:ntuples: |^MULTI_INSERT(?:\\+INIT)? )(\\d+)");
    for (Line line : lines) {
      var kind = line.text().split("[ +]", 2)[0].replace("HOT_", "");
      boolean heap =
          line.manager().equals("Heap") && Set.of("INSERT", "UPDATE", "DELETE").contains(kind);
      boolean multi = line.manager().equals("Heap2") && kind.equals("MULTI_INSERT");
      if (heap || multi) {
        var at = relation.matcher(line.text());
        var count = tuples.matcher(line.text());
        int number = multi && count.find() ? Integer.parseInt(count.group(1)) : 1;
        rows.merge(
            (at.find() ? at.group(1) : "?") + " " + (multi ? "INSERT" : kind),
            number,
            Integer::sum);
      }
    }
    return rows;
  }
}
