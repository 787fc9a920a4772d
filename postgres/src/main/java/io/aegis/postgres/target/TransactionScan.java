package io.aegis.postgres.target;

import io.aegis.postgres.Moments.TableChanges;
import io.aegis.postgres.Moments.Transaction;
import io.aegis.postgres.archive.LineageLog;
import io.aegis.postgres.archive.LogSpan;
import io.aegis.postgres.archive.SliceIndex;
import io.aegis.postgres.archive.SliceIndex.Slice;
import io.aegis.postgres.names.NameBook;
import io.aegis.postgres.names.RelationName;
import io.aegis.postgres.wal.Detail;
import io.aegis.postgres.wal.RelationFile;
import io.aegis.postgres.wal.WalEvent;
import io.aegis.postgres.wal.WalEvent.Change;
import io.aegis.postgres.wal.WalEvent.TransactionEnd;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads what transactions did to which tables. What a transaction did lies before its commit, in
 * principle as far before as it took: the scan begins a slice early, and counts what it sees.
 */
public final class TransactionScan {
  /** Commit times are not monotonic in the log, by up to milliseconds on a busy server. */
  private static final Duration SLACK = Duration.ofSeconds(5);

  private final Branches branches;
  private final NameBook names;
  private final Map<Long, Map<RelationFile, Tally>> open = new HashMap<>();
  private final List<Transaction> found = new ArrayList<>();

  /**
   * @param names what tables are called
   */
  public TransactionScan(Branches branches, NameBook names) {
    this.branches = branches;
    this.names = names;
  }

  private static final class Tally {
    long inserted;
    long updated;
    long deleted;

    void add(Change change, int rows) {
      switch (change) {
        case INSERT -> inserted += rows;
        case UPDATE -> updated += rows;
        case DELETE -> deleted += rows;
      }
    }

    void add(Tally other) {
      inserted += other.inserted;
      updated += other.updated;
      deleted += other.deleted;
    }
  }

  /** Those committed between two moments, both included, in the order of the log. */
  public List<Transaction> between(Instant from, Instant to) {
    if (!branches.newestFirst().isEmpty()) {
      var log = branches.newestFirst().getFirst().log();
      LogSearch.requireRead(
          log.scan(stretch(log, from, to), Detail.ROWS, event -> take(event, from, to)));
    }
    return List.copyOf(found);
  }

  private LogSpan stretch(LineageLog log, Instant from, Instant to) {
    var begin = branches.beginning();
    var whole = new LogSpan(begin, log.unbroken(begin));
    var slices = SliceIndex.of(log, whole).forward();
    int first = 0;
    while (first + 1 < slices.size() && isOver(slices.get(first), from.minus(SLACK))) {
      first++;
    }
    int last = slices.size() - 1;
    while (last > first && isAhead(slices.get(last), to.plus(SLACK))) {
      last--;
    }
    return slices.isEmpty()
        ? whole
        : new LogSpan(
            slices.get(Math.max(0, first - 1)).span().from(),
            slices.get(last).span().to());
  }

  private static boolean isOver(Slice slice, Instant time) {
    return slice.name().isPresent()
        && slice.name().get().times().filter(t -> !t.latest().isBefore(time)).isEmpty();
  }

  private static boolean isAhead(Slice slice, Instant time) {
    return slice.name().isPresent()
        && slice.name().get().times().filter(t -> !t.earliest().isAfter(time)).isEmpty();
  }

  private void take(WalEvent event, Instant from, Instant to) {
    if (event instanceof WalEvent.RowChange row) {
      open.computeIfAbsent(row.xid(), _ -> new HashMap<>())
          .computeIfAbsent(row.relation(), _ -> new Tally())
          .add(row.change(), row.rows());
    } else if (event instanceof TransactionEnd end) {
      var tallies = finish(end);
      if (end.outcome().isCommit() && !end.time().isBefore(from) && !end.time().isAfter(to)) {
        found.add(new Transaction(LogSearch.edge(end), changes(end, tallies)));
      }
    }
  }

  private Map<RelationFile, Tally> finish(TransactionEnd end) {
    var all = new HashMap<RelationFile, Tally>();
    merge(all, open.remove(end.xid()));
    end.subtransactions().forEach(xid -> merge(all, open.remove(xid)));
    end.dropped().forEach(relation -> all.computeIfAbsent(relation, _ -> new Tally()));
    return all;
  }

  private static void merge(
      Map<RelationFile, Tally> all,
      @org.jspecify.annotations.Nullable Map<RelationFile, Tally> some) {
    if (some != null) {
      some.forEach(
          (relation, tally) -> all.computeIfAbsent(relation, _ -> new Tally()).add(tally));
    }
  }

  private List<TableChanges> changes(TransactionEnd end, Map<RelationFile, Tally> tallies) {
    return tallies.entrySet().stream()
        .map(entry -> changes(end, entry.getKey(), entry.getValue()))
        .sorted(Comparator.comparingLong(TableChanges::rows)
            .reversed()
            .thenComparing(TableChanges::table))
        .toList();
  }

  private TableChanges changes(TransactionEnd end, RelationFile file, Tally tally) {
    var name = names.find(file);
    return new TableChanges(
        name.map(RelationName::database).orElse(""),
        name.map(RelationName::relation).orElseGet(file::toString),
        tally.inserted,
        tally.updated,
        tally.deleted,
        end.dropped().contains(file));
  }
}
