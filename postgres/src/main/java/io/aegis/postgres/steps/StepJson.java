package io.aegis.postgres.steps;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.Json;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Resolution.Stop;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.restore.Goal;
import io.aegis.postgres.server.MachineName;
import io.aegis.postgres.steps.PostgresStep.Job;
import io.aegis.postgres.steps.PostgresStep.Local;
import io.aegis.postgres.steps.PostgresStep.LogToReplay;
import io.aegis.postgres.steps.PostgresStep.OldPrimary;
import io.aegis.postgres.verify.Invariant;
import io.aegis.postgres.verify.SmokeTest;
import io.aegis.recovery.StepType.Codec;
import io.aegis.repository.SnapshotId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** The payloads of this module's steps as the JSON that plans keep. */
final class StepJson {
  private StepJson() {}

  static final Codec<PostgresStep.FenceSource> FENCE = codec(
      step -> Json.object().with("primary", primary(step.primary())),
      json -> new PostgresStep.FenceSource(here(json.object("primary"))));

  static final Codec<PostgresStep.Preflight> PREFLIGHT =
      codec(step -> withJob(step.job()), json -> new PostgresStep.Preflight(jobOf(json)));

  static final Codec<PostgresStep.RestoreBase> RESTORE =
      codec(step -> withJob(step.job()), json -> new PostgresStep.RestoreBase(jobOf(json)));

  static final Codec<PostgresStep.Replay> REPLAY =
      codec(step -> withJob(step.job()), json -> new PostgresStep.Replay(jobOf(json)));

  static final Codec<PostgresStep.Verify> VERIFY = codec(
      step -> withJob(step.job())
          .with(
              "invariants",
              Json.array(step.invariants().stream().map(StepJson::json).toList()))
          .with("limitMillis", step.limit().toMillis()),
      json -> new PostgresStep.Verify(
          jobOf(json),
          json.array("invariants").stream().map(StepJson::invariant).toList(),
          Duration.ofMillis(json.number("limitMillis"))));

  static final Codec<PostgresStep.Promote> PROMOTE = codec(
      step -> withJob(step.job()).with("primary", primary(step.primary())),
      json -> new PostgresStep.Promote(jobOf(json), primary(json.object("primary"))));

  static final Codec<PostgresStep.Smoke> SMOKE = codec(
      step -> withJob(step.job())
          .with("command", step.test().command())
          .with("directory", step.test().directory().toString())
          .with("limitMillis", step.test().limit().toMillis()),
      json -> new PostgresStep.Smoke(
          jobOf(json),
          new SmokeTest(
              json.text("command"),
              Path.of(json.text("directory")),
              Duration.ofMillis(json.number("limitMillis")))));

  static final Codec<PostgresStep.Open> OPEN = codec(
      step -> withJob(step.job()).with("primary", primary(step.primary())),
      json -> new PostgresStep.Open(jobOf(json), primary(json.object("primary"))));

  private static <S> Codec<S> codec(Function<S, Json.Obj> encode, Function<Json.Obj, S> decode) {
    return new Codec<>() {
      @Override
      public Json.Obj encode(S step) {
        return encode.apply(step);
      }

      @Override
      public S decode(Json.Obj content) {
        return decode.apply(content);
      }
    };
  }

  private static Json.Obj withJob(Job job) {
    return Json.object()
        .with("snapshot", job.snapshot().value())
        .with("goal", goal(job.goal()))
        .with("log", log(job.log()))
        .with("local", local(job.local()));
  }

  private static Job jobOf(Json.Obj json) {
    return new Job(
        new SnapshotId(json.text("snapshot")),
        goal(json.object("goal")),
        log(json.object("log")),
        local(json.object("local")));
  }

