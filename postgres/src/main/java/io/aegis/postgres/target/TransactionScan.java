package io.aegis.postgres.target;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Moments.Search;
import io.aegis.postgres.Moments.TableChanges;
import io.aegis.postgres.Moments.Transaction;
import io.aegis.postgres.archive.LineageLog;
import io.aegis.postgres.archive.LogSpan;
import io.aegis.postgres.archive.SliceIndex;
import io.aegis.postgres.archive.SliceIndex.Slice;
import io.aegis.postgres.archive.SliceIndex.Times;
import io.aegis.postgres.names.NameBook;
import io.aegis.postgres.names.RelationName;
import io.aegis.postgres.target.Branches.Known;
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
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads what transactions did to which tables. What a transaction did lies before its commit, in
 * principle as far before as it took: the scan begins a slice early, and counts what it sees.
 */
public final class TransactionScan {
  /** Commit times are not monotonic in the log, by up to milliseconds on a busy server. */
  private static final Duration SLACK = Duration.ofSeconds(5);

  private static final int MOST = 10_000;

  private final Branches branches;
  private final NameBook names;
  private final Map<Long, Map<RelationFile, Tally>> open = new HashMap<>();
  private final List<Transaction> found = new ArrayList<>();
  private long leftOut;

  /**
   * @param names what tables are called
   */
  public TransactionScan(Branches branches, NameBook names) {
    this.branches = branches;
    this.names = names;
  }

  /** What is looked for; both moments included. */
  private record Asked(Instant from, Instant to, long least) {
    boolean holds(Instant time) {
      return !time.isBefore(from) && !time.isAfter(to);
    }
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

  /**
   * Those committed between two moments, both included, in the order of the log, and what of the
   * log of that time is not there.
   *
   * @param least only those that touched so many rows
   */
  public Search between(Instant from, Instant to, long least) {
    if (branches.newestFirst().isEmpty()) {
      return new Search(List.of(), List.of());
    }
    var known = branches.newestFirst().getFirst();
    var begin = branches.beginning(known);
    var targets = new BranchTargets(known.log(), branches.bases());
    var stretches = new ArrayList<Stretch>();
    var unread = new ArrayList<String>();
    for (var whole : known.log().stretches(begin)) {
      var stretch = new Stretch(whole);
      stretches.add(stretch);
      var span = relevant(known.log(), stretch, from, to);
      read(known.log(), span, begin, event -> {
            stretch.note(event);
            take(event, new Asked(from, to, least), targets);
          })
          .ifPresent(unread::add);
    }
    var words = unsearched(known, begin, stretches, new Times(from, to));
    words.addAll(unread);
    if (leftOut > 0) {
      words.add("only the first " + MOST + " are shown, and " + leftOut + " later ones are not:"
          + " narrow --window, or ask with --rows for those that touched more");
    }
    return new Search(found, words);
  }

  /**
   * Reads what can be read; what a snapshot does not need, before the oldest one, only if it can.
   *
   * @return what was not
   */
  private static Optional<String> read(
      LineageLog log, LogSpan span, Lsn begin, Consumer<WalEvent> sink) {
    var told = new boolean[1];
    try {
      LogSearch.requireRead(log.scan(span, Detail.ROWS, event -> {
        told[0] = true;
        sink.accept(event);
      }));
      return Optional.empty();
    } catch (Damaged e) {
      boolean needed = told[0] || !begin.isAfter(span.from()) || !begin.isBefore(span.to());
      return Optional.of(
          needed ? unread(span, e) : readFrom(begin, log, new LogSpan(begin, span.to()), sink, e));
    }
  }

  private static String readFrom(
      Lsn begin, LineageLog log, LogSpan span, Consumer<WalEvent> sink, Damaged before) {
    try {
      LogSearch.requireRead(log.scanFromRecord(span, Detail.ROWS, sink));
      return "the log before " + begin + " cannot be read (" + before.report().headline()
          + "): of a transaction that was under way there, not all rows are counted";
    } catch (Damaged e) {
      return unread(span, e);
    }
  }

  private static String unread(LogSpan span, Damaged damage) {
    return "the log from " + span.from() + " to " + span.to() + " cannot be read whole ("
        + damage.report().headline() + "): what was committed behind the damage is not shown";
  }

