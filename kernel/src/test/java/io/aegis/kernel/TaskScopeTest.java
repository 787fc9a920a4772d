package io.aegis.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
final class TaskScopeTest {
  @Test
  void results_are_there_after_join() throws InterruptedException {
    try (var scope = TaskScope.waiting("sum", 4)) {
      var one = scope.fork(() -> 1);
      var two = scope.fork(() -> 2);
      scope.join();
      assertThat(one.result() + two.result()).isEqualTo(3);
    }
  }

  @Test
  void a_result_before_join_is_a_bug_of_the_caller() throws InterruptedException {
    var go = new CountDownLatch(1);
    try (var scope = TaskScope.waiting("early", 1)) {
      var task = scope.fork(() -> {
        go.await();
        return "late";
      });
      assertThatThrownBy(task::result).isInstanceOf(IllegalStateException.class);
      go.countDown();
      scope.join();
      assertThat(task.result()).isEqualTo("late");
    }
  }

  // Red when: fork starts a thread without a permit.
  @Test
  void no_more_than_the_limit_run_at_once_and_that_many_do() throws InterruptedException {
    var running = new AtomicInteger();
    var most = new AtomicInteger();
    var three = new CyclicBarrier(3); // passed only if three run at the same time
    try (var scope = TaskScope.waiting("limited", 3)) {
      for (int i = 0; i < 30; i++) {
        scope.fork(() -> {
          most.accumulateAndGet(running.incrementAndGet(), Math::max);
          three.await();
          letOthersIn();
          return running.decrementAndGet();
        });
      }
      scope.join();
    }
    assertThat(most).hasValue(3);
  }

  // Red when: fail does not interrupt the others: join then waits for ever.
  @Test
  void the_first_failure_interrupts_the_rest_and_is_thrown() throws InterruptedException {
    var waiting = new CountDownLatch(1);
    var interrupted = new AtomicBoolean();
    try (var scope = TaskScope.waiting("failing", 2)) {
      scope.fork(() -> {
        waiting.countDown();
        return foreverUnless(interrupted);
      });
      scope.fork(() -> {
        waiting.await();
        throw new IOException("the disk is full");
      });
      assertThatThrownBy(scope::join)
          .isInstanceOf(IllegalStateException.class)
          .hasRootCauseMessage("the disk is full");
    }
    assertThat(interrupted).isTrue();
  }

  @Test
  void a_failure_of_the_house_is_thrown_as_it_is() throws InterruptedException {
    try (var scope = TaskScope.computing("refusing", 1)) {
      scope.fork(() -> {
        throw new ByteReader.Malformed("as it is");
      });
      assertThatThrownBy(scope::join)
          .isExactlyInstanceOf(ByteReader.Malformed.class)
          .hasMessage("as it is");
    }
  }

  @Test
  void after_a_failure_nothing_more_is_started() throws InterruptedException {
    var started = new AtomicBoolean();
    try (var scope = TaskScope.waiting("stopped", 1)) {
      scope.fork(() -> {
        throw new ByteReader.Malformed("first");
      });
      scope.fork(() -> {
        started.set(true);
        return "second";
      });
      assertThatThrownBy(scope::join).hasMessage("first");
    }
    assertThat(started).isFalse();
  }

  // Red when: close does not interrupt, or returns before its threads are gone.
  @Test
  void close_without_join_interrupts_and_waits_until_no_thread_is_left()
      throws InterruptedException {
    var begun = new CountDownLatch(1);
    var interrupted = new AtomicBoolean();
    try (var scope = TaskScope.computing("abandoned", 1)) {
      scope.fork(() -> {
        begun.countDown();
        return foreverUnless(interrupted);
      });
      begun.await();
    }
    assertThat(interrupted).isTrue();
  }

  @Test
  void an_interrupted_owner_stays_interrupted_after_close() throws InterruptedException {
    var begun = new CountDownLatch(1);
    var interrupted = new AtomicBoolean();
    try (var scope = TaskScope.waiting("owner", 1)) {
      scope.fork(() -> {
        begun.countDown();
        return foreverUnless(interrupted);
      });
      begun.await();
      Thread.currentThread().interrupt();
      assertThatThrownBy(scope::join).isInstanceOf(InterruptedException.class);
      Thread.currentThread().interrupt();
    }
    assertThat(Thread.interrupted()).isTrue();
    assertThat(interrupted).isTrue();
  }

  // Red when: TaskScope.aside does the work itself before it returns.
  @Test
  void nobody_waits_for_work_aside_who_does_not_ask_for_its_end() throws Exception {
    var interrupted = new AtomicBoolean();
    var go = new CountDownLatch(1);
    var endless = TaskScope.aside("endless", () -> await(go, interrupted));
    assertThat(endless).isNotDone();
    go.countDown();
    endless.get();
    assertThat(interrupted).isFalse();
  }

  private static void await(CountDownLatch go, AtomicBoolean interrupted) {
    try {
      go.await();
    } catch (InterruptedException e) {
      interrupted.set(true);
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // a limit that is not kept must have its chance to show
  private static void letOthersIn() {
    for (int turn = 0; turn < 1_000; turn++) {
      Thread.yield();
    }
  }

  private static String foreverUnless(AtomicBoolean interrupted) throws InterruptedException {
    try {
      new CountDownLatch(1).await();
      return "never";
    } catch (InterruptedException e) {
      interrupted.set(true);
      throw e;
    }
  }
}