  private static Json.Obj goal(Goal goal) {
    var tablespaces = Json.object();
    for (var tablespace : new TreeMap<>(goal.tablespaces()).entrySet()) {
      tablespaces =
          tablespaces.with(tablespace.getKey().toString(), tablespace.getValue().toString());
    }
    return Json.object()
        .with("target", goal.target().toString())
        .with("tablespaces", tablespaces)
        .with("incarnation", goal.incarnation().value())
        .with("stopAt", goal.stopAt().toString())
        .with("stop", goal.stop().name())
        .with("timeline", goal.timeline().id())
        .with("account", goal.account())
        .with(
            "apart",
            Json.array(
                goal.apart().stream().map(path -> new Json.Str(path.toString())).toList()));
  }

  private static Goal goal(Json.Obj json) {
    var tablespaces = new TreeMap<Long, Path>();
    var stored = json.object("tablespaces");
    for (Map.Entry<String, Json> tablespace : stored.members().entrySet()) {
      String oid = tablespace.getKey();
      tablespaces.put(Long.parseLong(oid), Path.of(stored.text(oid)));
    }
    return new Goal(
        Path.of(json.text("target")),
        tablespaces,
        new Incarnation(json.text("incarnation")),
        Lsn.parse(json.text("stopAt")),
        Stop.valueOf(json.text("stop")),
        new Timeline(json.number("timeline")),
        json.find("account") == null ? "" : json.text("account"), // absent before 0.1
        json.find("apart") == null
            ? List.of()
            : json.array("apart").stream().map(StepJson::path).toList());
  }

  private static Path path(Json item) {
    if (item instanceof Json.Str(var text)) {
      return Path.of(text);
    }
    throw new Malformed("a directory to lie apart from is not a path");
  }

  private static Json.Obj log(LogToReplay log) {
    return Json.object()
        .with("incarnation", log.incarnation().value())
        .with("begin", log.begin().toString())
        .with("replayEnd", log.replayEnd().toString())
        .with("bytes", log.bytes());
  }

  private static LogToReplay log(Json.Obj json) {
    return new LogToReplay(
        new Incarnation(json.text("incarnation")),
        Lsn.parse(json.text("begin")),
        Lsn.parse(json.text("replayEnd")),
        json.number("bytes"));
  }

  private static Json.Obj local(Local local) {
    return Json.object()
        .with("binaries", local.binaries().toString())
        .with("sockets", local.sockets().toString())
        .with("role", local.role())
        .with("database", local.database())
        .with("workers", local.workers());
  }

  private static Local local(Json.Obj json) {
    return new Local(
        Path.of(json.text("binaries")),
        Path.of(json.text("sockets")),
        json.text("role"),
        json.text("database"),
        Math.toIntExact(json.number("workers")));
  }

  private static Json.Obj primary(OldPrimary primary) {
    var address = Json.object().with("host", primary.host()).with("port", primary.port());
    return switch (primary) {
      case OldPrimary.Here(var machine, var data, var _, var _) ->
        address.with("machine", machine.value()).with("dataDirectory", data.toString());
      case OldPrimary.Elsewhere _ -> address;
    };
  }

  private static OldPrimary primary(Json.Obj json) {
    return json.find("dataDirectory") == null
        ? new OldPrimary.Elsewhere(json.text("host"), Math.toIntExact(json.number("port")))
        : here(json);
  }

  private static OldPrimary.Here here(Json.Obj json) {
    return new OldPrimary.Here(
        new MachineName(json.text("machine")),
        Path.of(json.text("dataDirectory")),
        json.text("host"),
        Math.toIntExact(json.number("port")));
  }

  private static Json.Obj json(Invariant invariant) {
    return Json.object()
        .with("name", invariant.name())
        .with("database", invariant.database())
        .with("sql", invariant.sql())
        .with("expected", invariant.expected());
  }

  private static Invariant invariant(Json json) {
    if (json instanceof Json.Obj object) {
      return new Invariant(
          object.text("name"),
          object.text("database"),
          object.text("sql"),
          object.text("expected"));
    }
    throw new Malformed("an invariant is not an object");
  }
}
