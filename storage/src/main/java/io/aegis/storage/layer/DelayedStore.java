package io.aegis.storage.layer;

import io.aegis.kernel.TimeSource;
import io.aegis.storage.Body;
import io.aegis.storage.ForwardingStore;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStat;
import io.aegis.storage.ObjectStore;
import io.aegis.storage.PutOutcome;
import io.aegis.storage.failure.StoreFailures;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Adds the same delay to every request: a store far away, for measuring. */
public final class DelayedStore extends ForwardingStore {
  private final Duration delay;
  private final TimeSource time;

  public DelayedStore(ObjectStore inner, Duration delay, TimeSource time) {
    super(inner);
    this.delay = delay;
    this.time = time;
  }

  @Override
  public PutOutcome putIfAbsent(ObjectKey key, Body body) {
    travel();
    return inner.putIfAbsent(key, body);
  }

  @Override
  public byte[] read(ObjectKey key, long offset, int length) {
    travel();
    return inner.read(key, offset, length);
  }

  @Override
  public Optional<byte[]> find(ObjectKey key) {
    travel();
    return inner.find(key);
  }

  @Override
  public Optional<ObjectStat> stat(ObjectKey key) {
    travel();
    return inner.stat(key);
  }

  @Override
  public void list(String prefix, Consumer<ObjectStat> each) {
    travel();
    inner.list(prefix, each);
  }

  @Override
  public void delete(ObjectKey key) {
    travel();
    inner.delete(key);
  }

  private void travel() {
    try {
      time.sleep(delay);
    } catch (InterruptedException e) {
      throw StoreFailures.interrupted(location(), "a delayed request", e);
    }
  }
}
