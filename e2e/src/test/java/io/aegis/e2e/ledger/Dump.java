package io.aegis.e2e.ledger;

import io.aegis.postgres.Lsn;
import io.aegis.postgres.testing.TestPostgres;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code pg_waldump} says of a dead server's log: a reader that knows nothing of ours.
 *
 * @param ends every end of a transaction, in the order of the log
 * @param marks every other record that a target can mean, in the order of the log
 */
public record Dump(List<End> ends, List<Mark> marks) {
  private static final Pattern LINE = Pattern.compile(
      "rmgr: (\\S+) +len \\(rec/tot\\): +\\d+/ *(\\d+), tx: +(\\d+), lsn: (\\S+), prev \\S+,"
          + " desc: (\\S+) ?(.*)");
  private static final Pattern END = Pattern.compile("(?:(\\d+): )?(\\S+ [0-9:.]+) UTC.*");
  private static final long PAGE = 8192;
  private static final long SEGMENT = 16 << 20;

  /**
   * The record that ended a transaction.
   *
   * @param end where the record ends
   */
  public record End(long xid, Lsn start, Lsn end, boolean isCommit, Instant time) {}

  /**
   * A record that names something.
   *
   * @param kind {@code RESTORE_POINT} or {@code BACKUP_END}
   * @param text the name, or where the backup began
   */
  public record Mark(String kind, String text, Lsn start, Lsn end) {}

  /** Reads the first timeline from a position on, to where it breaks off. */
  public static Dump of(TestPostgres dead, Lsn from) {
    var said = dead.program(
            "pg_waldump",
            "--path=" + dead.dataDirectory().resolve("pg_wal"),
            "--start=" + from,
            "--rmgr=Transaction",
            "--rmgr=XLOG")
        .with(Map.of("TZ", "UTC"))
        .run()
        .text();
    var ends = new ArrayList<End>();
    var marks = new ArrayList<Mark>();
    for (var line : said.lines().toList()) {
      var matcher = LINE.matcher(line.strip());
      if (matcher.matches()) {
        take(matcher, ends, marks);
      }
    }
    if (ends.isEmpty()) {
      throw new AssertionError("pg_waldump saw no transaction:\n" + said);
    }
    return new Dump(List.copyOf(ends), List.copyOf(marks));
  }

  private static void take(Matcher record, List<End> ends, List<Mark> marks) {
    var start = Lsn.parse(record.group(4));
    var end = end(start, Integer.parseInt(record.group(2)));
    switch (record.group(5)) {
      case "COMMIT", "COMMIT_PREPARED" -> ends.add(end(record, start, end, true));
      case "ABORT", "ABORT_PREPARED" -> ends.add(end(record, start, end, false));
      case "RESTORE_POINT", "BACKUP_END" ->
        marks.add(new Mark(record.group(5), record.group(6).strip(), start, end));
      default -> {}
    }
  }

  /** The second half of two phases runs outside of the transaction that it ends, and names it. */
  private static End end(Matcher record, Lsn start, Lsn end, boolean isCommit) {
    var told = END.matcher(record.group(6));
    if (!told.matches()) {
      throw new AssertionError("not the end of a transaction: " + record.group());
    }
    var xid = told.group(1) == null ? record.group(3) : told.group(1);
    var time = Instant.parse(told.group(2).replace(' ', 'T') + "Z");
    return new End(Long.parseLong(xid), start, end, isCommit, time);
  }

  /** Records go around the headers of pages, and end at a multiple of eight. */
  private static Lsn end(Lsn start, int length) {
    long position = start.value();
    long left = length;
    for (long room = PAGE - position % PAGE; left > room; room = PAGE - position % PAGE) {
      left -= room;
      position += room;
      position += position % SEGMENT == 0 ? 40 : 24; // SizeOfXLogLongPHD, SizeOfXLogShortPHD
    }
    return new Lsn((position + left + 7) & ~7L);
  }

  public List<End> commits() {
    return ends.stream().filter(End::isCommit).toList();
  }

  /** The transactions whose commits are meant. */
  public Set<Long> committed(Predicate<End> which) {
    var xids = new TreeSet<Long>();
    commits().stream().filter(which).forEach(commit -> xids.add(commit.xid()));
    return xids;
  }

  /** The last such record, since a name can come twice. */
  public Mark mark(String kind, String text) {
    return marks.stream()
        .filter(mark -> mark.kind().equals(kind) && mark.text().equals(text))
        .reduce((_, later) -> later)
        .orElseThrow(() -> new AssertionError("no " + kind + " " + text + " in the log"));
  }
}
