package io.aegis.repository.pack;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Which packs are durable and how long each is; safe for use by many threads. */
public final class PackLedger {
  private final Map<PackId, Long> sizes = new ConcurrentHashMap<>();
  private final AtomicLong written = new AtomicLong();

  /** A pack that an earlier snapshot or session left. */
  public void know(PackId pack, long size) {
    sizes.put(pack, size);
  }

  /** Whether all of these are durable. */
  public boolean knows(Collection<PackId> packs) {
    return sizes.keySet().containsAll(packs);
  }

  /** A pack that was just made durable. */
  void add(PackId pack, long size) {
    know(pack, size);
    written.addAndGet(size);
  }

  /**
   * The size of a durable pack.
   *
   * @throws IllegalStateException if it is not durable: naming it would break rule R1
   */
  public long size(PackId pack) {
    var size = sizes.get(pack);
    if (size == null) {
      throw new IllegalStateException("pack " + pack + " is named before it is durable");
    }
    return size;
  }

  /** The bytes of all packs made durable by this process. */
  public long written() {
    return written.get();
  }
}
