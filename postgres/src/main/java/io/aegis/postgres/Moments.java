package io.aegis.postgres;

import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import io.aegis.postgres.BaseBackups.Taken;
import io.aegis.postgres.archive.Incarnations;
import io.aegis.postgres.archive.WalArchive;
import io.aegis.postgres.cluster.ClusterInventory;
import io.aegis.postgres.names.NameBook;
import io.aegis.postgres.names.RelationName;
import io.aegis.postgres.names.RelationNames;
import io.aegis.postgres.target.Branches;
import io.aegis.postgres.target.Owners;
import io.aegis.postgres.target.TransactionScan;
import io.aegis.postgres.target.WindowSurvey;
import io.aegis.repository.Repository;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The moments that a database can be brought to, as the repository has them now. Everything here is
 * computed from reads; nothing is copied.
 *
 * @param backups whose snapshots count
 */
public record Moments(Repository repository, BaseBackups backups) {

  /** All moments that can be recovered. Reads names and small records, no log but its tip. */
  public RestorableWindow window() {
    return survey().window();
  }

  /** What can be recovered, and the snapshots that it rests on, each read once. */
  public Survey survey() {
    var taken = backups.taken();
    var branches = branches(taken);
    var windows = new WindowSurvey(branches);
    var window = windows.window();
    return new Survey(
        taken.there(),
        taken.lost(),
        window,
        windows.open(window.holes()),
        branches.whyLatestIsRefused(),
        warnings(branches, taken.lost()));
  }

