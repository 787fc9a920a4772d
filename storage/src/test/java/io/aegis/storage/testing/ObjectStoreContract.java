package io.aegis.storage.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aegis.kernel.Failure;
import io.aegis.kernel.TaskScope;
import io.aegis.storage.Body;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStat;
import io.aegis.storage.ObjectStore;
import io.aegis.storage.PutOutcome;
import io.aegis.storage.StorageCode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every store promises, whatever is behind it or around it. A subclass hands in an empty
 * store; what only some stores can do is asked of their capabilities.
 */
@SuppressWarnings("NullAway.Init") // the store is made before each test
public abstract class ObjectStoreContract {
  private static final int MIB = 1 << 20;

  protected ObjectStore store;

  /** A store with nothing in it; closed after the test. */
  protected abstract ObjectStore emptyStore() throws Exception;

  @BeforeEach
  void openStore() throws Exception {
    store = emptyStore();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void what_was_put_is_read_found_and_listed() {
    assertThat(put("a/b.pack", "hello")).isEqualTo(PutOutcome.CREATED);

    assertThat(store.read(key("a/b.pack"), 0, 5)).isEqualTo("hello".getBytes(UTF_8));
    assertThat(find("a/b.pack")).isEqualTo("hello");
    assertThat(list("")).containsExactly("a/b.pack");
    assertThat(store.stat(key("a/b.pack"))).get().satisfies(stat -> {
      assertThat(stat.key()).isEqualTo(key("a/b.pack"));
      assertThat(stat.size()).isEqualTo(5);
    });
  }

  @Test
  void a_second_put_is_told_so_and_changes_nothing() {
    put("key", "first");

    assertThat(put("key", "second, longer")).isEqualTo(PutOutcome.ALREADY_PRESENT);
    assertThat(find("key")).isEqualTo("first");
  }

  /**
   * Where a put is not conditional, both may be told that they won: that is what single-writer mode
   * is for. Even then the key holds one of the two, whole, and nobody wins by losing.
   */
  @Test
  void of_two_racers_for_one_key_exactly_one_wins_wherever_a_put_is_conditional()
      throws InterruptedException {
    for (int round = 0; round < 20; round++) {
      var key = key("race/" + round);
      var outcomes = race(key);
      var winners = outcomes.keySet().stream()
          .filter(c -> outcomes.get(c) == PutOutcome.CREATED)
          .toList();
      if (store.capabilities().conditionalPut()) {
        assertThat(winners).hasSize(1);
      }
      assertThat(winners).contains(find(key.name()));
    }
  }

  private Map<String, PutOutcome> race(ObjectKey key) throws InterruptedException {
    var start = new CyclicBarrier(2);
    try (var racers = TaskScope.waiting("racer", 2)) {
      var red = racers.fork(() -> racePut(start, key, "red"));
      var blue = racers.fork(() -> racePut(start, key, "blue"));
      racers.join();
      return Map.of("red", red.result(), "blue", blue.result());
    }
  }

  private PutOutcome racePut(CyclicBarrier start, ObjectKey key, String content) throws Exception {
    start.await();
    return store.putIfAbsent(key, Body.of(content.getBytes(UTF_8)));
  }

  @Test
  void many_threads_put_and_read_at_once() throws InterruptedException {
    try (var scope = TaskScope.waiting("writer", 16)) {
      for (int i = 0; i < 100; i++) {
        var name = "parallel/" + i % 7 + "/" + i;
        scope.fork(() -> {
          put(name, name);
          assertThat(find(name)).isEqualTo(name);
          return name;
        });
      }
      scope.join();
    }
    assertThat(list("parallel/")).hasSize(100);
  }

  @Test
  void a_pack_of_64_mib_in_parts_of_every_kind_comes_back_whole() {
    var content = random(64 * MIB);
    var direct = ByteBuffer.allocateDirect(7 * MIB).put(content, 0, 7 * MIB).flip();
    var slice = ByteBuffer.wrap(content, 7 * MIB, 20 * MIB + 1);
    var readOnly = ByteBuffer.wrap(content).position(27 * MIB + 1).asReadOnlyBuffer();
    var body = new Body(List.of(direct, ByteBuffer.allocate(0), slice, readOnly));

    assertThat(store.putIfAbsent(key("pack"), body)).isEqualTo(PutOutcome.CREATED);

    assertThat(store.find(key("pack"))).hasValue(content);
    assertThat(body.parts())
        .extracting(ByteBuffer::position)
        .containsExactly(0, 0, 7 * MIB, 27 * MIB + 1);
    assertThat(store.read(key("pack"), 7 * MIB - 2, 4))
        .isEqualTo(java.util.Arrays.copyOfRange(content, 7 * MIB - 2, 7 * MIB + 2));
  }

  @Test
  void an_object_too_large_to_be_found_whole_is_refused_but_can_be_read_in_ranges() {
    var content = random(64 * MIB + 1);
    store.putIfAbsent(key("large"), Body.of(content));

    assertDamaged(StorageCode.OBJECT_OVERSIZED, () -> store.find(key("large")));
    assertThat(store.read(key("large"), 64 * MIB, 1)).containsExactly(content[64 * MIB]);
  }

  @Test
  void an_empty_object_is_an_object() {
    assertThat(put("empty", "")).isEqualTo(PutOutcome.CREATED);
    assertThat(put("empty", "x")).isEqualTo(PutOutcome.ALREADY_PRESENT);

    assertThat(find("empty")).isEmpty();
    assertThat(store.read(key("empty"), 0, 0)).isEmpty();
    assertThat(store.stat(key("empty"))).get().extracting(ObjectStat::size).isEqualTo(0L);
    assertDamaged(StorageCode.OBJECT_TRUNCATED, () -> store.read(key("empty"), 0, 1));
  }

  @Test
  void a_range_may_touch_both_ends_and_be_empty() {
    put("key", "0123456789");

    assertThat(read("key", 0, 10)).isEqualTo("0123456789");
    assertThat(read("key", 0, 1)).isEqualTo("0");
    assertThat(read("key", 9, 1)).isEqualTo("9");
    assertThat(read("key", 3, 4)).isEqualTo("3456");
    assertThat(read("key", 5, 0)).isEmpty();
    assertThat(read("key", 10, 0)).isEmpty();
  }

  @Test
  void reading_past_the_end_is_reported_as_truncation() {
    put("key", "0123456789");

    assertDamaged(StorageCode.OBJECT_TRUNCATED, () -> read("key", 9, 2));
    assertDamaged(StorageCode.OBJECT_TRUNCATED, () -> read("key", 0, 11));
    assertDamaged(StorageCode.OBJECT_TRUNCATED, () -> read("key", 10, 1));
    assertDamaged(StorageCode.OBJECT_TRUNCATED, () -> read("key", 1_000_000, 1));
    assertDamaged(StorageCode.OBJECT_TRUNCATED, () -> read("key", 11, 0));
  }

  @Test
  void a_missing_object_is_damage_when_read_and_absence_when_looked_for() {
    assertDamaged(StorageCode.OBJECT_MISSING, () -> read("packs/none", 0, 1));
    assertDamaged(StorageCode.OBJECT_MISSING, () -> read("packs/none", 0, 0));
    assertThat(store.find(key("packs/none"))).isEmpty();
    assertThat(store.stat(key("packs/none"))).isEmpty();
    assertThat(list("packs/")).isEmpty();
  }

  @Test
  void a_listing_is_in_byte_order_and_holds_exactly_the_prefix() {
    var names = List.of(
        "a-b/x", "a.b", "a/-", "a/.x", "a/A", "a/_", "a/a", "a/b/c", "a/b0", "a0", "aB", "a_",
        "ab");
    var shuffled = new ArrayList<>(names);
    Collections.shuffle(shuffled, new Random(7));
    shuffled.forEach(name -> put(name, name));

    assertThat(list("")).containsExactlyElementsOf(names);
    assertThat(list("a/")).containsExactly("a/-", "a/.x", "a/A", "a/_", "a/a", "a/b/c", "a/b0");
    assertThat(list("a/b")).containsExactly("a/b/c", "a/b0");
    assertThat(list("a/b/c")).containsExactly("a/b/c");
    assertThat(list("b")).isEmpty();
    assertThat(list("a/b/c/")).isEmpty();
  }

  @Test
  void a_listing_of_2500_objects_misses_none_and_repeats_none() throws InterruptedException {
    var names =
        IntStream.range(0, 2_500).mapToObj(i -> "%02x/%05d".formatted(i % 5, i)).toList();
    try (var scope = TaskScope.waiting("writer", 8)) {
      for (var name : names) {
        scope.fork(() -> put("many/" + name, "x"));
      }
      scope.join();
    }

    var expected = names.stream().map(name -> "many/" + name).sorted().toList();
    assertThat(list("many/")).containsExactlyElementsOf(expected);
    assertThat(list("many/03/")).hasSize(500);
  }

  @Test
  void a_prefix_no_key_can_have_is_a_bug() {
    for (var prefix : List.of("/", "a//", "../", "a/../", "a b", "~unfinished/")) {
      assertThatIllegalArgumentException().isThrownBy(() -> list(prefix));
    }
  }

  @Test
  void deleting_removes_and_may_be_repeated() {
    put("d/key", "x");
    put("d/other", "y");

    store.delete(key("d/key"));
    store.delete(key("d/key"));
    store.delete(key("never/was"));

    assertThat(list("")).containsExactly("d/other");
    assertThat(store.find(key("d/key"))).isEmpty();
  }

  @Test
  void a_deleted_name_may_be_used_again() {
    put("key", "before");
    store.delete(key("key"));

    assertThat(put("key", "after")).isEqualTo(PutOutcome.CREATED);
    assertThat(find("key")).isEqualTo("after");
  }

  @Test
  void keys_may_hold_every_allowed_character() {
    var alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    var names = new HashMap<String, String>();
    for (var c : alphabet.codePoints().mapToObj(Character::toString).toList()) {
      names.put("first/" + c + "x", c);
      names.put("last/x" + c, c);
    }
    names.put(alphabet + "/" + alphabet, "all");
    names.put("dots/...", "dots");
    names.put("long/" + "n".repeat(200) + "/" + "m".repeat(200), "long");

    names.forEach(this::put);

    names.forEach((name, content) -> assertThat(find(name)).isEqualTo(content));
    assertThat(list(""))
        .containsExactlyElementsOf(names.keySet().stream().sorted().toList());
  }

  @Test
  void an_interrupted_thread_gets_its_answer_or_is_told_so() {
    put("key", "content");

    Thread.currentThread().interrupt();
    try {
      assertThat(find("key")).isEqualTo("content");
    } catch (Failure.Unavailable e) {
      assertThat(e.code()).isEqualTo(StorageCode.REQUEST_INTERRUPTED);
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      Thread.interrupted();
    }
    assertThat(find("key")).isEqualTo("content");
  }

  protected final PutOutcome put(String name, String content) {
    return store.putIfAbsent(key(name), Body.of(content.getBytes(UTF_8)));
  }

  protected final String find(String name) {
    return new String(store.find(key(name)).orElseThrow(), UTF_8);
  }

  private String read(String name, long offset, int length) {
    return new String(store.read(key(name), offset, length), UTF_8);
  }

  protected final List<String> list(String prefix) {
    var names = new ArrayList<String>();
    store.list(prefix, stat -> names.add(stat.key().name()));
    return names;
  }

  protected static ObjectKey key(String name) {
    return new ObjectKey(name);
  }

  protected static byte[] random(int size) {
    var bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private static void assertDamaged(StorageCode code, Runnable call) {
    assertThatExceptionOfType(Failure.Damaged.class)
        .isThrownBy(call::run)
        .satisfies(e -> assertThat(e.code()).isEqualTo(code));
  }
}
