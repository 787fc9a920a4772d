package io.aegis.storage.layer;

import io.aegis.kernel.TimeSource;
import io.aegis.storage.Bandwidth;
import io.aegis.storage.Body;
import io.aegis.storage.ForwardingStore;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStore;
import io.aegis.storage.PutOutcome;
import io.aegis.storage.failure.StoreFailures;
import java.util.Optional;

/** Keeps the bytes of all threads together, in each direction, below a bandwidth. */
public final class ThrottledStore extends ForwardingStore {
  private final Pace up;
  private final Pace down;

  public ThrottledStore(ObjectStore inner, Bandwidth limit, TimeSource time) {
    super(inner);
    this.up = new Pace(limit.up(), time);
    this.down = new Pace(limit.down(), time);
  }

  @Override
  public PutOutcome putIfAbsent(ObjectKey key, Body body) {
    await(up, body.size(), "storing " + key);
    return inner.putIfAbsent(key, body);
  }

  @Override
  public byte[] read(ObjectKey key, long offset, int length) {
    await(down, length, "reading " + key);
    return inner.read(key, offset, length);
  }

  @Override
  public Optional<byte[]> find(ObjectKey key) {
    await(down, 0, "reading " + key);
    var found = inner.find(key);
    found.ifPresent(content -> down.havePassed(content.length));
    return found;
  }

  private void await(Pace pace, long bytes, String action) {
    try {
      pace.pass(bytes);
    } catch (InterruptedException e) {
      throw StoreFailures.interrupted(location(), action, e);
    }
  }
}
