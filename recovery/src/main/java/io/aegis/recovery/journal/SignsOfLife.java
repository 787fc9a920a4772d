package io.aegis.recovery.journal;

import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.TimeSource;
import io.aegis.recovery.ExecutionId;
import io.aegis.repository.Records;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A leader's heartbeat for those who cannot see its process: one small record at a time, the one
 * before removed because the newer says the same. Ages are taken in the store's own time, so that
 * wrong clocks of machines do not matter.
 */
public final class SignsOfLife {
  public static final Duration EVERY = Duration.ofSeconds(10);
  public static final Duration COUNTS_FOR = Duration.ofSeconds(60);

  private final Records records;
  private final TimeSource time;
  private final ExecutionId execution;
  private final String nonce;
  private long number;
  private long lastNanos;

  public SignsOfLife(Records records, TimeSource time, ExecutionId execution, String nonce) {
    this.records = records;
    this.time = time;
    this.execution = execution;
    this.nonce = nonce;
  }

  /**
   * Gives a sign if the last one is old enough.
   *
   * @return whether one was given
   */
  public boolean giveWhenDue() {
    if (number > 0 && time.nanos() - lastNanos < EVERY.toNanos()) {
      return false;
    }
    lastNanos = time.nanos();
    number++;
    try {
      records.putIfAbsent(Names.signOfLife(execution, nonce, number), new byte[0]);
      if (number > 1) {
        records.delete(Names.signOfLife(execution, nonce, number - 1));
      }
    } catch (Unavailable away) {
      return true; // a missed beat: the next one is due as usual
    }
    return true;
  }

  /** No more signs: the lead has ended in good order, and nobody has to wait for their age. */
  public void end() {
    try {
      if (number > 0) {
        records.delete(Names.signOfLife(execution, nonce, number));
      }
    } catch (Unavailable away) {
      return; // it will be too old soon enough
    }
  }

  /** Whether the lead called {@code nonce} gave a sign that still counts. */
  public static boolean isFresh(
      Records records, ExecutionId execution, String nonce, String askerNonce) {
    var question = Names.signOfLife(execution, "ask-" + askerNonce, 0);
    records.putIfAbsent(question, new byte[0]);
    try {
      List<ObjectStat> all = new ArrayList<>();
      records.list(Names.signsOfLife(execution), all::add);
      var now = modified(all, question);
      return all.stream()
          .filter(stat -> stat.key().name().contains("/" + nonce + "-"))
          .anyMatch(stat -> Duration.between(stat.modified(), now).compareTo(COUNTS_FOR) < 0);
    } finally {
      records.delete(question);
    }
  }

  private static Instant modified(List<ObjectStat> all, ObjectKey key) {
    return all.stream()
        .filter(stat -> stat.key().equals(key))
        .map(ObjectStat::modified)
        .findFirst()
        .orElse(Instant.MAX);
  }
}
