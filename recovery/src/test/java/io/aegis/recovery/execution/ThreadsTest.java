package io.aegis.recovery.execution;

import static io.aegis.recovery.execution.Site.ALICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.TaskScope;
import io.aegis.recovery.Execution;
import io.aegis.recovery.ExecutionId;
import io.aegis.recovery.ExecutionState;
import io.aegis.recovery.Executions;
import io.aegis.recovery.Executions.Patience;
import io.aegis.recovery.Executions.Request;
import io.aegis.recovery.Executions.Request.Then;
import io.aegis.recovery.Executions.Request.When;
import io.aegis.recovery.StepId;
import io.aegis.recovery.StepResult;
import io.aegis.recovery.StepState;
import io.aegis.recovery.Watcher;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Steps on real threads: that they run side by side, and that they can be stopped. */
@Timeout(60)
class ThreadsTest {
  private static final StepId A = new StepId("a");

  private final Site site = new Site();
  private final World world = site.world;
  private final CountDownLatch begun = new CountDownLatch(1);

  @Test
  void steps_that_do_not_wait_for_each_other_run_side_by_side() throws Exception {
    var both = new CyclicBarrier(2);
    World.Act together = _ -> {
      try {
        both.await(20, TimeUnit.SECONDS);
      } catch (java.util.concurrent.BrokenBarrierException
          | java.util.concurrent.TimeoutException alone) {
        throw new IllegalStateException("nobody else ran", alone);
      }
      return StepResult.of("");
    };
    world.script("a", together);
    world.script("b", together);
    var id = site.start(world.action("a"), world.action("b"));

    assertThat(run(site.threadedProcess(), id).state()).isEqualTo(ExecutionState.COMPLETED);
  }

  @Test
  void a_stop_now_interrupts_the_step_and_a_resume_probes_it() throws Exception {
    blockIn("a");
    var id = site.start(world.action("a"), world.action("b", "a"));
    var process = site.threadedProcess();

    var paused = whileRunning(
        process,
        id,
        () -> process.ask(id, ALICE, new Request.Stop(When.NOW, Then.PAUSE, "Ctrl-C, twice")));

    assertThat(paused.state()).isEqualTo(ExecutionState.PAUSED_BY_OPERATOR);
    assertThat(paused.step(A).state()).isEqualTo(StepState.UNKNOWN);
    assertThat(site.run(id).state()).isEqualTo(ExecutionState.COMPLETED);
    assertThat(world.log()).containsExactly("run a", "probe a", "run a", "run b");
  }

  @Test
  void a_stop_now_works_while_the_repository_is_away() throws Exception {
    // Red when: JournalledExecutions.ask goes to the inbox although this process leads.
    blockIn("a");
    var id = site.start(world.action("a"));
    var process = site.threadedProcess();

    var paused = whileRunning(process, id, () -> {
      site.records.away(true);
      process.ask(id, ALICE, new Request.Stop(When.NOW, Then.PAUSE, "Ctrl-C, twice"));
      site.records.away(false);
    });

    assertThat(paused.state()).isEqualTo(ExecutionState.PAUSED_BY_OPERATOR);
  }

  @Test
  void a_step_that_does_not_come_back_is_interrupted_when_its_time_is_up() throws Exception {
    blockIn("a");
    var id = site.start(world.action("a"));

    var end = whileRunning(site.threadedProcess(), id, () -> site.time.pass(Duration.ofHours(13)));

    assertThat(end.step(A).state()).isEqualTo(StepState.TIMED_OUT);
    assertThat(end.state()).isEqualTo(ExecutionState.PAUSED_BY_FAILED_STEP);
  }

  @Test
  void an_interrupted_leader_stops_its_steps_writes_it_down_and_can_be_resumed() throws Exception {
    blockIn("a");
    var id = site.start(world.action("a"));
    var leader = Thread.ofVirtual().unstarted(() -> {
      assertThatThrownBy(() -> run(site.threadedProcess(), id))
          .isInstanceOf(InterruptedException.class);
    });
    leader.start();
    begun.await();
    leader.interrupt();
    leader.join();

    assertThat(site.process().show(id).state()).isEqualTo(ExecutionState.PAUSED_BY_OPERATOR);
    assertThat(site.run(id).state()).isEqualTo(ExecutionState.COMPLETED);
  }

  @Test
  void a_leader_that_was_replaced_learns_it_by_its_next_beat_and_interrupts_its_steps() {
    // Red when: JournalWriter.isOvertaken never sees the entry that took its number.
    blockIn("a");
    var id = site.start(world.action("a"));

    assertThatThrownBy(() -> whileRunning(site.threadedProcess(), id, () -> {
          site.processes.killAll(); // it only looks dead
          assertThat(site.run(id).state()).isEqualTo(ExecutionState.COMPLETED);
          site.time.pass(Duration.ofSeconds(11));
        }))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("has taken over");
    assertThat(world.log()).containsExactly("run a", "probe a", "run a");
  }

  private void blockIn(String step) {
    world.script(step, _ -> {
      world.halfDo(step);
      begun.countDown();
      new CountDownLatch(1).await();
      throw new AssertionError("nobody opens this latch");
    });
  }

  @FunctionalInterface
  private interface Act {
    void run() throws InterruptedException;
  }

  private Execution whileRunning(Executions process, ExecutionId id, Act act)
      throws InterruptedException {
    try (var scope = TaskScope.waiting("test", 1)) {
      var end = scope.fork(() -> run(process, id));
      begun.await();
      act.run();
      scope.join();
      return end.result();
    }
  }

  private static Execution run(Executions process, ExecutionId id) throws InterruptedException {
    return process.run(id, ALICE, Patience.RETURN, Watcher.NOBODY);
  }
}