  /**
   * What the repository holds of a database.
   *
   * @param snapshots those that can be had, oldest first
   * @param lost those that were taken and cannot be had
   * @param openHoles of the window's holes those that no snapshot lies behind: what was committed
   *     after them cannot be had
   * @param latestRefused why nobody can say which moment is the latest one, if nobody can: the
   *     window's end may be that of a life that was left
   * @param warnings what cannot be read, the lost snapshots among it
   */
  public record Survey(
      List<BaseBackup> snapshots,
      List<LostBackup> lost,
      RestorableWindow window,
      List<RestorableWindow.Hole> openHoles,
      Optional<Report> latestRefused,
      List<String> warnings) {
    public Survey {
      snapshots = List.copyOf(snapshots);
      openHoles = List.copyOf(openHoles);
      lost = List.copyOf(lost);
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * What of the snapshots and of the log's records cannot be read, and does not keep every moment
   * from being found.
   */
  public List<String> warnings() {
    var taken = backups.taken();
    return warnings(branches(taken), taken.lost());
  }

  private static List<String> warnings(Branches branches, List<LostBackup> lost) {
    return Stream.concat(lost.stream().map(LostBackup::warning), branches.warnings().stream())
        .toList();
  }

  /**
   * Says where a target lies, and how it is reached if it can be. A time is that of the life which
   * was led then.
   *
   * @throws Failure.Damaged if the snapshot that it names was lost, or every one; or if it would
   *     have to be guessed which branch is the newest (rule R12)
   * @throws Failure.Refused if several branches hold it, with different answers (rule R15)
   */
  public Resolution resolve(Target target) {
    var taken = backups.taken();
    taken.requireNotLost(target);
    return branches(taken).resolve(target);
  }

  /**
   * The same, as some of the branches tell it alone, with what they came from: so each moment can
   * be had that several of them hold, and those of a life or a timeline that was left.
   */
  public Resolution resolve(Target target, Among among) {
    var taken = backups.taken();
    taken.requireNotLost(target);
    return branches(taken).resolve(target, among);
  }

  /**
   * Which branches are asked.
   *
   * @param life those of that one alone
   * @param timeline those of that number alone
   */
  public record Among(Optional<Incarnation> life, Optional<Timeline> timeline) {
    public boolean holds(RestorableWindow.Branch branch) {
      return life.filter(one -> !one.equals(branch.incarnation())).isEmpty()
          && timeline.filter(one -> !one.equals(branch.timeline())).isEmpty();
    }

    /** As it is typed behind a target; empty where all are asked. */
    public String options() {
      return life.map(one -> " --incarnation " + one).orElse("")
          + timeline.map(one -> " --timeline " + one).orElse("");
    }

    @Override
    public String toString() {
      return timeline.map(one -> "timeline " + one).orElse("any timeline") + " of "
          + life.map(one -> "incarnation " + one).orElse("any incarnation");
    }
  }

  /**
   * The transactions that were committed in a span of time on the newest branch,
   * in the order of the log, with what each did: how the moment before a mistake is found. Every
   * stretch of log that is stored is searched, whatever is missing between them.
   *
   * @param from inclusive
   * @param to inclusive
   * @param least only those that touched so many rows
   * @param live asked what tables are called that no snapshot knows, if it can be
   */
  public Search transactions(
      Instant from, Instant to, long least, Supplier<Optional<PostgresCluster>> live) {
    return new TransactionScan(branches(backups.taken()), names(to, live)).between(from, to, least);
  }

  /** As of then; else as of now, first by the newest snapshot, then by the server. */
  private NameBook names(Instant then, Supplier<Optional<PostgresCluster>> live) {
    var all = backups.list();
    var before = all.stream().filter(one -> !one.finished().isAfter(then));
    var places = Stream.concat(
            before.reduce((_, later) -> later).stream(),
            all.stream().reduce((_, later) -> later).stream())
        .distinct()
        .<Supplier<List<RelationName>>>map(one -> () -> namesIn(one))
        .toList();
    var now = Stream.<Supplier<List<RelationName>>>of(() -> namesIn(live, all));
    return new NameBook(Stream.concat(places.stream(), now).toList());
  }

  private List<RelationName> namesIn(BaseBackup backup) {
    try (var snapshot = repository.open(backup.id())) {
      return RelationNames.of(snapshot);
    }
  }

  /** A server that does not answer may be what was lost: numbers have to do then. */
  private static List<RelationName> namesIn(
      Supplier<Optional<PostgresCluster>> live, List<BaseBackup> backups) {
    if (backups.isEmpty()) {
      return List.of();
    }
    try {
      return live.get()
          .map(cluster -> ClusterInventory.relations(cluster, backups.getLast().system()))
          .orElseGet(List::of);
    } catch (Failure.Unavailable | Failure.Refused e) {
      return List.of();
    }
  }

  /** A lost snapshot may have told that a life is this one's, so others' do not count then. */
  private Branches branches(Taken taken) {
    var owners = new Owners(
        backups.component(),
        () -> Incarnations.streamed(repository),
        () -> taken.lost().isEmpty() ? backups.livesOfOthers() : Map.of());
    return new Branches(
        new WalArchive(repository.records()), repository.register(), taken.there(), owners);
  }

  /**
   * What a search in a span of time has found.
   *
   * @param transactions in the order of the log; the first ones, where there are very many
   * @param unsearched which log of that span is not there, and what is left out, in words; empty if
   *     all of it was read and is here
   */
  public record Search(List<Transaction> transactions, List<String> unsearched) {
    public Search {
      transactions = List.copyOf(transactions);
      unsearched = List.copyOf(unsearched);
    }
  }

  /**
   * A committed transaction.
   *
   * @param changes by table, the one with most rows first
   * @param obstacle why no recovery of this branch leads to right before it; empty if one may
   */
  public record Transaction(
      Resolution.Edge.Commit commit, List<TableChanges> changes, String obstacle) {
    public Transaction {
      changes = List.copyOf(changes);
    }

    /** The rows it touched, in all tables. */
    public long rows() {
      return changes.stream().mapToLong(TableChanges::rows).sum();
    }
  }

  /**
   * What a transaction did to one table.
   *
   * @param database its name; empty for what all databases share, or if it is not known
   * @param table with its schema; if nobody knows it, as the log names it: tablespace, database and
   *     relfilenode
   * @param storageDropped whether the table's storage was removed, as DROP and TRUNCATE do
   */
  public record TableChanges(
      String database,
      String table,
      long inserted,
      long updated,
      long deleted,
      boolean storageDropped) {
    public long rows() {
      return inserted + updated + deleted;
    }
  }

  /** Whether any log is there, also such of which no mark tells how far it reaches. */
  public boolean hasLog() {
    return !branches(backups.taken()).isEmpty();
  }

  /** How far the log is durable. */
  public Log log() {
    var taken = backups.taken();
    var branches = branches(taken);
    return new Log(branches.status(), warnings(branches, taken.lost()));
  }

  /**
   * What is durable of the log.
   *
   * @param timelines that of the newest branch first
   * @param warnings as {@link Moments#warnings} says them
   */
  public record Log(List<LogStatus> timelines, List<String> warnings) {
    public Log {
      timelines = List.copyOf(timelines);
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * What is durable of one timeline.
   *
   * @param durable every byte before it is in the repository
   * @param asOf the server's clock when it had nothing beyond that
   */
  public record LogStatus(RestorableWindow.Branch branch, Lsn durable, Instant asOf) {}
}
