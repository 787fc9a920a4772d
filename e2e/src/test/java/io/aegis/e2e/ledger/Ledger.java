package io.aegis.e2e.ledger;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** What clients asked for, noted before each commit, and what was acknowledged, noted after it. */
public final class Ledger {
  private final Map<Long, Attempt> attempts = new ConcurrentHashMap<>();
  private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();

  /**
   * A transaction as its client knows it.
   *
   * @param rows how many it leaves in the table if it is committed: numbers 0 to {@code rows - 1}
   */
  public record Attempt(long xid, int client, int rows) {}

  /**
   * A number can come twice: a server that crashed gives it out again if nothing of the first
   * transaction was in its log, and so it was not committed either.
   */
  void begin(Attempt attempt) {
    attempts.put(attempt.xid(), attempt);
  }

  /** The reply to a commit has come, which the server gives only when it is on its disk. */
  void acknowledge(long xid) {
    acknowledged.add(xid);
  }

  /** Every transaction that was begun, whatever became of it. */
  public Map<Long, Attempt> attempts() {
    return Map.copyOf(attempts);
  }

  public Set<Long> acknowledged() {
    return new TreeSet<>(acknowledged);
  }
}
