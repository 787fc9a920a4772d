package io.aegis.storage.layer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.aegis.kernel.Entropy;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import io.aegis.kernel.testing.VirtualTime;
import io.aegis.storage.Body;
import io.aegis.storage.ForwardingStore;
import io.aegis.storage.MemoryStore;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStat;
import io.aegis.storage.ObjectStore;
import io.aegis.storage.PutOutcome;
import io.aegis.storage.RetryPolicy;
import io.aegis.storage.StorageCode;
import io.aegis.storage.StoreTraffic;
import io.aegis.storage.StoreTraffic.Request;
import io.aegis.storage.Stores;
import io.aegis.storage.failure.StoreFailures;
import io.aegis.storage.testing.Fault;
import io.aegis.storage.testing.FaultPlan;
import io.aegis.storage.testing.FaultyStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class RetryingStoreTest {
  private static final ObjectKey KEY = new ObjectKey("key");
  private static final RetryPolicy POLICY =
      new RetryPolicy(Duration.ofMillis(100), Duration.ofSeconds(10), Duration.ofMinutes(2), 200);

  private final VirtualTime time = new VirtualTime();
  private final MemoryStore memory = new MemoryStore("test", time);
  private final StoreTraffic attempts = new StoreTraffic();

  /** Throws what it is told to, in order, then behaves. */
  private static final class Failing extends ForwardingStore {
    private final Deque<RuntimeException> failures = new ArrayDeque<>();

    Failing(ObjectStore inner, RuntimeException... failures) {
      super(inner);
      this.failures.addAll(Arrays.asList(failures));
    }

    @Override
    public Optional<byte[]> find(ObjectKey key) {
      var failure = failures.poll();
      if (failure != null) {
        throw failure;
      }
      return super.find(key);
    }
  }

  private static Failure.Unavailable unavailable(StorageCode code) {
    return new Failure.Unavailable(Report.of(code, "it failed").why("a cause").next("wait"));
  }

  private ObjectStore retrying(ObjectStore store, RetryPolicy policy) {
    var random = new Random(1);
    Entropy entropy = random::nextBytes;
    return Stores.retrying(Stores.counting(store, attempts), policy, time, entropy);
  }

  private ObjectStore retrying(FaultPlan plan) {
    return retrying(new FaultyStore(memory, plan, 1), POLICY);
  }

  @Test
  void a_store_that_answers_at_the_third_attempt_has_answered() {
    memory.putIfAbsent(KEY, body("x"));
    var store = retrying(
        new Failing(
            memory,
            unavailable(StorageCode.STORE_UNREACHABLE),
            unavailable(StorageCode.STORE_BUSY)),
        POLICY);

    assertThat(store.find(KEY)).isPresent();
    assertThat(time.pauses()).hasSize(2);
  }

  @Test
  void pauses_are_jittered_grow_and_stay_within_their_bounds() {
    var store = retrying(FaultPlan.none().with(Fault.UNAVAILABLE, 1));

    assertThatExceptionOfType(Failure.Unavailable.class).isThrownBy(() -> store.find(KEY));
    var pauses = time.pauses();
    assertThat(pauses).hasSizeGreaterThan(15).doesNotHaveDuplicates();
    assertThat(pauses).allMatch(p -> p.compareTo(POLICY.shortest()) >= 0);
    assertThat(pauses).allMatch(p -> p.compareTo(POLICY.longest()) <= 0);
    assertThat(pauses.getFirst()).isLessThan(Duration.ofMillis(300));
    assertThat(pauses).anyMatch(p -> p.compareTo(Duration.ofSeconds(3)) > 0);
  }

  @Test
  void a_request_is_given_up_at_its_deadline_with_the_number_of_attempts() {
    var store = retrying(FaultPlan.none().with(Fault.UNAVAILABLE, 1));

    var failure = catchThrowableOfType(Failure.Unavailable.class, () -> store.find(KEY));

    assertThat(failure.code()).isEqualTo(StorageCode.STORE_UNREACHABLE);
    assertThat(failure.report().why())
        .contains(
            "as the fault plan wanted", "tried " + attempts.requests(Request.FIND) + " times");
    assertThat(Duration.ofNanos(time.nanos()))
        .isBetween(Duration.ofSeconds(100), Duration.ofMinutes(2));
  }

  @Test
  void all_requests_share_one_budget_which_successes_refill() {
    memory.putIfAbsent(KEY, body("x"));
    var policy = new RetryPolicy(POLICY.shortest(), POLICY.longest(), POLICY.deadline(), 3);
    var faults = new Failing(memory);
    var store = retrying(faults, policy);
    for (int i = 0; i < 5; i++) {
      faults.failures.add(unavailable(StorageCode.STORE_BUSY));
    }

    assertThatExceptionOfType(Failure.Unavailable.class).isThrownBy(() -> store.find(KEY));
    assertThat(attempts.requests(Request.FIND))
        .as("one attempt and three retries")
        .isEqualTo(4);
    assertThatExceptionOfType(Failure.Unavailable.class).isThrownBy(() -> store.find(KEY));
    assertThat(attempts.requests(Request.FIND)).as("no retry left").isEqualTo(5);

    store.find(KEY);
    faults.failures.add(unavailable(StorageCode.STORE_BUSY));
    assertThat(store.find(KEY)).isPresent();
  }

  @Test
  void only_unavailability_is_worth_another_attempt() {
    assertNotRepeated(
        new Failure.Refused(Report.of(StorageCode.ACCESS_DENIED, "denied").next("grant it")));
    assertNotRepeated(StoreFailures.missing(memory.location(), KEY));
    assertNotRepeated(new IllegalStateException("a bug"));
    assertNotRepeated(unavailable(StorageCode.STORE_FULL));
    assertNotRepeated(unavailable(StorageCode.STORE_READ_ONLY));
    assertNotRepeated(unavailable(StorageCode.REQUEST_INTERRUPTED));
  }

  private void assertNotRepeated(RuntimeException failure) {
    var store = retrying(new Failing(memory, failure), POLICY);

    assertThat(catchThrowableOfType(RuntimeException.class, () -> store.find(KEY)))
        .isSameAs(failure);
    assertThat(time.pauses()).isEmpty();
  }

  @Test
  void an_interrupt_ends_the_waiting() {
    var store = retrying(FaultPlan.none().with(Fault.UNAVAILABLE, 1));

    Thread.currentThread().interrupt();
    var failure = catchThrowableOfType(Failure.Unavailable.class, () -> store.find(KEY));

    assertThat(failure.code()).isEqualTo(StorageCode.REQUEST_INTERRUPTED);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void a_put_whose_acknowledgement_was_lost_is_recognised_as_its_own() {
    var content = new byte[20 << 20];
    new Random(1).nextBytes(content);
    var store = retrying(new LosingFirstAcknowledgement(memory), POLICY);

    // Red when: RetryingStore answers ALREADY_PRESENT without comparing.
    assertThat(store.putIfAbsent(KEY, Body.of(content))).isEqualTo(PutOutcome.CREATED);
    assertThat(attempts.requests(Request.PUT)).isEqualTo(2);
  }

  @Test
  void a_put_that_lost_to_somebody_else_after_a_failure_is_not_taken_for_its_own() {
    var store = retrying(
        new LosingFirstAcknowledgement(memory) {
          @Override
          protected void first(ObjectKey key, Body body) {
            inner.putIfAbsent(key, body("of somebody else"));
          }
        },
        POLICY);

    assertThat(store.putIfAbsent(KEY, body("of this writer!!")))
        .isEqualTo(PutOutcome.ALREADY_PRESENT);
  }

  @Test
  void a_name_taken_at_the_first_attempt_is_taken_even_by_the_same_content() {
    memory.putIfAbsent(KEY, body("same"));

    assertThat(retrying(memory, POLICY).putIfAbsent(KEY, body("same")))
        .isEqualTo(PutOutcome.ALREADY_PRESENT);
  }

  private static class LosingFirstAcknowledgement extends ForwardingStore {
    private boolean lost;

    LosingFirstAcknowledgement(ObjectStore inner) {
      super(inner);
    }

    protected void first(ObjectKey key, Body body) {
      inner.putIfAbsent(key, body);
    }

    @Override
    public PutOutcome putIfAbsent(ObjectKey key, Body body) {
      if (lost) {
        return inner.putIfAbsent(key, body);
      }
      lost = true;
      first(key, body);
      throw unavailable(StorageCode.STORE_UNREACHABLE);
    }
  }

  @Test
  void a_listing_that_breaks_again_and_again_hands_out_each_object_once() {
    var names = new ArrayList<String>();
    for (int i = 0; i < 500; i++) {
      names.add("many/%03d".formatted(i));
      memory.putIfAbsent(new ObjectKey(names.getLast()), body("x"));
    }
    var broken = new FaultyStore(memory, FaultPlan.none().with(Fault.BROKEN_LISTING, 0.9), 5);
    var listed = new ArrayList<String>();

    retrying(broken, POLICY).list("many/", stat -> listed.add(stat.key().name()));

    assertThat(listed).containsExactlyElementsOf(names);
    assertThat(broken.happened(Fault.BROKEN_LISTING)).isPositive();
  }

  @Test
  void a_failure_of_whoever_receives_a_listing_does_not_repeat_the_listing() {
    memory.putIfAbsent(KEY, body("x"));
    var failure = unavailable(StorageCode.STORE_UNREACHABLE);
    Consumer<ObjectStat> failing = _ -> {
      throw failure;
    };

    assertThat(catchThrowableOfType(
            Failure.Unavailable.class, () -> retrying(memory, POLICY).list("", failing)))
        .isSameAs(failure);
    assertThat(attempts.requests(Request.LIST)).isEqualTo(1);
  }

  private static Body body(String content) {
    return Body.of(content.getBytes(UTF_8));
  }
}
