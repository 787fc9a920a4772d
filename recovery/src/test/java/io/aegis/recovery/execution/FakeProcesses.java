package io.aegis.recovery.execution;

import io.aegis.recovery.Person;
import io.aegis.recovery.journal.Leader;
import io.aegis.recovery.journal.Processes;
import io.aegis.recovery.journal.Start;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Processes that live from the taking of a lead to its end, or as a test likes. */
final class FakeProcesses implements Processes {
  private final Set<String> alive = ConcurrentHashMap.newKeySet();
  private volatile boolean elsewhere;

  /** From now on, every leader is on another machine. */
  void seeNobody() {
    elsewhere = true;
  }

  void killAll() {
    alive.clear();
  }

  @Override
  public Leader here(Person person, String nonce) {
    alive.add(nonce);
    return new Leader(person, "db-1", 4711, Start.byClock(Instant.EPOCH), nonce);
  }

  @Override
  public Sign look(Leader leader) {
    if (elsewhere) {
      return Sign.OUT_OF_SIGHT;
    }
    return alive.contains(leader.nonce()) ? Sign.ALIVE : Sign.DEAD;
  }

  @Override
  public void ended(Leader leader) {
    alive.remove(leader.nonce());
  }
}
