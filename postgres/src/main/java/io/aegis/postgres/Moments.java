package io.aegis.postgres;

import io.aegis.postgres.archive.WalArchive;
import io.aegis.postgres.target.Branches;
import io.aegis.postgres.target.TransactionScan;
import io.aegis.postgres.target.WindowSurvey;
import io.aegis.repository.Repository;
import java.time.Instant;
import java.util.List;

/**
 * The moments that a database can be brought to, as the repository has them now. Everything here is
 * computed from reads; nothing is copied.
 *
 * @param backups whose snapshots count
 */
public record Moments(Repository repository, BaseBackups backups) {

  /** All moments that can be recovered. Reads names and small records, no log but its tip. */
  public RestorableWindow window() {
    return new WindowSurvey(branches()).window();
  }

  /**
   * Says where a target lies, and how it is reached if it can be. A moment that several branches
   * hold is taken from the one that was written to last.
   */
  public Resolution resolve(Target target) {
    return branches().resolve(target);
  }

  /**
   * The transactions that were committed in a span of time on the branch that was written to last,
   * in the order of the log, with what each did: how the moment before a mistake is found.
   *
   * @param from inclusive
   * @param to inclusive
   */
  public List<Transaction> transactions(Instant from, Instant to) {
    return new TransactionScan(branches()).between(from, to);
  }

  private Branches branches() {
    return new Branches(new WalArchive(repository.records()), backups.list());
  }

  /**
   * A committed transaction.
   *
   * @param changes by table, the one with most rows first
   */
  public record Transaction(Resolution.Edge.Commit commit, List<TableChanges> changes) {
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
   * @param table as the log names it: tablespace, database and relfilenode; a TRUNCATE gives a
   *     table another one
   * @param storageDropped whether the table's storage was removed, as DROP and TRUNCATE do
   */
  public record TableChanges(
      String table, long inserted, long updated, long deleted, boolean storageDropped) {
    public long rows() {
      return inserted + updated + deleted;
    }
  }

  /** How far the log is durable on each timeline, the one that was written to last first. */
  public List<LogStatus> log() {
    return branches().status();
  }

  /**
   * What is durable of one timeline.
   *
   * @param durable every byte before it is in the repository
   * @param asOf the server's clock when it had nothing beyond that
   */
  public record LogStatus(RestorableWindow.Branch branch, Lsn durable, Instant asOf) {}
}
