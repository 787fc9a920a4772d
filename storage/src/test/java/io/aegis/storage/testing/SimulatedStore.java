package io.aegis.storage.testing;

import io.aegis.kernel.TimeSource;
import io.aegis.storage.Body;
import io.aegis.storage.ForwardingStore;
import io.aegis.storage.MemoryStore;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStat;
import io.aegis.storage.PutOutcome;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A store whose machine crashes at a chosen write. By the seed, that write is then wholly absent or
 * wholly done and, if the store is not atomic, perhaps torn: the first part of the content, or all
 * of it with zeros at the end. Everything acknowledged before is kept. After the crash every call
 * throws {@link SimulatedCrash} until {@link #restart}.
 */
public final class SimulatedStore extends ForwardingStore {
  private static final long NEVER = Long.MAX_VALUE;

  private final Writes writes;
  private final Random random;
  private final ReentrantLock lock = new ReentrantLock();
  private long crashAt = NEVER;
  private long written;
  private boolean crashed;
  private Optional<ObjectKey> torn = Optional.empty();

  /** What a crash in the middle of a write may leave. */
  public enum Writes {
    /** The object or nothing, as {@link io.aegis.storage.ObjectStore} promises. */
    ATOMIC,
    /** Half an object too: what a store that breaks the promise would do. */
    TEARABLE
  }

  private enum Remains {
    NOTHING,
    EVERYTHING,
    BEGINNING,
    ZEROS_AT_THE_END
  }

  public SimulatedStore(Writes writes, TimeSource time, long seed) {
    super(new MemoryStore("simulated-" + seed, time));
    this.writes = writes;
    this.random = new Random(seed);
  }

  /** The write with this number, counted from 1 on since the beginning, is the last one tried. */
  public void crashAt(long write) {
    lock.lock();
    try {
      crashAt = write;
    } finally {
      lock.unlock();
    }
  }

  /** How many puts and deletes there were, to learn where a crash can be. */
  public long written() {
    lock.lock();
    try {
      return written;
    } finally {
      lock.unlock();
    }
  }

  /** The object that the last crash left neither absent nor whole, if it left one. */
  public Optional<ObjectKey> torn() {
    lock.lock();
    try {
      return torn;
    } finally {
      lock.unlock();
    }
  }

  /** Power is back; no further crash is planned. */
  public void restart() {
    lock.lock();
    try {
      crashed = false;
      crashAt = NEVER;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public PutOutcome putIfAbsent(ObjectKey key, Body body) {
    lock.lock();
    try {
      if (isLastWrite("storing " + key)) {
        storeRemains(key, body);
        throw crash("storing " + key);
      }
      return inner.putIfAbsent(key, body);
    } finally {
      lock.unlock();
    }
  }

  private void storeRemains(ObjectKey key, Body body) {
    var content = body.toByteArray();
    int cut = random.nextInt(content.length + 1);
    torn = Optional.empty();
    switch (remains()) {
      case NOTHING -> {}
      case EVERYTHING -> inner.putIfAbsent(key, body);
      case BEGINNING -> storeTorn(key, content, Arrays.copyOf(content, cut));
      case ZEROS_AT_THE_END -> {
        var zeroed = content.clone();
        Arrays.fill(zeroed, cut, zeroed.length, (byte) 0);
        storeTorn(key, content, zeroed);
      }
    }
  }

  private void storeTorn(ObjectKey key, byte[] whole, byte[] left) {
    boolean created = inner.putIfAbsent(key, Body.of(left)) == PutOutcome.CREATED;
    torn = created && !Arrays.equals(whole, left) ? Optional.of(key) : Optional.empty();
  }

  private Remains remains() {
    return Remains.values()[random.nextInt(writes == Writes.ATOMIC ? 2 : 4)];
  }

  @Override
  public void delete(ObjectKey key) {
    lock.lock();
    try {
      if (isLastWrite("deleting " + key)) {
        if (random.nextBoolean()) {
          inner.delete(key);
        }
        throw crash("deleting " + key);
      }
      inner.delete(key);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public byte[] read(ObjectKey key, long offset, int length) {
    requirePower("reading " + key);
    return inner.read(key, offset, length);
  }

  @Override
  public Optional<byte[]> find(ObjectKey key) {
    requirePower("reading " + key);
    return inner.find(key);
  }

  @Override
  public Optional<ObjectStat> stat(ObjectKey key) {
    requirePower("looking for " + key);
    return inner.stat(key);
  }

  @Override
  public void list(String prefix, Consumer<ObjectStat> each) {
    requirePower("listing " + prefix);
    inner.list(prefix, each);
  }

  private boolean isLastWrite(String action) {
    requirePower(action);
    written++;
    return written >= crashAt;
  }

  private SimulatedCrash crash(String where) {
    crashed = true;
    return new SimulatedCrash("crashed while " + where + ", write " + written);
  }

  private void requirePower(String action) {
    lock.lock();
    try {
      if (crashed) {
        throw new SimulatedCrash("no power for " + action);
      }
    } finally {
      lock.unlock();
    }
  }
}
