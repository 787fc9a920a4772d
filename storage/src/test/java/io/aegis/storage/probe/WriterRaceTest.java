package io.aegis.storage.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Entropy;
import io.aegis.kernel.testing.VirtualTime;
import io.aegis.storage.Body;
import io.aegis.storage.Capabilities;
import io.aegis.storage.ForwardingStore;
import io.aegis.storage.MemoryStore;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStore;
import io.aegis.storage.PutOutcome;
import io.aegis.storage.Stores;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

class WriterRaceTest {
  private final MemoryStore memory = new MemoryStore("test", new VirtualTime());

  private static boolean probe(ObjectStore store) {
    return Stores.probe(store, Entropy.secure()).conditionalPut();
  }

  @Test
  void a_store_that_arbitrates_passes_and_is_left_empty() {
    assertThat(probe(memory)).isTrue();
    memory.list("", stat -> assertThat(stat).isNull());
  }

  @Test
  void a_store_that_replaces_what_is_there_is_found_out() {
    assertThat(probe(new ForwardingStore(memory) {
          @Override
          public PutOutcome putIfAbsent(ObjectKey key, Body body) {
            inner.delete(key);
            return inner.putIfAbsent(key, body);
          }
        }))
        .isFalse();
  }

  @Test
  void a_store_that_looks_first_and_then_writes_is_found_out() {
    var bothHaveLooked = new CyclicBarrier(2);
    assertThat(probe(new ForwardingStore(memory) {
          @Override
          public PutOutcome putIfAbsent(ObjectKey key, Body body) {
            if (inner.stat(key).isPresent()) {
              return PutOutcome.ALREADY_PRESENT;
            }
            await(bothHaveLooked);
            inner.putIfAbsent(key, body);
            return PutOutcome.CREATED;
          }
        }))
        .isFalse();
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void a_store_that_says_it_cannot_is_believed_without_a_race() {
    var modest = new ForwardingStore(memory) {
      @Override
      public Capabilities capabilities() {
        return new Capabilities(false);
      }

      @Override
      public PutOutcome putIfAbsent(ObjectKey key, Body body) {
        throw new AssertionError("nothing needs to be written");
      }
    };

    assertThat(probe(modest)).isFalse();
  }
}
