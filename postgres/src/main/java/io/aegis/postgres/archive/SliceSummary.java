package io.aegis.postgres.archive;

import io.aegis.kernel.ByteReader;
import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.ByteWriter;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.wal.PgTime;
import java.util.ArrayList;
import java.util.List;

/**
 * What a slice of the log holds, so that a target is found without reading the log. A record counts
 * where it ends.
 *
 * @param commits how many transactions committed
 * @param first the first commit
 * @param last the last commit
 * @param earliest the earliest commit or abort, in PostgreSQL's microseconds
 * @param latest the latest; less than {@code earliest} if there is none
 * @param lowestXid the lowest transaction that ended, as a plain number
 * @param highestXid the highest; less than {@code lowestXid} if there is none
 * @param lastDecision the last record that ended or prepared a transaction; empty if there is none
 * @param restorePoints in the order of the log
 */
public record SliceSummary(
    LogSpan span,
    long commits,
    Edge first,
    Edge last,
    long earliest,
    long latest,
    long lowestXid,
    long highestXid,
    LogSpan lastDecision,
    List<NamedPoint> restorePoints) {
  private static final int VERSION = 1;
  private static final int MOST_POINTS = 1 << 20;

  public SliceSummary {
    restorePoints = List.copyOf(restorePoints);
  }

  /** A restore point. */
  public record NamedPoint(String name, LogSpan record, long micros) {}

  byte[] encode() {
    var out = new ByteWriter().u8(VERSION);
    LogCodec.span(out, span);
    out.varint(commits);
    LogCodec.edge(out, first);
    LogCodec.edge(out, last);
    out.signedVarint(earliest).signedVarint(latest);
    out.varint(lowestXid).varint(highestXid);
    LogCodec.span(out, lastDecision);
    out.varint(restorePoints.size());
    for (var point : restorePoints) {
      out.text(point.name()).signedVarint(point.micros());
      LogCodec.span(out, point.record());
    }
    return out.toByteArray();
  }

  static SliceSummary decode(byte[] bytes) {
    var in = new ByteReader(bytes);
    LogCodec.version(in, VERSION);
    var summary = new SliceSummary(
        LogCodec.span(in),
        in.varint(),
        LogCodec.edge(in),
        LogCodec.edge(in),
        in.signedVarint(),
        in.signedVarint(),
        in.varint(),
        in.varint(),
        LogCodec.span(in),
        points(in));
    in.end();
    return summary;
  }

  private static List<NamedPoint> points(ByteReader in) {
    int count = in.count(MOST_POINTS);
    var points = new ArrayList<NamedPoint>();
    for (int i = 0; i < count; i++) {
      var name = in.text();
      long micros = in.signedVarint();
      points.add(new NamedPoint(name, LogCodec.span(in), micros));
    }
    return points;
  }

  /** The layouts that several records share. */
  static final class LogCodec {
    private LogCodec() {}

    static void version(ByteReader in, int known) {
      int version = in.u8();
      if (version != known) {
        throw new Malformed("version " + version + ", and " + known + " is known");
      }
    }

    static void span(ByteWriter out, LogSpan span) {
      out.i64(span.from().value()).varint(span.bytes());
    }

    static LogSpan span(ByteReader in) {
      var from = new Lsn(in.i64());
      long bytes = in.varint();
      if (bytes < 0 || from.plus(bytes).isBefore(from)) {
        throw new Malformed("a stretch of the log that ends before it begins");
      }
      return new LogSpan(from, from.plus(bytes));
    }

    static void edge(ByteWriter out, Edge edge) {
      switch (edge) {
        case Edge.Commit(var start, var end, var time, var xid) -> {
          out.u8(1);
          span(out, new LogSpan(start, end));
          out.signedVarint(PgTime.ofInstant(time)).varint(xid);
        }
        case Edge.Nothing() -> out.u8(0);
        case Edge.SnapshotEnd _ -> throw new IllegalStateException("never stored");
      }
    }

    static Edge edge(ByteReader in) {
      if (!in.bool()) {
        return new Edge.Nothing();
      }
      var span = span(in);
      long micros = in.signedVarint();
      return new Edge.Commit(span.from(), span.to(), PgTime.toInstant(micros), in.varint());
    }
  }
}
