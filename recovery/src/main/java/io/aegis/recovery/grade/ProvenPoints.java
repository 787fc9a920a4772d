package io.aegis.recovery.grade;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Json;
import io.aegis.recovery.Evidence.Grade;
import io.aegis.recovery.Evidence.Proven;
import io.aegis.recovery.Execution;
import io.aegis.recovery.ExecutionId;
import io.aegis.repository.Records;
import io.aegis.storage.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What executions have proved of each point, one small record each, named {@code
 * proven/<point>/<grade>-<millis>-<execution>}: one listing tells which there are, and only the
 * best and newest of each point is read. It is read, because a name alone is not authentic.
 */
public record ProvenPoints(Records records) {
  private static final String ROOT = "proven/";
  private static final String POINT = "provenPoint";
  private static final String GRADE = "provenGrade";

  /** Keeps what the steps of an execution have proved; noting it again changes nothing. */
  public void note(Execution now) {
    var best = new TreeMap<String, Grade>();
    for (var status : now.steps()) {
      var facts = status.result().facts();
      if (facts.find(POINT) instanceof Json.Str(var point)
          && facts.find(GRADE) instanceof Json.Str(var word)
          && status.state().letsOthersGoOn()) {
        best.merge(point, grade(word), (a, b) -> a.compareTo(b) > 0 ? a : b);
      }
    }
    best.forEach((point, grade) -> keep(now, point, grade));
  }

  private void keep(Execution now, String point, Grade grade) {
    var when = now.clock().updated();
    var content = Json.object()
        .with("point", point)
        .with("grade", word(grade))
        .with("when", when.toString())
        .with("execution", now.id().value())
        .with("elapsedMillis", elapsed(now));
    var name = "%s%s/%s-%013d-%s"
        .formatted(ROOT, point, word(grade), when.toEpochMilli(), now.id().value());
    records.putIfAbsent(new ObjectKey(name), content.compact().getBytes(StandardCharsets.UTF_8));
  }

  private static Json elapsed(Execution now) {
    return now.state().isSuccess()
        ? Json.number(now.clock().elapsed().toMillis())
        : new Json.Null();
  }

  /** The best grade of each point, proved when it was last. */
  public List<Proven> best() {
    var names = new TreeMap<String, List<ObjectKey>>();
    records.list(
        ROOT,
        stat ->
            names.computeIfAbsent(pointOf(stat.key()), _ -> new ArrayList<>()).add(stat.key()));
    return names.entrySet().stream().flatMap(point -> best(point).stream()).toList();
  }

  // "restored" sorts before "verified", and older before newer: the last one counts. One that is
  // not authentic proves nothing, and hides nothing that is.
  private Optional<Proven> best(Map.Entry<String, List<ObjectKey>> point) {
    return point.getValue().reversed().stream()
        .flatMap(name -> read(name).stream())
        .filter(proven -> proven.point().equals(point.getKey()))
        .findFirst();
  }

  private Optional<Proven> read(ObjectKey name) {
    try {
      var json = Json.parseObject(new String(records.get(name), StandardCharsets.UTF_8));
      return Optional.of(new Proven(
          json.text("point"),
          grade(json.text("grade")),
          Instant.parse(json.text("when")),
          new ExecutionId(json.text("execution")),
          json.find("elapsedMillis") instanceof Json.Num
              ? Optional.of(Duration.ofMillis(json.number("elapsedMillis")))
              : Optional.empty()));
    } catch (Damaged | Malformed | DateTimeException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static String pointOf(ObjectKey name) {
    return name.name().substring(ROOT.length(), name.name().lastIndexOf('/'));
  }

  private static Grade grade(String word) {
    return Grade.valueOf(word.toUpperCase(Locale.ROOT));
  }

  private static String word(Grade grade) {
    return grade.name().toLowerCase(Locale.ROOT);
  }
}
