package io.aegis.cli.wal;

import io.aegis.app.Holdings;
import io.aegis.cli.CliCode;
import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.Answer;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Page;
import io.aegis.cli.frame.Session;
import io.aegis.cli.terminal.Table;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Json;
import io.aegis.kernel.Report;
import io.aegis.postgres.Moments.TableChanges;
import io.aegis.postgres.Moments.Transaction;
import io.aegis.postgres.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aegis wal around}. */
@Command(
    name = "around",
    header = "Find the moment before the mistake: who changed how many rows, and when",
    description = {
      "",
      "Lists the transactions committed around a moment, as the log tells it: the rows each one",
      "inserted, updated and deleted. To get rid of one and of all that came after it, recover to",
      "the position shown beside it. Tables have the names that the snapshot before it knows, or",
      "the server; one that both do not know is shown as tablespace/database/relfilenode.",
      "Where no recovery leads to that position, the reason stands in its place."
    },
    footer = {
      "aegis wal around now --window 10m --rows 1000",
      "aegis wal around 2026-11-23T13:58:00+01:00",
      "aegis recover --to 0/8E90F8"
    })
final class WalAroundCommand extends AegisCommand {

  @Parameters(
      paramLabel = "<time>",
      description = "A moment with its zone, such as 2026-11-23T13:58:00+01:00, or 'now'.")
  private String time = "now";

  @Option(
      names = "--window",
      paramLabel = "<duration>",
      defaultValue = "5m",
      description = "How far to look before and after it. Default: ${DEFAULT-VALUE}.")
  private Duration window = Duration.ofMinutes(5);

  @Option(
      names = "--rows",
      paramLabel = "<count>",
      defaultValue = "1",
      description = "Only transactions that touched so many rows. Default: ${DEFAULT-VALUE}.")
  private long rows = 1;

  WalAroundCommand(Session session) {
    super(session);
  }

  @Override
  protected ExitCode run() {
    var middle = moment();
    try (var holdings =
        Holdings.open(session().settings().essentials(), session().outside())) {
      var moments = holdings.moments();
      var search =
          moments.transactions(middle.minus(window), middle.plus(window), rows, holdings::cluster);
      if (holdings.essentials().database().isEmpty()) {
        session()
            .remark("no server is declared here that could be asked for the names of tables"
                + " newer than every snapshot");
      }
      search.unsearched().forEach(session()::warn);
      boolean nothingYet = search.transactions().isEmpty() && !moments.hasLog();
      session().show(new Found(search.transactions(), search.unsearched(), nothingYet));
      return ExitCode.OK;
    }
  }

  private Instant moment() {
    var now = session().time().now();
    var zone = session().terminal().look().zone();
    if (time.equals("now")) {
      return now;
    }
    return switch (Target.read(time, zone, now)) {
      case Target.Reading.Clear(Target.AtTime(var moment)) -> moment;
      case Target.Reading.NeedsConfirmation(var at, var _, var _) ->
        throw new Failure.Refused(Report.of(CliCode.TIME_WITHOUT_ZONE, "'" + time + "' has no zone")
            .safe("nothing was started")
            .next("aegis wal around " + at.time().atZone(zone).toOffsetDateTime()
                + "    (by this machine's clock)"));
      case Target.Reading.Clear _, Target.Reading.Unreadable _ ->
        throw new Failure.Refused(
            Report.of(CliCode.USAGE, "'" + time + "' is no moment with a zone")
                .why("it needs a date, a time and a zone")
                .safe("nothing was started")
                .next("write it like 2026-11-23T13:58:00+01:00, or 2026-11-23T12:58:00Z"));
    };
  }

  /**
   * @param nothingYet whether no log has arrived at all
   */
  record Found(List<Transaction> transactions, List<String> unsearched, boolean nothingYet)
      implements Answer {
    @Override
    public String kind() {
      return "Transactions";
    }

    @Override
    public Json.Obj json() {
      return Json.object()
          .with("transactions", Json.array(items()))
          .with("warnings", Json.texts(unsearched));
    }

    @Override
    public List<Json.Obj> items() {
      return transactions.stream().map(Found::json).toList();
    }

    private static Json.Obj json(Transaction transaction) {
      var commit = transaction.commit();
      return Json.object()
          .with("xid", commit.xid())
          .with("time", commit.time().toString())
          .with("before", commit.start().toString())
          .with("after", commit.end().toString())
          .with("obstacle", transaction.obstacle())
          .with("rows", transaction.rows())
          .with(
              "deleted",
              transaction.changes().stream().mapToLong(TableChanges::deleted).sum())
          .with(
              "changes",
              Json.array(transaction.changes().stream().map(Found::json).toList()));
    }

    private static Json.Obj json(TableChanges changes) {
      return Json.object()
          .with("database", changes.database())
          .with("table", changes.table())
          .with("inserted", changes.inserted())
          .with("updated", changes.updated())
          .with("deleted", changes.deleted())
          .with("storageDropped", changes.storageDropped());
    }

    @Override
    public void print(Page page) {
      if (nothingYet) {
        page.line("No log has arrived yet. Next: aegis wal stream");
        return;
      }
      if (transactions.isEmpty()) {
        page.line("No such transaction was committed then on the newest branch; aegis points lists"
            + " every branch. Try a wider --window.");
        return;
      }
      boolean several = areOfSeveralDatabases();
      var table = new Table("COMMITTED", ">XID", "RECOVER TO BEFORE IT", ">ROWS", "WHAT");
      for (var transaction : transactions) {
        table.row(
            page.time().full(transaction.commit().time()),
            Long.toString(transaction.commit().xid()),
            transaction.obstacle().isEmpty()
                ? "--to " + transaction.commit().start()
                : transaction.obstacle(),
            Long.toString(transaction.rows()),
            transaction.changes().stream()
                .map(changes -> text(changes, several))
                .collect(Collectors.joining("; ")));
      }
      page.table(table);
    }

    private boolean areOfSeveralDatabases() {
      return transactions.stream()
              .flatMap(transaction -> transaction.changes().stream())
              .map(TableChanges::database)
              .filter(name -> !name.isEmpty())
              .distinct()
              .count()
          > 1;
    }

    private static String text(TableChanges changes, boolean withDatabase) {
      boolean named = withDatabase && !changes.database().isEmpty();
      var words = new StringBuilder(named ? changes.database() + ": " : "");
      words.append(changes.table());
      append(words, changes.inserted(), "+");
      append(words, changes.updated(), "~");
      append(words, changes.deleted(), "-");
      return words.append(changes.storageDropped() ? " storage removed" : "").toString();
    }

    private static void append(StringBuilder words, long count, String sign) {
      if (count > 0) {
        words.append(' ').append(sign).append(count);
      }
    }
  }
}
