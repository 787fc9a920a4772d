package io.aegis.recovery.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Entropy;
import io.aegis.kernel.Milestones;
import io.aegis.kernel.TimeSource;
import io.aegis.recovery.ExecutionState;
import io.aegis.recovery.Executions;
import io.aegis.recovery.Executions.Patience;
import io.aegis.recovery.Executions.Request;
import io.aegis.recovery.Executions.Request.Then;
import io.aegis.recovery.Executions.Request.When;
import io.aegis.recovery.Person.Role;
import io.aegis.recovery.Step.Work.Approval.BreakGlass;
import io.aegis.recovery.StepId;
import io.aegis.recovery.Watcher;
import io.aegis.recovery.journal.Names;
import io.aegis.repository.Repository;
import io.aegis.repository.testing.TestRepository;
import io.aegis.storage.Body;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStore;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same in a real sealed repository, with the machine's own clock, processes and threads. */
class SealedExecutionsTest {
  @TempDir
  Path local;

  private final Site site = new Site();
  private final World world = site.world;

  @Test
  void an_execution_goes_from_process_to_process_through_nothing_but_the_repository()
      throws InterruptedException {
    var repository = TestRepository.inMemory();
    var plan = site.plan(
        world.action("a"),
        World.draft("ok", "a").approval("Go on?", new Role("approver"), 1, BreakGlass.FORBIDDEN),
        world.action("b", "ok"));
    try (var one = repository.open();
        var two = repository.open();
        var three = repository.open()) {
      var declaration = new Executions.Declaration(
          plan, Site.ALICE, TimeSource.system().now(), "the disk is gone");
      var id = executions(one).start(declaration);
      executions(one).run(id, Site.ALICE, Patience.RETURN, Watcher.NOBODY);

      executions(two).ask(id, Site.BOB, new Request.Approve(new StepId("ok"), "looks right"));
      var end = executions(three).run(id, Site.ALICE, Patience.RETURN, Watcher.NOBODY);

      assertThat(end.state()).isEqualTo(ExecutionState.COMPLETED);
      assertThat(world.log()).containsExactly("run a", "run b");
      assertThat(executions(two).evidence(id).verify()).isEmpty();
      assertThat(two.register().entries()).hasSizeGreaterThanOrEqualTo(2);
    }
  }

  // Red when: Inbox.unanswered() lets through what a damaged request throws, as it did.
  @Test
  void a_damaged_request_stops_neither_the_resume_nor_the_cancelling_nor_the_next_recovery()
      throws InterruptedException {
    var repository = TestRepository.inMemory();
    var plan = site.plan(
        world.action("a"),
        World.draft("ok", "a").approval("Go on?", new Role("approver"), 1, BreakGlass.FORBIDDEN));
    try (var one = repository.open()) {
      var declaration = new Executions.Declaration(
          plan, Site.ALICE, TimeSource.system().now(), "the disk is gone");
      var id = executions(one).start(declaration);
      executions(one).run(id, Site.ALICE, Patience.RETURN, Watcher.NOBODY);
      executions(one).ask(id, Site.BOB, new Request.Approve(new StepId("ok"), "looks right"));
      damage(repository.store(), Names.request(id, 1));

      var resumed = executions(one).run(id, Site.ALICE, Patience.RETURN, Watcher.NOBODY);
      executions(one)
          .ask(id, Site.ALICE, new Request.Stop(When.NOW, Then.CANCEL, "the disk is back"));

      assertThat(resumed.state()).isEqualTo(ExecutionState.PENDING_APPROVAL);
      assertThat(executions(one).show(id).state()).isEqualTo(ExecutionState.CANCELED);
      assertThat(executions(one).start(declaration)).isNotEqualTo(id);
    }
  }

  private static void damage(ObjectStore store, ObjectKey name) {
    byte[] bytes = store.find(name).orElseThrow();
    bytes[bytes.length / 2] ^= 1;
    store.delete(name);
    store.putIfAbsent(name, Body.of(bytes));
  }

  private Executions executions(Repository repository) {
    var ports = new Executions.Ports(
        repository.records(),
        repository.register(),
        local,
        TimeSource.system(),
        Entropy.secure(),
        Milestones.UNWATCHED);
    return Executions.in(ports, world.catalog());
  }
}
