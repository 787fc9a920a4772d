package io.aegis.recovery.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Failure;
import io.aegis.kernel.testing.Seeds;
import io.aegis.recovery.Execution;
import io.aegis.recovery.ExecutionId;
import io.aegis.recovery.ExecutionState;
import io.aegis.recovery.Executions.Request;
import io.aegis.recovery.Executions.Request.Then;
import io.aegis.recovery.Executions.Request.When;
import io.aegis.recovery.Person.Role;
import io.aegis.recovery.Plan;
import io.aegis.recovery.Step;
import io.aegis.recovery.Step.Work;
import io.aegis.recovery.StepState;
import io.aegis.recovery.journal.Event;
import io.aegis.recovery.journal.History;
import io.aegis.recovery.plan.Graph;
import io.aegis.recovery.state.Picture;
import io.aegis.repository.Register;
import io.aegis.storage.ObjectKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random plans under a bad star: the process dies at any write and in the middle of any step,
 * acknowledgements get lost, the repository goes away and comes back, a second process takes a
 * living leader for dead. However it goes, the journal is whole, nothing that was done is done
 * again, nothing overtakes, and what was passed over is never called completed.
 */
class ExecutionSim {
  private static final int RUNS = Integer.getInteger("aegis.sim.runs", 150);
  private static final int PATIENCE = 400;

  @Test
  void however_often_it_is_killed_an_execution_ends_right() {
    long seed = Seeds.next();
    var ends = new EnumMap<ExecutionState, Integer>(ExecutionState.class);
    int disasters = 0;
    for (int run = 0; run < RUNS; run++) {
      var life = new Life(seed + run);
      try {
        ends.merge(life.live().state(), 1, Integer::sum);
      } catch (AssertionError | RuntimeException broken) {
        throw new AssertionError("run with seed " + (seed + run) + " broke", broken);
      }
      disasters += life.disasters;
    }
    String all = ends + " after " + disasters + " disasters";
    assertThat(ends).as(all).containsKey(ExecutionState.COMPLETED);
    assertThat(RUNS < 100 || ends.containsKey(ExecutionState.CANCELED)).as(all).isTrue();
    assertThat(disasters).isGreaterThan(RUNS);
  }

  /** One execution from its start to its end. */
  private static final class Life {
    private final Random random;
    private final Site site;
    private final Plan plan;
    private int disasters;
    private boolean fair;
    private boolean calm;

    Life(long seed) {
      random = new Random(seed);
      site = new Site(seed);
      plan = site.plan(randomSteps());
      site.records.weather(new Storm());
      site.milestones(this::maybeDie);
      site.world.nature(this::befall);
    }

    Execution live() {
      var id = start();
      boolean over = false;
      for (int turn = 0; turn < PATIENCE && !over; turn++) {
        fair = turn > PATIENCE / 2; // the worst storm ends
        over = turn(id);
      }
      fair = true;
      site.records.away(false);
      var end = site.process().show(id);
      assertThat(end.state().isFinal()).as("%s after %d turns", end, PATIENCE).isTrue();
      close(id);
      check(site.process().show(id), site.history(id));
      return site.process().show(id);
    }

    private List<Step> randomSteps() {
      var steps = new ArrayList<Step>();
      int count = 3 + random.nextInt(6);
      for (int i = 0; i < count; i++) {
        var after = new ArrayList<String>();
        for (int j = 0; j < i; j++) {
          if (random.nextInt(3) == 0) {
            after.add("s" + j);
          }
        }
        steps.add(randomStep("s" + i, after.toArray(String[]::new)));
      }
      return steps;
    }

    private Step randomStep(String id, String... after) {
      return switch (random.nextInt(8)) {
        case 0, 1, 2 -> site.world.action(id, after);
        case 3, 4 -> site.world.undoable(id, after);
        case 5 -> site.world.check(id, Work.Check.Subject.DATA, after);
        case 6 ->
          World.draft(id, after)
              .approval("Go on?", new Role("approver"), 1, Work.Approval.BreakGlass.ALLOWED);
        default -> World.draft(id, after).waiting(Duration.ofSeconds(90), "errors need time");
      };
    }

    private ExecutionId start() {
      while (true) {
        try {
          return site.process().start(site.declared(plan));
        } catch (Crash | Failure again) {
          disasters++;
          site.records.away(false);
          var known = site.process().list().executions();
          if (!known.isEmpty()) {
            return known.getFirst().id();
          }
        }
      }
    }