  /** Log without a gap, and when transactions ended in it, as far as that was seen. */
  private static final class Stretch {
    final LogSpan span;
    Instant earliest = Instant.MAX;
    Instant latest = Instant.MIN;

    Stretch(LogSpan span) {
      this.span = span;
    }

    void note(WalEvent event) {
      if (event instanceof TransactionEnd end) {
        note(new Times(end.time(), end.time()));
      }
    }

    void note(Times times) {
      earliest = times.earliest().isBefore(earliest) ? times.earliest() : earliest;
      latest = times.latest().isAfter(latest) ? times.latest() : latest;
    }
  }

  /**
   * The holes that do not surely lie before or behind what was asked for: behind it, if something
   * before the hole ended later than that; before it, if something behind the hole ended earlier.
   */
  private static List<String> unsearched(
      Known known, Lsn begin, List<Stretch> stretches, Times asked) {
    var words = new ArrayList<String>();
    var reached = known.log().lineage().segments().floor(begin);
    for (int i = 0; i <= stretches.size(); i++) {
      boolean last = i == stretches.size();
      var next = last ? known.log().tip().durable() : stretches.get(i).span.from();
      boolean unknown = begin.equals(Lsn.INVALID) && i == 0;
      boolean ahead = stretches.subList(0, i).stream()
          .anyMatch(before -> before.latest.isAfter(asked.latest().plus(SLACK)));
      boolean over = stretches.subList(i, stretches.size()).stream()
          .anyMatch(behind -> behind.earliest.isBefore(asked.earliest().minus(SLACK)));
      if (reached.isBefore(next) && !unknown && !ahead && !over) {
        words.add("the log from " + reached + " to " + next
            + " is not there: what was committed in it cannot be told (aegis wal gaps)");
      }
      reached = last ? reached : stretches.get(i).span.to();
    }
    return words;
  }

  /** What of a stretch can hold transactions of that time. */
  private static LogSpan relevant(LineageLog log, Stretch stretch, Instant from, Instant to) {
    var slices = SliceIndex.of(log, stretch.span).forward();
    slices.forEach(slice -> slice.name().flatMap(SliceIndex.Known::times).ifPresent(stretch::note));
    int first = 0;
    while (first + 1 < slices.size() && isOver(slices.get(first), from.minus(SLACK))) {
      first++;
    }
    int last = slices.size() - 1;
    while (last > first && isAhead(slices.get(last), to.plus(SLACK))) {
      last--;
    }
    return slices.isEmpty()
        ? stretch.span
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

  private void take(WalEvent event, Asked asked, BranchTargets targets) {
    if (event instanceof WalEvent.RowChange row) {
      open.computeIfAbsent(row.xid(), _ -> new HashMap<>())
          .computeIfAbsent(row.relation(), _ -> new Tally())
          .add(row.change(), row.rows());
    } else if (event instanceof TransactionEnd end) {
      var tallies = finish(end);
      if (end.outcome().isCommit() && asked.holds(end.time())) {
        String obstacle = targets.obstacle(end.start());
        keep(new Transaction(LogSearch.edge(end), changes(end, tallies), obstacle), asked);
      }
    }
  }

  /** More than people can look through, and than fits into this process, is only counted. */
  private void keep(Transaction transaction, Asked asked) {
    if (transaction.rows() < asked.least()) {
      return;
    }
    if (found.size() < MOST) {
      found.add(transaction);
    } else {
      leftOut++;
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
    var dropped = Set.copyOf(end.dropped());
    return tallies.entrySet().stream()
        .map(entry -> changes(dropped, entry.getKey(), entry.getValue()))
        .sorted(Comparator.comparingLong(TableChanges::rows)
            .reversed()
            .thenComparing(TableChanges::table))
        .toList();
  }

  private TableChanges changes(Set<RelationFile> dropped, RelationFile file, Tally tally) {
    var name = names.find(file);
    return new TableChanges(
        name.map(RelationName::database).orElse(""),
        name.map(RelationName::relation).orElseGet(file::toString),
        tally.inserted,
        tally.updated,
        tally.deleted,
        dropped.contains(file));
  }
}
