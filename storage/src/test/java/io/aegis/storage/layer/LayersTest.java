package io.aegis.storage.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.testing.VirtualTime;
import io.aegis.storage.Body;
import io.aegis.storage.MemoryStore;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.StoreTraffic;
import io.aegis.storage.StoreTraffic.Request;
import io.aegis.storage.Stores;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class LayersTest {
  private static final ObjectKey KEY = new ObjectKey("key");
  private static final Body KIB = Body.of(new byte[1024]);

  private final VirtualTime time = new VirtualTime();
  private final MemoryStore memory = new MemoryStore("test", time);

  @Test
  void a_delayed_store_delays_every_request() {
    var store = Stores.delayed(memory, Duration.ofMillis(30), time);

    store.putIfAbsent(KEY, KIB);
    store.read(KEY, 0, 1);
    store.find(KEY);
    store.stat(KEY);
    store.list("", _ -> {});
    store.delete(KEY);

    assertThat(elapsed()).isEqualTo(Duration.ofMillis(180));
  }

  private Duration elapsed() {
    return Duration.ofNanos(time.nanos());
  }

  @Test
  void traffic_is_counted_by_kind_and_bytes_only_when_they_moved() {
    var traffic = new StoreTraffic();
    var store = Stores.counting(memory, traffic);

    store.putIfAbsent(KEY, KIB);
    store.putIfAbsent(KEY, KIB);
    store.read(KEY, 0, 100);
    store.find(KEY);
    store.find(new ObjectKey("none"));
    store.stat(KEY);
    store.list("", _ -> {});
    store.delete(KEY);

    assertThat(traffic.requests(Request.PUT)).isEqualTo(2);
    assertThat(traffic.requests(Request.FIND)).isEqualTo(2);
    assertThat(traffic.requests()).isEqualTo(8);
    assertThat(traffic.bytesStored()).isEqualTo(1024);
    assertThat(traffic.bytesRead()).isEqualTo(1124);
  }

  @Test
  void every_write_is_a_milestone_before_and_after() {
    var reached = new ArrayList<String>();
    var store = Stores.crashing(
        memory, name -> reached.add(name + " with " + memory.stat(KEY).isPresent()));

    store.putIfAbsent(KEY, KIB);
    store.find(KEY);
    store.delete(KEY);

    assertThat(reached)
        .containsExactly(
            "store.put.before with false",
            "store.put.after with true",
            "store.delete.before with true",
            "store.delete.after with false");
  }

  @Test
  void a_crash_before_a_put_leaves_nothing() {
    var store = Stores.crashing(memory, name -> {
      throw new IllegalStateException("crash at " + name);
    });

    assertThatThrownBy(() -> store.putIfAbsent(KEY, KIB)).hasMessageContaining("store.put.before");
    assertThat(memory.stat(KEY)).isEmpty();
  }
}