    private boolean turn(ExecutionId id) {
      calm = false;
      site.records.away(false);
      try {
        var now = site.process().show(id);
        if (now.state().isFinal()) {
          return true;
        }
        intervene(id, now);
        site.run(id);
      } catch (Crash dead) {
        disasters++;
        site.processes.killAll();
        site.time.pass(Duration.ofSeconds(random.nextInt(100)));
      } catch (Failure.Unavailable | Failure.Refused again) {
        site.time.pass(Duration.ofSeconds(random.nextInt(100)));
      }
      return false;
    }

    private void intervene(ExecutionId id, Execution now) {
      for (var step : now.steps()) {
        if (step.state() == StepState.PENDING_APPROVAL) {
          site.ask(id, Site.BOB, new Request.Approve(step.id(), ""));
        } else if (step.state() == StepState.FAILED && random.nextInt(4) == 0) {
          site.ask(id, Site.BOB, new Request.Ignore(step.id(), "it will do"));
        }
      }
      if (random.nextInt(60) == 0) {
        var all = List.of(Then.PAUSE, Then.CANCEL, Then.CANCEL_AND_UNDO);
        var then = all.get(random.nextInt(all.size()));
        site.ask(id, Site.BOB, new Request.Stop(When.NOW, then, "enough"));
      }
    }

    private void close(ExecutionId id) {
      try {
        site.run(id);
      } catch (Failure.Refused closedAlready) {
        assertThat(closedAlready).hasMessageContaining("has ended");
      }
    }

    private boolean strikes(int oneIn) {
      return !fair && !calm && random.nextInt(oneIn) == 0;
    }

    private void maybeDie(String where) {
      if (strikes(60)) {
        throw new Crash("at " + where);
      }
    }

    private void befall(String point) {
      maybeDie(point);
      if (strikes(15)) {
        site.records.awayFor(Duration.ofSeconds(random.nextInt(120)));
      }
      if (strikes(20)) {
        throw FakeRecords.noAnswer();
      }
      if (strikes(40)) {
        throw Site.refusal("bad luck " + point);
      }
      if (strikes(25)) {
        raceForTheLead();
        if (point.startsWith("before")) {
          throw new Crash("dead after all, " + point); // an effect only a heartbeat could prevent
        }
      }
      site.time.pass(Duration.ofSeconds(random.nextInt(20)));
    }

    // A second process takes this one for dead, and both are now inside the same step. What the
    // first has begun beside it is kept from running only by its next write, which therefore must
    // reach the repository: the storm stops until its lead is over.
    private void raceForTheLead() {
      var id = site.process().list().executions().getFirst().id();
      site.processes.killAll();
      calm = true;
      site.records.away(false);
      try {
        site.run(id);
      } catch (Failure.Unavailable | Failure.Refused noLuck) {
        disasters++;
      }
    }

    private final class Storm implements FakeRecords.Weather {
      @Override
      public void before(ObjectKey name) {
        maybeDie("before " + name);
        if (strikes(40)) {
          throw FakeRecords.noAnswer();
        }
      }

      @Override
      public void after(ObjectKey name) {
        maybeDie("after " + name);
        if (strikes(40)) {
          throw FakeRecords.noAnswer(); // written, and the acknowledgement is lost
        }
      }
    }

    private void check(Execution end, History history) {
      nothingOvertook(history);
      for (var step : end.steps()) {
        var work = plan.step(step.id()).work();
        if (work instanceof Work.Action && step.state() == StepState.SUCCEEDED) {
          assertThat(site.world.effect(step.id().value())).isEqualTo(World.DONE);
        }
        if (step.isTakenBack()) {
          assertThat(site.world.effect(step.id().value())).isNull();
        }
      }
      if (end.state() == ExecutionState.COMPLETED) {
        assertThat(end.exceptions()).isEmpty();
        assertThat(end.steps())
            .allSatisfy(step -> assertThat(step.state()).isEqualTo(StepState.SUCCEEDED));
      }
      assertThat(site.process().evidence(end.id()).verify()).isEmpty();
      assertThat(anchors(Register.Kind.EXECUTION_STARTED)).isEqualTo(1);
      assertThat(anchors(Register.Kind.EXECUTION_ENDED)).isEqualTo(1);
    }

    private long anchors(Register.Kind kind) {
      return site.register.entries().stream()
          .filter(entry -> entry.kind() == kind)
          .count();
    }

    private void nothingOvertook(History history) {
      var picture = Picture.of(new History(history.declared(), List.of()));
      for (var entry : history.entries()) {
        if (entry.event() instanceof Event.StepMoved moved && moved.to() == StepState.RUNNING) {
          for (var earlier : Graph.before(moved.step(), plan.steps())) {
            assertThat(picture.step(earlier).state().letsOthersGoOn())
                .as("%s begins before %s is over", moved.step(), earlier)
                .isTrue();
          }
        }
        picture.apply(entry);
      }
    }
  }
}
