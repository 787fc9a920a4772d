package io.aegis.recovery.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.ByteSize;
import io.aegis.recovery.Estimate;
import io.aegis.recovery.Estimates;
import io.aegis.recovery.ExecutionId;
import io.aegis.recovery.ExecutionState;
import io.aegis.recovery.Executions.Patience;
import io.aegis.recovery.Executions.Request;
import io.aegis.recovery.Person.Role;
import io.aegis.recovery.Step;
import io.aegis.recovery.Step.Work.Check.Subject;
import io.aegis.recovery.StepContext;
import io.aegis.recovery.StepId;
import io.aegis.recovery.StepResult;
import io.aegis.recovery.StepState;
import io.aegis.recovery.Watcher;
import io.aegis.recovery.journal.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What takes how long, and what becomes of what takes too long. */
abstract class TimeScenarios extends Scenarios {
  @Test
  void a_step_that_takes_longer_than_it_may_times_out_and_is_probed_on_resume() {
    world.script("a", context -> {
      world.halfDo("a");
      site.time.pass(Duration.ofHours(13));
      context.checkpoint();
      throw new AssertionError("the checkpoint lets a late step pass");
    });
    var id = site.start(world.action("a"));

    assertThat(site.run(id).step(new StepId("a")).state()).isEqualTo(StepState.TIMED_OUT);
    assertThat(site.run(id).state()).isEqualTo(ExecutionState.COMPLETED);
    assertThat(world.log()).containsExactly("run a", "probe a", "run a");
  }

  @Test
  void a_late_check_is_simply_looked_at_again() {
    world.script("c", this::tooLong);
    var id = site.start(world.check("c", Subject.SERVICE));

    assertThat(site.run(id).step(new StepId("c")).state()).isEqualTo(StepState.TIMED_OUT);
    assertThat(site.run(id).state()).isEqualTo(ExecutionState.COMPLETED);
  }

  @Test
  void an_optional_step_that_times_out_is_an_exception() {
    world.script("a", this::tooLong);
    var optional = world.action(World.draft("a").onError(Step.OnError.GO_ON), "a");

    var end = site.run(site.start(optional));

    assertThat(end.step(new StepId("a")).state()).isEqualTo(StepState.TIMED_OUT_IGNORED);
    assertThat(end.state()).isEqualTo(ExecutionState.COMPLETED_WITH_EXCEPTIONS);
  }

  private StepResult tooLong(StepContext context) throws InterruptedException {
    site.time.pass(Duration.ofHours(13));
    context.checkpoint();
    return StepResult.of("too late to be said");
  }

  @Test
  void a_wait_counts_from_its_first_beginning() {
    var id = site.start(World.draft("soak").waiting(Duration.ofMinutes(5), "errors need time"));
    var begun = site.time.now();

    site.run(id, Patience.WAIT_FOR_PEOPLE);

    assertThat(Duration.between(begun, site.time.now()))
        .isBetween(Duration.ofMinutes(5), Duration.ofMinutes(5).plusSeconds(5));
  }

  @Test
  void the_watcher_is_told_of_progress_lines_slowness_and_a_forecast_beyond_the_objective() {
    var told = new ArrayList<String>();
    var minute = new Estimate.Measured(
        Duration.ofMinutes(20), Duration.ofMinutes(20), Duration.ofMinutes(20), 2);
    world.script("a", context -> {
      context.progress().expect(ByteSize.ofMib(2).bytes());
      context.progress().advance(ByteSize.ofMib(1).bytes());
      context.log("half way");
      return StepResult.of("");
    });
    var id =
        site.start(world.action(World.draft("a").estimate(minute), "a"), world.action("b", "a"));

    watched(id, new Watcher() {
      @Override
      public void progress(StepId step, long done, long expected) {
        told.add(done + " of " + expected);
      }

      @Override
      public void line(StepId step, String line) {
        told.add(line);
      }

      @Override
      public void objectiveInDanger(Duration forecast, Duration objective) {
        told.add("in danger: " + objective);
      }
    });

    assertThat(told).contains("0 of 2097152", "1048576 of 2097152", "half way");
  }

  @Test
  void machine_time_and_the_wait_for_people_are_measured_apart() {
    world.script("a", _ -> {
      site.time.pass(Duration.ofMinutes(7));
      return StepResult.of("");
    });
    var id = site.start(world.action("a"), approval("ok", "a"), world.action("b", "ok"));
    site.run(id);
    site.time.pass(Duration.ofMinutes(20));
    site.ask(id, Site.BOB, new Request.Approve(new StepId("ok"), ""));

    var clock = site.run(id).clock();

    assertThat(clock.machine()).isBetween(Duration.ofMinutes(7), Duration.ofMinutes(8));
    assertThat(clock.people()).isBetween(Duration.ofMinutes(20), Duration.ofMinutes(21));
    assertThat(clock.elapsed()).isGreaterThanOrEqualTo(Duration.ofMinutes(27));
  }

  /** Approves at the fourth escalation, and keeps the waits it was told of. */
  private final class Patient implements Watcher {
    private final ExecutionId id;
    private final List<Duration> waits = new ArrayList<>();

    Patient(ExecutionId id) {
      this.id = id;
    }

