package io.aegis.storage.probe;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.aegis.kernel.Entropy;
import io.aegis.kernel.Hex;
import io.aegis.kernel.TaskScope;
import io.aegis.storage.Body;
import io.aegis.storage.Capabilities;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStore;
import io.aegis.storage.PutOutcome;
import io.aegis.storage.failure.StoreFailures;
import java.util.Arrays;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;

/**
 * Lets two writers race for the same names and looks whether exactly one of them wins each time,
 * and the loser's content is nowhere. A server that ignores {@code If-None-Match} fails at the
 * first name; one that checks and then writes fails at some of them.
 */
public final class WriterRace {
  private static final int ROUNDS = 8;

  private final ObjectStore store;
  private final String directory;

  public WriterRace(ObjectStore store, Entropy entropy) {
    this.store = store;
    this.directory = "probe/" + Hex.of(entropy.bytes(8)) + "/";
  }

  public Capabilities run() {
    if (!store.capabilities().conditionalPut()) {
      return store.capabilities(); // it says so itself
    }
    try {
      boolean fair = true;
      for (int round = 0; fair && round < ROUNDS; round++) {
        fair = race(new ObjectKey(directory + round));
      }
      return new Capabilities(fair);
    } catch (InterruptedException e) {
      throw StoreFailures.interrupted(store.location(), "probing", e);
    }
  }

  private boolean race(ObjectKey key) throws InterruptedException {
    var red = "red".getBytes(UTF_8);
    var blue = "blue".getBytes(UTF_8);
    var start = new CyclicBarrier(2);
    try (var racers = TaskScope.waiting("probe", 2)) {
      var first = racers.fork(() -> put(start, key, red));
      var second = racers.fork(() -> put(start, key, blue));
      racers.join();
      boolean latecomerLost =
          store.putIfAbsent(key, Body.of("late".getBytes(UTF_8))) == PutOutcome.ALREADY_PRESENT;
      var winner = first.result() == PutOutcome.CREATED ? red : blue;
      return first.result() != second.result()
          && latecomerLost
          && store.find(key).filter(found -> Arrays.equals(found, winner)).isPresent();
    } finally {
      store.delete(key);
    }
  }

  private PutOutcome put(CyclicBarrier start, ObjectKey key, byte[] content)
      throws InterruptedException, BrokenBarrierException {
    start.await();
    return store.putIfAbsent(key, Body.of(content));
  }
}
