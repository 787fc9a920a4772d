package io.aegis.postgres.wal;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** PostgreSQL's {@code TimestampTz}: microseconds since 2000-01-01 UTC. */
public final class PgTime {
  private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

  private PgTime() {}

  public static Instant toInstant(long micros) {
    return EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  public static long ofInstant(Instant time) {
    return ChronoUnit.MICROS.between(EPOCH, time);
  }
}
