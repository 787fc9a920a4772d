package io.aegis.storage.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.aegis.kernel.testing.Seeds;
import io.aegis.kernel.testing.VirtualTime;
import io.aegis.storage.Body;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.testing.SimulatedStore.Writes;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SimulatedStoreSim {
  private static final byte[] CONTENT = new byte[100];

  static {
    Arrays.fill(CONTENT, (byte) 7);
  }

  @Test
  void a_crash_of_an_atomic_store_leaves_all_or_nothing_and_both_happen() {
    assertThat(sizesAfterCrashes(Writes.ATOMIC)).containsExactlyInAnyOrder("absent", "whole");
  }

  @Test
  void a_crash_of_a_tearable_store_may_leave_half_an_object() {
    assertThat(sizesAfterCrashes(Writes.TEARABLE))
        .containsExactlyInAnyOrder("absent", "whole", "shorter", "zeros");
  }

  private static Set<String> sizesAfterCrashes(Writes writes) {
    var seen = new HashSet<String>();
    var seeds = new Random(Seeds.next());
    for (int run = 0; run < 500; run++) {
      var store = new SimulatedStore(writes, new VirtualTime(), seeds.nextLong());
      store.putIfAbsent(new ObjectKey("before"), Body.of(CONTENT));
      store.crashAt(2);
      assertThatExceptionOfType(SimulatedCrash.class)
          .isThrownBy(() -> store.putIfAbsent(new ObjectKey("key"), Body.of(CONTENT)));
      assertThatExceptionOfType(SimulatedCrash.class)
          .isThrownBy(() -> store.find(new ObjectKey("before")));
      store.restart();
      assertThat(store.find(new ObjectKey("before"))).hasValue(CONTENT);
      seen.add(store.find(new ObjectKey("key")).map(SimulatedStoreSim::classify).orElse("absent"));
    }
    return seen;
  }

  private static String classify(byte[] found) {
    if (Arrays.equals(found, CONTENT)) {
      return "whole";
    }
    return found.length < CONTENT.length ? "shorter" : "zeros";
  }
}
