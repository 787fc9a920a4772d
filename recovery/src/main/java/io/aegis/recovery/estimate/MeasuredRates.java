package io.aegis.recovery.estimate;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Json;
import io.aegis.recovery.Estimate;
import io.aegis.recovery.Estimates;
import io.aegis.recovery.ExecutionId;
import io.aegis.recovery.StepId;
import io.aegis.recovery.StepResult.Measurement;
import io.aegis.repository.Records;
import io.aegis.storage.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Rates kept as one small record per measurement, {@code rates/<kind>/<unit>/<when>-<execution>-
 * <step>}: names sort by time, so the newest are read without reading the rest. A record is never
 * changed; one measurement noted twice is one record.
 */
public final class MeasuredRates implements Estimates {
  private static final int NEWEST = 20;
  private static final int LOOKED_AT = 100;
  private static final int TIMES = 10;
  private static final long MANY_BYTES = 256L << 20;

  private final Records records;

  public MeasuredRates(Records records) {
    this.records = records;
  }

  /** Where a measurement comes from; noting the same source twice changes nothing. */
  public record Source(String kind, ExecutionId execution, StepId step, Instant when) {}

  /** Keeps what a step has measured. */
  public void note(Source source, Measurement measurement) {
    if (measurement.amount() == 0 || measurement.took().isZero()) {
      return; // no rate can be drawn from it
    }
    var content = Json.object()
        .with("amount", measurement.amount())
        .with("tookMillis", Math.max(1, measurement.took().toMillis()));
    records.putIfAbsent(
        key(source, measurement.unit()), content.compact().getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public Estimate forecast(String kind, String unit, long amount) {
    var names = new ArrayList<ObjectKey>();
    records.list("rates/" + kind + "/" + unit + "/", stat -> names.add(stat.key()));
    var expected = names.reversed().stream()
        .limit(LOOKED_AT)
        .flatMap(name -> rate(name).stream())
        .filter(rate -> rate.tellsOf(unit, amount))
        .limit(NEWEST)
        .map(rate -> rate.time(amount))
        .sorted()
        .toList();
    if (expected.isEmpty()) {
      return new Estimate.NotMeasured();
    }
    return new Estimate.Measured(
        middle(expected), expected.getFirst(), expected.getLast(), expected.size());
  }

  /** What was measured once. */
  private record Rate(long amount, long millis) {

    /**
     * Of a tiny amount, most of the time is the start of a server, which comes once however much
     * follows: its rate multiplied is hours where seconds are needed.
     */
    boolean tellsOf(String unit, long asked) {
      return asked <= TIMES * amount || (unit.equals("bytes") && amount >= MANY_BYTES);
    }

    Duration time(long asked) {
      return Duration.ofMillis(Math.round((double) millis / amount * asked));
    }
  }

  // One that is damaged is one fewer: an estimate is no reason to refuse a recovery.
  private Optional<Rate> rate(ObjectKey name) {
    try {
      var rate = Json.parseObject(new String(records.get(name), StandardCharsets.UTF_8));
      return Optional.of(new Rate(rate.number("amount"), rate.number("tookMillis")));
    } catch (Damaged _) {
      return Optional.empty();
    }
  }

  private static Duration middle(List<Duration> sorted) {
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : sorted.get(half - 1).plus(sorted.get(half)).dividedBy(2);
  }

  private static ObjectKey key(Source source, String unit) {
    String when = String.format(Locale.ROOT, "%013d", source.when().toEpochMilli());
    return new ObjectKey("rates/%s/%s/%s-%s-%s"
        .formatted(source.kind(), unit, when, source.execution(), source.step()));
  }
}
