package io.aegis.cli.point;

import io.aegis.cli.terminal.LocalTime;
import io.aegis.kernel.Json;
import io.aegis.postgres.BaseBackup;
import io.aegis.postgres.LostBackup;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.RestorableWindow.Hole;
import io.aegis.postgres.RestorableWindow.Span;
import java.time.Instant;
import java.util.Optional;

/** Moments, spans and holes, for people and for programs. */
public final class MomentWords {
  private MomentWords() {}

  /** When it was; empty for a moment that is not there. */
  public static Optional<Instant> time(Edge edge) {
    return switch (edge) {
      case Edge.Commit(var _, var _, var time, var _) -> Optional.of(time);
      case Edge.SnapshotEnd(var _, var time) -> Optional.of(time);
      case Edge.Nothing() -> Optional.empty();
    };
  }

  /** {@code 2026-11-23 14:04:51 CET (0/8E90F8)}. */
  public static String text(Edge edge, LocalTime clock) {
    return switch (edge) {
      case Edge.Commit(var _, var end, var time, var _) -> clock.full(time) + " (" + end + ")";
      case Edge.SnapshotEnd(var lsn, var time) -> clock.fullSince(time) + " (" + lsn + ")";
      case Edge.Nothing() -> "nothing";
    };
  }

  public static Json json(Edge edge) {
    return switch (edge) {
      case Edge.Commit(var start, var end, var time, var xid) ->
        Json.object()
            .with("time", time.toString())
            .with("lsn", start.toString())
            .with("end", end.toString())
            .with("xid", xid);
      case Edge.SnapshotEnd(var lsn, var time) ->
        Json.object().with("time", time.toString()).with("lsn", lsn.toString());
      case Edge.Nothing() -> new Json.Null();
    };
  }

  static Json.Obj json(Span span) {
    return switch (span) {
      case Span.Interval(var branch, var first, var last, var to, var until) ->
        Json.object()
            .with("incarnation", branch.incarnation().value())
            .with("timeline", branch.timeline().id())
            .with("from", json(first))
            .with("lastCommit", json(last))
            .with("durable", to.toString())
            .with("knownUntil", until.toString());
      case Span.Point(var branch, var base) ->
        Json.object()
            .with("incarnation", branch.incarnation().value())
            .with("timeline", branch.timeline().id())
            .with("point", base.end().toString())
            .with("time", base.finished().toString());
    };
  }

  static Json.Obj json(BaseBackup base) {
    return Json.object()
        .with("id", base.id().value())
        .with("begun", base.begun().toString())
        .with("finished", base.finished().toString())
        .with("begin", base.begin().toString())
        .with("end", base.end().toString())
        .with("timeline", base.timeline().id())
        .with("incarnation", base.incarnation().value());
  }

  static Json.Obj json(LostBackup lost) {
    return Json.object()
        .with("id", lost.id().value())
        .with("cause", lost.cause().report().headline())
        .with(
            "before",
            lost.before().<Json>map(id -> new Json.Str(id.value())).orElseGet(Json.Null::new));
  }

  public static Json.Obj json(Hole hole) {
    return Json.object()
        .with("incarnation", hole.branch().incarnation().value())
        .with("timeline", hole.branch().timeline().id())
        .with("from", hole.from().toString())
        .with("to", hole.to().toString())
        .with("cause", hole.cause().name())
        .with("reason", hole.reason())
        .with(
            "affected",
            Json.texts(hole.affected().stream().map(base -> base.id().value()).toList()));
  }
}
