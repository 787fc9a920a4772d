package io.aegis.postgres.archive;

import io.aegis.postgres.Lsn;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.wal.PgTime;
import io.aegis.postgres.wal.WalEvent;
import java.util.ArrayList;
import java.util.List;

/** Gathers the summary of the slice that is being filled. */
public final class SummaryDraft {
  private final Lsn from;
  private long commits;
  private Edge first = new Edge.Nothing();
  private Edge last = new Edge.Nothing();
  private long earliest = Long.MAX_VALUE;
  private long latest;
  private long lowestXid = Long.MAX_VALUE;
  private long highestXid;
  private LogSpan lastDecision;
  private final List<SliceSummary.NamedPoint> points = new ArrayList<>();

  /**
   * @param from where the slice begins
   */
  public SummaryDraft(Lsn from) {
    this.from = from;
    this.lastDecision = new LogSpan(from, from);
  }

  public void add(WalEvent event) {
    switch (event) {
      case WalEvent.TransactionEnd end -> ended(end);
      case WalEvent.Prepare prepare -> lastDecision = new LogSpan(prepare.start(), prepare.end());
      case WalEvent.RestorePoint(var start, var end, var time, var name) ->
        points.add(
            new SliceSummary.NamedPoint(name, new LogSpan(start, end), PgTime.ofInstant(time)));
      case WalEvent.RowChange _,
          WalEvent.TableTruncate _,
          WalEvent.TablespaceCreate _,
          WalEvent.SegmentSwitch _,
          WalEvent.Checkpoint _,
          WalEvent.ParameterChange _,
          WalEvent.BackupEnd _,
          WalEvent.EndOfRecovery _,
          WalEvent.StorageCreate _,
          WalEvent.StorageTruncate _,
          WalEvent.RunningTransactions _ -> {}
    }
  }

  private void ended(WalEvent.TransactionEnd end) {
    long micros = PgTime.ofInstant(end.time());
    earliest = Math.min(earliest, micros);
    latest = Math.max(latest, micros);
    lastDecision = new LogSpan(end.start(), end.end());
    if (end.outcome().isCommit()) {
      last = new Edge.Commit(end.start(), end.end(), end.time(), end.xid());
      first = commits++ == 0 ? last : first;
    }
    seen(end.xid());
    end.subtransactions().forEach(this::seen);
  }

  private void seen(long xid) {
    lowestXid = Math.min(lowestXid, xid);
    highestXid = Math.max(highestXid, xid);
  }

  public Edge lastCommit() {
    return last;
  }

  /** The last record that ended or prepared a transaction; empty if there is none. */
  public LogSpan lastDecision() {
    return lastDecision;
  }

  /** The summary of what was added, for the slice that ends at {@code to}. */
  public SliceSummary finish(Lsn to) {
    return new SliceSummary(
        new LogSpan(from, to),
        commits,
        first,
        last,
        earliest,
        latest,
        lowestXid,
        highestXid,
        lastDecision,
        points);
  }
}
