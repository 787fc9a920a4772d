package io.aegis.postgres.archive;

import static java.util.Comparator.comparing;

import io.aegis.postgres.Lsn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

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

  /** What is left of it without those that lie in it, in order. */
  List<LogSpan> without(Collection<LogSpan> others) {
    var rest = new ArrayList<LogSpan>();
    var at = from;
    for (var other :
        others.stream().filter(this::contains).sorted(comparing(LogSpan::from)).toList()) {
      if (at.isBefore(other.from)) {
        rest.add(new LogSpan(at, other.from));
      }
      at = Lsn.later(at, other.to);
    }
    if (at.isBefore(to)) {
      rest.add(new LogSpan(at, to));
    }
    return rest;
  }

  public boolean contains(LogSpan other) {
    return !other.from.isBefore(from) && !other.to.isAfter(to);
  }
}
