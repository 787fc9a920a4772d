package io.aegis.recovery.execution;

import io.aegis.recovery.Execution;
import io.aegis.recovery.ExecutionId;
import io.aegis.recovery.Executions.Patience;
import io.aegis.recovery.Watcher;
import org.junit.jupiter.api.AfterEach;

/** A site of its own for each test, whose journals are noted as walked afterwards. */
abstract class Scenarios {
  final Site site = new Site();
  final World world = site.world;

  @AfterEach
  void note_what_was_walked() {
    site.records.away(false);
    for (var execution : site.process().list().executions()) {
      ExecutionsTest.WALKS.record(site.history(execution.id()));
    }
  }

  final Execution watched(ExecutionId id, Watcher watcher) {
    try {
      return site.process().run(id, Site.ALICE, Patience.RETURN, watcher);
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts a test", e);
    }
  }
}
