package io.aegis.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.recovery.SamplePlans.Carry;
import io.aegis.recovery.Step.Work.Approval.BreakGlass;
import io.aegis.recovery.journal.Declared;
import io.aegis.recovery.journal.Entry;
import io.aegis.recovery.journal.Event;
import io.aegis.recovery.journal.Event.Outcome;
import io.aegis.recovery.journal.Leader;
import io.aegis.recovery.journal.Start;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The pages of {@code docs/format} are what is written, and are read back. */
class FormatTest {
  private static final Instant THEN = Instant.parse("2026-11-23T13:00:00Z");
  private static final Person ALICE =
      new Person("os:alice@db-1", Set.of(new Person.Role("operator")));

  private static Plan plan() {
    return SamplePlans.of(
        Step.of("data", "restore the data", Phase.DATABASE)
            .writes(PlannedWrite.Sign.CREATE, "data directory /srv/shop", "212 GiB")
            .estimate(new Estimate.Measured(
                Duration.ofMinutes(7), Duration.ofMinutes(5), Duration.ofMinutes(9), 6))
            .action(SamplePlans.CARRY, new Carry("data")),
        Step.of("open", "approve the promotion", Phase.APPLICATION)
            .after("data")
            .approval(
                "Promote? Nothing goes backwards afterwards.",
                new Person.Role("database-admin"),
                1,
                BreakGlass.ALLOWED));
  }

  @Test
  void a_plan_is_written_as_its_page_says() {
    Pages.assertExample("format/plan.md", "plan", plan().toJson().pretty());
    Pages.assertExample("format/plan.md", "plan-digest", plan().digest().hex());
  }

  @Test
  void the_plan_on_the_page_is_read_back() {
    var read = Plan.parse(
        Pages.example("format/plan.md", "plan"), StepCatalog.of(List.of(SamplePlans.CARRY)));

    assertThat(read).isEqualTo(plan());
  }

  @Test
  void a_journal_is_written_as_its_page_says() {
    var entries = entries();
    Pages.assertExample(
        "format/journal.md",
        "journal",
        entries.stream().map(Entry::line).collect(Collectors.joining("\n")));
    Pages.assertExample(
        "format/journal.md", "journal-head", entries.getLast().hash().hex());
  }

  @Test
  void the_journal_on_the_page_is_read_back() {
    var read =
        Pages.example("format/journal.md", "journal").lines().map(Entry::parse).toList();

    assertThat(read).isEqualTo(entries());
  }

  private static List<Entry> entries() {
    var id = new ExecutionId("rec-7f3a91c2");
    var declared =
        new Declared(id, THEN, new Executions.Declaration(plan(), ALICE, THEN, "the disk is gone"));
    var leader = new Leader(
        ALICE, "db-1/boot-4f1c", 4711, new Start(THEN, OptionalLong.of(9021)), "9d0c61f2aa35e8b1");
    var data = new StepId("data");
    var none = new Outcome.None();
    var entries = new ArrayList<Entry>();
    var slot = declared.first();
    for (Event event : List.of(
        new Event.Handed(1, leader),
        new Event.ExecutionMoved(ExecutionState.PENDING, ExecutionState.RUNNING, ""),
        new Event.StepMoved(data, StepState.NOT_STARTED, StepState.READY, 0, "", none),
        new Event.StepMoved(data, StepState.READY, StepState.RUNNING, 1, "", none))) {
      var entry = new Entry(id, slot.epoch(), slot.sequence(), slot.previous(), THEN, event);
      entries.add(entry);
      slot = entry.next();
    }
    return entries;
  }
}
