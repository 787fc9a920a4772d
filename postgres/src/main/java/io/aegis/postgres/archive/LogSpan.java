package io.aegis.postgres.archive;

import io.aegis.postgres.Lsn;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;

/** A stretch of the log, {@code from} included, {@code to} excluded; empty where they are equal. */
public record LogSpan(Lsn from, Lsn to) {
  public LogSpan {
    if (to.isBefore(from)) {
      throw new IllegalArgumentException("a stretch of the log from " + from + " back to " + to);
    }
  }

  public long bytes() {
    return to.minus(from);
  }

  public boolean isEmpty() {
    return from.equals(to);
  }

  public boolean contains(Lsn lsn) {
    return !lsn.isBefore(from) && lsn.isBefore(to);
  }

  public boolean overlaps(LogSpan other) {
    return from.isBefore(other.to) && other.from.isBefore(to);
  }

  /** Whether two copies of the log hold the same bytes wherever their stretches overlap. */
  boolean agrees(byte[] bytes, LogSpan other, byte[] others) {
    var begin = Lsn.later(from, other.from);
    int at = Math.toIntExact(begin.minus(from));
    int skip = Math.toIntExact(begin.minus(other.from));
    int count = Math.min(bytes.length - at, others.length - skip);
    return Arrays.equals(bytes, at, at + count, others, skip, skip + count);
  }

  /** What of it lies before the first of those that lie in it. */
  LogSpan before(Collection<LogSpan> others) {
    return others.stream()
        .filter(this::contains)
        .min(Comparator.comparing(LogSpan::from))
        .map(first -> new LogSpan(from, first.from))
        .orElse(this);
  }

  public boolean contains(LogSpan other) {
    return !other.from.isBefore(from) && !other.to.isAfter(to);
  }
}
