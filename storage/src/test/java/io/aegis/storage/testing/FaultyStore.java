package io.aegis.storage.testing;

import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import io.aegis.storage.Body;
import io.aegis.storage.ForwardingStore;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStat;
import io.aegis.storage.ObjectStore;
import io.aegis.storage.PutOutcome;
import io.aegis.storage.StorageCode;
import io.aegis.storage.failure.StoreFailures;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A store that misbehaves as {@link FaultPlan} says, the same way for the same seed and the same
 * order of calls. What lies behind it stays intact: every fault is one of transport or of view.
 */
public final class FaultyStore extends ForwardingStore {
  static final int MEMORY = 5;
  static final int BLINDNESS = 3;

  private final FaultPlan plan;
  private final Random random;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Fault, Integer> happened = new EnumMap<>(Fault.class);
  private final Deque<ObjectKey> recent = new ArrayDeque<>();
  private final Map<ObjectKey, Integer> invisible = new HashMap<>();

  public FaultyStore(ObjectStore inner, FaultPlan plan, long seed) {
    super(inner);
    this.plan = plan;
    this.random = new Random(seed);
  }

  /** How often this fault has happened so far. */
  public int happened(Fault fault) {
    lock.lock();
    try {
      return happened.getOrDefault(fault, 0);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public PutOutcome putIfAbsent(ObjectKey key, Body body) {
    failBefore("storing " + key);
    var outcome = inner.putIfAbsent(key, body);
    if (outcome == PutOutcome.CREATED) {
      remember(key);
    }
    loseAcknowledgement("storing " + key);
    return outcome;
  }

  @Override
  public void delete(ObjectKey key) {
    failBefore("deleting " + key);
    inner.delete(key);
    loseAcknowledgement("deleting " + key);
  }

  @Override
  public byte[] read(ObjectKey key, long offset, int length) {
    failBefore("reading " + key);
    if (isInvisible(key)) {
      throw StoreFailures.missing(location(), key);
    }
    if (length > 0 && happens(Fault.TRUNCATED_READ)) {
      throw StoreFailures.truncated(location(), key, offset + length - 1, offset + length);
    }
    return perhapsFlipped(inner.read(key, offset, length));
  }

  @Override
  public Optional<byte[]> find(ObjectKey key) {
    failBefore("reading " + key);
    if (isInvisible(key)) {
      return Optional.empty();
    }
    return inner.find(key).map(this::perhapsShortened).map(this::perhapsFlipped);
  }

  @Override
  public Optional<ObjectStat> stat(ObjectKey key) {
    failBefore("looking for " + key);
    return isInvisible(key) ? Optional.empty() : inner.stat(key);
  }

  @Override
  public void list(String prefix, Consumer<ObjectStat> each) {
    failBefore("listing " + prefix);
    var hidden = happens(Fault.STALE_LISTING) ? recentKeys() : Set.<ObjectKey>of();
    var left = new int[] {happens(Fault.BROKEN_LISTING) ? below(100) : Integer.MAX_VALUE};
    inner.list(prefix, stat -> {
      if (left[0]-- == 0) {
        throw unavailable(StorageCode.STORE_UNREACHABLE, "listing " + prefix);
      }
      if (!hidden.contains(stat.key())) {
        each.accept(stat);
      }
    });
  }

  private void failBefore(String action) {
    if (happens(Fault.THROTTLED)) {
      throw unavailable(StorageCode.STORE_BUSY, action);
    }
    if (happens(Fault.UNAVAILABLE)) {
      throw unavailable(StorageCode.STORE_UNREACHABLE, action);
    }
  }

  private void loseAcknowledgement(String action) {
    if (happens(Fault.LOST_ACKNOWLEDGEMENT)) {
      throw unavailable(StorageCode.STORE_UNREACHABLE, action);
    }
  }

  private Failure.Unavailable unavailable(StorageCode code, String action) {
    return new Failure.Unavailable(Report.of(code, action + " in " + location() + " failed")
        .why("as the fault plan wanted")
        .next("repeat"));
  }

  private byte[] perhapsShortened(byte[] content) {
    return content.length > 0 && happens(Fault.TRUNCATED_READ)
        ? Arrays.copyOf(content, below(content.length))
        : content;
  }

  private byte[] perhapsFlipped(byte[] content) {
    if (content.length > 0 && happens(Fault.FLIPPED_READ)) {
      content[below(content.length)] ^= (byte) (1 << below(8));
    }
    return content;
  }

  private boolean happens(Fault fault) {
    lock.lock();
    try {
      boolean now = plan.of(fault) > 0 && random.nextDouble() < plan.of(fault);
      if (now) {
        happened.merge(fault, 1, Integer::sum);
      }
      return now;
    } finally {
      lock.unlock();
    }
  }

  private int below(int bound) {
    lock.lock();
    try {
      return random.nextInt(bound);
    } finally {
      lock.unlock();
    }
  }

  private void remember(ObjectKey key) {
    boolean delayed = happens(Fault.DELAYED_VISIBILITY);
    lock.lock();
    try {
      recent.addLast(key);
      if (recent.size() > MEMORY) {
        recent.removeFirst();
      }
      if (delayed) {
        invisible.put(key, BLINDNESS);
      }
    } finally {
      lock.unlock();
    }
  }

  private Set<ObjectKey> recentKeys() {
    lock.lock();
    try {
      return Set.copyOf(recent);
    } finally {
      lock.unlock();
    }
  }

  private boolean isInvisible(ObjectKey key) {
    lock.lock();
    try {
      var left = invisible.computeIfPresent(key, (_, misses) -> misses > 0 ? misses - 1 : null);
      return left != null;
    } finally {
      lock.unlock();
    }
  }
}
