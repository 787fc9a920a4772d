package io.aegis.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Concurrent work that ends with its brace. At most {@code limit} tasks run at once, each on a
 * virtual thread or, where the work is computation, on a platform thread; the first failure
 * interrupts the rest, and {@link #join} throws it. {@link #close} waits until no thread is left.
 *
 * <p>Not for use by more than one owner: fork, join and close belong to the thread that made it.
 */
public final class TaskScope implements AutoCloseable {
  private final String name;
  private final Semaphore permits;
  private final Thread.Builder threads;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Thread> running = new ArrayList<>();
  private @Nullable Throwable firstFailure;
  private boolean closed;

  private TaskScope(String name, int limit, Thread.Builder threads) {
    this.name = name;
    this.permits = new Semaphore(limit);
    this.threads = threads;
  }

  /** For work that mostly waits. */
  public static TaskScope waiting(String name, int limit) {
    return new TaskScope(name, limit, Thread.ofVirtual());
  }

  /** For work that mostly computes or blocks in native code. */
  public static TaskScope computing(String name, int limit) {
    return new TaskScope(name, limit, Thread.ofPlatform().daemon());
  }

  /**
   * Starts work that no brace could end, since no interrupt reaches it: the read of a pipe that
   * others hold. Nobody waits for its thread; who wants to know its end waits as long as they like.
   */
  public static CompletableFuture<Void> aside(String name, Runnable work) {
    return CompletableFuture.runAsync(
        work, task -> Thread.ofVirtual().name(name).start(task));
  }

  /** Starts the task, waiting first until fewer than the limit are running. */
  public <T extends @Nullable Object> Task<T> fork(Callable<T> work) throws InterruptedException {
    permits.acquire();
    var task = new Task<T>();
    lock.lock();
    try {
      if (closed || firstFailure != null) {
        permits.release();
        return task;
      }
      var thread = threads.name(name).unstarted(() -> run(task, work));
      running.add(thread);
      thread.start();
    } finally {
      lock.unlock();
    }
    return task;
  }

  // Whatever a task throws, an Error included, must reach the owner: it is kept and thrown by join.
  @SuppressWarnings("CatchingUnchecked")
  private <T extends @Nullable Object> void run(Task<T> task, Callable<T> work) {
    try {
      task.complete(work.call());
    } catch (Throwable failure) {
      fail(failure);
    } finally {
      lock.lock();
      try {
        running.remove(Thread.currentThread());
        changed.signalAll();
      } finally {
        lock.unlock();
        permits.release();
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // a throwable cannot be suppressed by itself
  private void fail(Throwable failure) {
    lock.lock();
    try {
      if (firstFailure == null) {
        firstFailure = failure;
        running.stream().filter(t -> t != Thread.currentThread()).forEach(Thread::interrupt);
      } else if (firstFailure != failure) {
        firstFailure.addSuppressed(failure);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for every task, then throws the first failure if there was one.
   *
   * @throws InterruptedException if the owner was interrupted; the tasks are then interrupted by
   *     {@link #close}
   */
  public void join() throws InterruptedException {
    lock.lock();
    try {
      while (!running.isEmpty()) {
        changed.await();
      }
      rethrow(firstFailure);
    } finally {
      lock.unlock();
    }
  }

  private static void rethrow(@Nullable Throwable failure) throws InterruptedException {
    switch (failure) {
      case null -> {}
      case InterruptedException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException("a task failed", e);
    }
  }

  @Override
  public void close() {
    boolean interrupted = false;
    lock.lock();
    try {
      closed = true;
      running.forEach(Thread::interrupt);
      while (!running.isEmpty()) {
        try {
          changed.await();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      lock.unlock();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The result of one forked piece of work; to be read after {@link TaskScope#join}. */
  public static final class Task<T extends @Nullable Object> {
    private volatile boolean done;
    private @Nullable T value;

    private Task() {}

    private void complete(T result) {
      value = result;
      done = true;
    }

    @SuppressWarnings(
        "NullAway") // T may be nullable; once done, the value is what the work returned
    public T result() {
      if (!done) {
        throw new IllegalStateException("the task has no result: join first");
      }
      return value;
    }
  }
}
