package io.aegis.postgres.feed;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What is to be fetched, in order: what is asked for first, then what follows it. Each name is
 * given to one fetcher at a time, and nothing is fetched further ahead than the window.
 */
final class Demand {
  private final int segmentSize;
  private final int window;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();
  private final Deque<WalFileName> urgent = new ArrayDeque<>();
  private final Deque<WalFileName> ahead = new ArrayDeque<>();
  private final Set<WalFileName> inWork = new HashSet<>();

  Demand(int segmentSize, int window) {
    this.segmentSize = segmentSize;
    this.window = window;
  }

  /** Somebody waits for {@code name}; the segments behind it will be next, and others no longer. */
  void ask(WalFileName name) {
    lock.lock();
    try {
      if (!urgent.contains(name)) {
        urgent.add(name);
      }
      if (name.isSegment()) {
        ahead.clear();
        var following = name;
        for (int i = 0; i < window; i++) {
          following = following.next(segmentSize);
          ahead.add(following);
        }
      }
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The next name that nobody works on; waits for one. */
  WalFileName take() throws InterruptedException {
    lock.lock();
    try {
      while (true) {
        var name = pollFrom(urgent);
        if (name == null) {
          name = pollFrom(ahead);
        }
        if (name != null) {
          inWork.add(name);
          return name;
        }
        more.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private @Nullable WalFileName pollFrom(Deque<WalFileName> names) {
    for (var candidates = names.iterator(); candidates.hasNext(); ) {
      var name = candidates.next();
      if (!inWork.contains(name)) {
        candidates.remove();
        return name;
      }
    }
    return null;
  }

  void done(WalFileName name) {
    lock.lock();
    try {
      inWork.remove(name);
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