    @Override
    public void escalated(StepId step, Duration waited, int number) {
      waits.add(waited);
      assertThat(number).isEqualTo(waits.size());
      assertThat(site.process().show(id).step(step).state()).isEqualTo(StepState.PENDING_APPROVAL);
      if (number == 4) {
        site.ask(id, Site.BOB, new Request.Approve(step, "at last"));
      }
    }
  }

  @Test
  void a_wait_for_people_escalates_again_and_again_and_never_becomes_a_yes() throws Exception {
    // Red when: Vigil.escalate forgets how often it was said.
    var id = site.start(approval("ok"), world.action("a", "ok"));
    var patient = new Patient(id);

    var end = site.process().run(id, Site.ALICE, Patience.WAIT_FOR_PEOPLE, patient);

    assertThat(end.state()).isEqualTo(ExecutionState.COMPLETED);
    assertThat(patient.waits).hasSize(4);
    for (int i = 0; i < 4; i++) {
      assertThat(patient.waits.get(i))
          .isBetween(Duration.ofMinutes(15L * (i + 1)), Duration.ofMinutes(15L * (i + 1) + 1));
    }
    assertThat(site.process().evidence(id).document().object("people").array("escalations"))
        .hasSize(4);
  }

  @Test
  void what_was_missed_while_nobody_led_is_escalated_once_and_no_more_than_ten_times_in_all() {
    var id = site.start(approval("ok"), world.action("a", "ok"));
    site.run(id);
    site.time.pass(Duration.ofMinutes(31));

    assertThat(site.run(id).step(new StepId("ok")).escalations()).isEqualTo(2);
    long after = entries(id);
    assertThat(site.run(id).step(new StepId("ok")).escalations()).isEqualTo(2);
    site.time.pass(Duration.ofDays(30));
    var still = site.run(id);

    assertThat(still.step(new StepId("ok")).escalations()).isEqualTo(10);
    assertThat(still.state()).isEqualTo(ExecutionState.PENDING_APPROVAL);
    assertThat(escalations(id)).isEqualTo(2);
    assertThat(entries(id)).isGreaterThan(after);
  }

  private long entries(ExecutionId id) {
    return site.history(id).entries().size();
  }

  private long escalations(ExecutionId id) {
    return site.history(id).entries().stream()
        .filter(entry -> entry.event() instanceof Event.Escalated)
        .count();
  }

  @Test
  void the_time_between_the_death_of_a_leader_and_the_next_counts_as_nobodys_work() {
    // Red when: Picture.pass counts a takeover like any other entry.
    world.script("a", _ -> {
      throw new Crash("in the middle of a");
    });
    var id = site.start(world.action("a"));
    assertThatThrownBy(() -> site.run(id)).isInstanceOf(Crash.class);
    site.time.pass(Duration.ofHours(3));

    var clock = site.run(id).clock();

    assertThat(clock.machine()).isLessThan(Duration.ofMinutes(1));
    assertThat(clock.elapsed()).isGreaterThanOrEqualTo(Duration.ofHours(3));
  }

  @Test
  void what_was_measured_becomes_the_estimate_of_the_next_time() {
    world.script("a", _ -> StepResult.of("").measured("bytes", 1000, Duration.ofSeconds(10)));
    site.run(site.start(world.action("a")));

    var estimates = Estimates.in(site.records);

    assertThat(estimates.forecast("shop.do", "bytes", 3000))
        .isEqualTo(new Estimate.Measured(
            Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(30), 1));
    assertThat(estimates.forecast("shop.do", "rows", 1)).isEqualTo(new Estimate.NotMeasured());
    assertThat(List.of(estimates.forecast("shop.other", "bytes", 1)))
        .containsExactly(new Estimate.NotMeasured());
  }

  // Red when: MeasuredRates.Rate.tellsOf is true of every amount: a week is forecast then.
  @Test
  void what_a_tiny_amount_took_says_nothing_of_a_large_one() {
    world.script("a", _ -> StepResult.of("").measured("bytes", 300, Duration.ofSeconds(2)));
    site.run(site.start(world.action("a")));

    var estimates = Estimates.in(site.records);

    assertThat(estimates.forecast("shop.do", "bytes", 100L << 20))
        .isEqualTo(new Estimate.NotMeasured());
    assertThat(estimates.forecast("shop.do", "bytes", 300)).isInstanceOf(Estimate.Measured.class);
  }

  // Red when: MeasuredRates.Rate.tellsOf compares with what is asked alone.
  @Test
  void what_a_large_amount_took_says_something_of_any() {
    world.script("a", _ -> StepResult.of("").measured("bytes", 1L << 30, Duration.ofSeconds(10)));
    site.run(site.start(world.action("a")));

    assertThat(Estimates.in(site.records).forecast("shop.do", "bytes", 100L << 30))
        .isEqualTo(new Estimate.Measured(
            Duration.ofSeconds(1000), Duration.ofSeconds(1000), Duration.ofSeconds(1000), 1));
  }

  private static Step approval(String id, String... after) {
    return World.draft(id, after)
        .approval("Go on?", new Role("approver"), 1, Step.Work.Approval.BreakGlass.ALLOWED);
  }
}
