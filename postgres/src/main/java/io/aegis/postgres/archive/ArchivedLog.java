package io.aegis.postgres.archive;

import static io.aegis.postgres.PostgresCode.WAL_MISSING;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Report;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Resolution.Leg;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.feed.WalFileName;
import io.aegis.postgres.feed.WalSource;
import io.aegis.postgres.wal.SegmentName;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Serves the files of one lineage to a recovery. The torn tip is padded with zeros to a whole
 * segment, and only where nothing later of its timeline is stored: padding in the middle would be a
 * silent end of the log.
 */
public final class ArchivedLog implements WalSource {
  private final WalArchive archive;
  private final Branch branch;
  private volatile LineageLog known;

  public ArchivedLog(WalArchive archive, Branch branch) {
    this.archive = archive;
    this.branch = branch;
    this.known = LineageLog.of(archive, branch);
  }

  @Override
  public Answer fetch(WalFileName name, OutputStream into) throws IOException {
    return name.isSegment() ? segment(name, into) : history(name, into);
  }

  private Answer history(WalFileName name, OutputStream into) throws IOException {
    for (var passage : known.lineage().passages()) {
      if (passage.timeline().equals(name.timeline())) {
        var content = archive.historyFile(passage.incarnation(), passage.timeline());
        if (content.isPresent()) {
          into.write(content.get());
          return Answer.FOUND;
        }
      }
    }
    return Answer.PROVED_ABSENT;
  }

  private Answer segment(WalFileName name, OutputStream into) throws IOException {
    var segment = SegmentName.parse(name.value(), known.lineage().segments());
    synchronized (this) {
      for (Leg leg : known.lineage().legs(segment.start(), segment.end())) {
        if (leg.timeline().equals(segment.timeline())) {
          return segment(segment, leg, into);
        }
      }
    }
    return Answer.PROVED_ABSENT; // this history reads that stretch from another timeline
  }

  /** What is not there is looked for once more: the stream may have stored it since. */
  private Answer segment(SegmentName segment, Leg leg, OutputStream into) throws IOException {
    if (known.inventory(leg.incarnation(), leg.timeline()).end().isBefore(segment.end())) {
      known = LineageLog.of(archive, branch);
    }
    var timeline = known.inventory(leg.incarnation(), leg.timeline());
    var there = timeline
        .rangeAt(segment.start())
        .map(LogSpan::to)
        .filter(end -> end.isAfter(segment.start()))
        .orElse(segment.start());
    boolean whole = !there.isBefore(segment.end());
    if (!whole && (timeline.end().isAfter(there) || timeline.durable().isAfter(there))) {
      throw missing(segment, there);
    }
    if (there.equals(segment.start())) {
      return Answer.PROVED_ABSENT;
    }
    copy(leg, segment, Lsn.earlier(there, segment.end()), into);
    return Answer.FOUND;
  }

  private void copy(Leg leg, SegmentName segment, Lsn end, OutputStream into) throws IOException {
    for (var at = segment.start(); at.isBefore(segment.end()); at = at.plus(known.sliceBytes())) {
      var stop = at.plus(known.sliceBytes());
      var stored = Lsn.earlier(end, stop);
      if (stored.isAfter(at)) {
        into.write(known.read(leg, new LogSpan(at, stored)));
      }
      into.write(new byte[Math.toIntExact(stop.minus(Lsn.later(at, stored)))]);
    }
  }

  private static Damaged missing(SegmentName segment, Lsn from) {
    return new Damaged(Report.of(WAL_MISSING, "segment " + segment + " of the log is not whole")
        .why("it was written, and nothing of it is stored from " + from + " on")
        .safe("recovery stops before it and does not take this for the end of the log")
        .next(
            "aegis wal gaps    (shows what is missing and what that affects)",
            "recover to a moment before " + from));
  }
}
