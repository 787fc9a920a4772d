package io.aegis.postgres.stream;

import io.aegis.postgres.Lsn;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Log that has arrived and is not durable yet: one unbroken stretch, of bounded size (rule S3). One
 * thread fills it, one empties it.
 */
final class WalBuffer {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Chunk> chunks = new ArrayDeque<>();
  private final int capacity;
  private int bytes;
  private boolean taken;
  private boolean closed;
  private Silence silence = new Silence(Lsn.INVALID, Instant.EPOCH);

  WalBuffer(int capacity) {
    this.capacity = capacity;
  }

  private record Chunk(byte[] bytes, int offset, int length, long arrived) {}

  /** Of what was committed until {@code asOf}, nothing lies beyond {@code upTo}. */
  record Silence(Lsn upTo, Instant asOf) {}

  /**
   * A stretch to be made durable.
   *
   * @param arrived when its first byte did, in {@code TimeSource.nanos}
   */
  record Batch(byte[] bytes, int length, long arrived) {}

  /**
   * Adds bytes, which belong to the buffer from now on.
   *
   * @return false if there was no room within the time; then nothing was added
   */
  boolean offer(byte[] source, int offset, int length, long now, Duration patience)
      throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long nanos = patience.toNanos();
      while (bytes > 0 && bytes + length > capacity) {
        if (nanos <= 0) {
          return false;
        }
        nanos = changed.awaitNanos(nanos);
      }
      chunks.addLast(new Chunk(source, offset, length, now));
      bytes += length;
      changed.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  void heard(Silence newer) {
    lock.lock();
    try {
      silence = newer;
    } finally {
      lock.unlock();
    }
  }

  Silence silence() {
    lock.lock();
    try {
      return silence;
    } finally {
      lock.unlock();
    }
  }

  /** Nothing more will be added; what is there is still handed out. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** How much is there, after waiting until it is at least {@code wanted}, or the time is over. */
  int await(int wanted, Duration patience) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long nanos = patience.toNanos();
      while (bytes < wanted && !closed && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
      return bytes;
    } finally {
      lock.unlock();
    }
  }

  /** Takes at most {@code most} bytes; until {@link #settled} the stretch counts as not durable. */
  Batch take(int most) {
    lock.lock();
    try {
      int length = Math.min(most, bytes);
      var out = new byte[length];
      long arrived = chunks.isEmpty() ? 0 : chunks.getFirst().arrived();
      int at = 0;
      while (at < length) {
        var chunk = chunks.removeFirst();
        int count = Math.min(chunk.length(), length - at);
        System.arraycopy(chunk.bytes(), chunk.offset(), out, at, count);
        at += count;
        if (count < chunk.length()) {
          chunks.addFirst(new Chunk(
              chunk.bytes(), chunk.offset() + count, chunk.length() - count, chunk.arrived()));
        }
      }
      bytes -= length;
      taken = length > 0;
      changed.signalAll();
      return new Batch(out, length, arrived);
    } finally {
      lock.unlock();
    }
  }

  /** What was taken last is durable. */
  void settled() {
    lock.lock();
    try {
      taken = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until everything that was added is durable. */
  void awaitSettled() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (bytes > 0 || taken) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }
}
