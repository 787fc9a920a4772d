package io.aegis.recovery.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Failure.Unavailable;
import io.aegis.recovery.ExecutionId;
import io.aegis.recovery.ExecutionState;
import io.aegis.recovery.StepId;
import io.aegis.recovery.StepResult;
import io.aegis.recovery.Watcher;
import io.aegis.recovery.journal.Names;
import io.aegis.storage.ObjectKey;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** What becomes of a journal when the repository is away, forgets to answer, or was damaged. */
abstract class OutageScenarios extends Scenarios {
  private static final StepId A = new StepId("a");

  @Test
  void results_are_kept_on_this_machine_while_the_repository_is_away_and_nothing_new_begins() {
    // Red when: Crew.launchHeld launches although the entry is not in the repository.
    var reach = new ArrayList<Watcher.Reach>();
    var id = site.start(world.action("a"), world.action("b", "a"));
    world.script("a", _ -> {
      world.finish("a");
      site.records.awayFor(Duration.ofSeconds(30));
      return StepResult.of("done without a witness");
    });
    var watcher = new Watcher() {
      @Override
      public void repository(Reach now) {
        reach.add(now);
        assertThat(world.log()).doesNotContain("run b");
        assertThat(site.local(id).kept().isEmpty()).isEqualTo(now == Reach.BACK);
      }
    };

    var end = watched(id, watcher);

    assertThat(end.state()).isEqualTo(ExecutionState.COMPLETED);
    assertThat(reach).containsExactly(Watcher.Reach.AWAY, Watcher.Reach.BACK);
  }

  @Test
  void what_was_kept_on_this_machine_is_pushed_by_the_next_process_and_nothing_runs_twice() {
    var id = site.start(world.action("a"), world.action("b", "a"));
    world.script("a", _ -> {
      world.finish("a");
      site.records.away(true);
      return StepResult.of("done without a witness");
    });
    var dying = new Watcher() {
      @Override
      public void repository(Reach now) {
        throw new Crash("while the repository is away");
      }
    };
    assertThatThrownBy(() -> watched(id, dying)).isInstanceOf(Crash.class);
    assertThat(site.local(id).kept()).isNotEmpty();
    site.records.away(false);

    var end = site.run(id);

    assertThat(end.state()).isEqualTo(ExecutionState.COMPLETED);
    assertThat(end.step(A).result().summary()).isEqualTo("done without a witness");
    assertThat(world.log()).containsOnlyOnce("run a").doesNotContain("probe a");
    assertThat(site.local(id).kept()).isEmpty();
  }

  @Test
  void what_was_kept_on_this_machine_is_set_aside_when_somebody_else_has_gone_on() {
    var id = site.start(world.action("a"), world.action("b", "a"));
    world.script("a", _ -> {
      world.finish("a");
      site.records.away(true);
      return StepResult.of("done without a witness");
    });
    var dying = new Watcher() {
      @Override
      public void repository(Reach now) {
        throw new Crash("while the repository is away");
      }
    };
    assertThatThrownBy(() -> watched(id, dying)).isInstanceOf(Crash.class);
    site.records.away(false);
    var kept = site.local(id).kept();
    site.local(id).forget(); // the other machine does not have it
    assertThat(site.run(id).state()).isEqualTo(ExecutionState.COMPLETED);
    kept.forEach(site.local(id)::keep);

    assertThatThrownBy(() -> site.run(id)).isInstanceOf(Refused.class);

    assertThat(site.local(id).aside()).isEqualTo(kept);
    assertThat(site.process().show(id).state()).isEqualTo(ExecutionState.COMPLETED);
  }

  @Test
  void nobody_takes_the_lead_while_the_repository_is_away() {
    var id = site.start(world.action("a"));
    site.records.weather(new FakeRecords.Weather() {
      @Override
      public void before(ObjectKey name) {
        if (name.name().contains("/journal/")) {
          throw FakeRecords.noAnswer();
        }
      }
    });

    assertThatThrownBy(() -> site.run(id)).isInstanceOf(Unavailable.class);
    assertThat(world.log()).isEmpty();
  }

  @Test
  void an_acknowledgement_that_was_lost_is_no_other_leader() {
    // Red when: JournalWriter.put does not compare what is already there.
    var id = site.start(world.action("a"), world.action("b", "a"));
    site.records.weather(new FakeRecords.Weather() {
      private int writes;

      @Override
      public void after(ObjectKey name) {
        if (name.name().contains("/journal/") && ++writes % 3 == 0) {
          throw FakeRecords.noAnswer();
        }
      }
    });

    assertThat(site.run(id).state()).isEqualTo(ExecutionState.COMPLETED);
    assertThat(world.log()).containsExactly("run a", "run b");
  }

  @Test
  void killed_after_its_last_entry_an_execution_still_gets_its_anchor_and_its_evidence() {
    var id = site.start(world.action("a"));
    site.records.weather(new FakeRecords.Weather() {
      @Override
      public void before(ObjectKey name) {
        if (name.equals(Names.evidence(id))) {
          throw new Crash("before the evidence is sealed");
        }
      }
    });
    assertThatThrownBy(() -> site.run(id)).isInstanceOf(Crash.class);
    site.records.weather(FakeRecords.Weather.FAIR);

    assertThat(site.run(id).state()).isEqualTo(ExecutionState.COMPLETED);
    assertThat(site.process().evidence(id).verify()).isEmpty();
    assertThat(site.register.entries()).hasSize(2);
  }

  @Test
  void a_journal_with_a_missing_changed_or_foreign_entry_is_damaged_and_nothing_runs() {
    var id = site.start(world.action("a"), world.action("b", "a"));
    site.milestones(name -> {
      if (name.equals("step.b.begun")) {
        throw new Crash("before b");
      }
    });
    runAndCrash(site, id);
    site.milestones(name -> {});
    var third = new ObjectKey("executions/" + id + "/journal/000001-00000003");
    String content = site.records.text(third);

    site.records.lose(third);
    assertThatThrownBy(() -> site.run(id)).isInstanceOf(Damaged.class);
    site.records.replace(third, content.replace("2026-11", "2026-10"));
    assertThatThrownBy(() -> site.run(id)).isInstanceOf(Damaged.class);
    site.records.replace(third, "{}");
    assertThatThrownBy(() -> site.run(id)).isInstanceOf(Damaged.class);
    assertThat(site.process().list().unreadable()).hasSize(1);

    site.records.replace(third, content);
    assertThat(site.run(id).state()).isEqualTo(ExecutionState.COMPLETED);
  }

  private static void runAndCrash(Site site, ExecutionId id) {
    assertThatThrownBy(() -> site.run(id)).isInstanceOf(Crash.class);
  }
}
