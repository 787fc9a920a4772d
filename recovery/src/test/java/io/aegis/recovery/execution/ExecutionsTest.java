package io.aegis.recovery.execution;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;

/**
 * All that an execution can go through. An edge of the transition tables that nothing here walks
 * fails.
 */
class ExecutionsTest {
  static final Walks WALKS = new Walks();

  @Nested
  class Steps extends StepScenarios {}

  @Nested
  class Times extends TimeScenarios {}

  @Nested
  class Decisions extends DecisionScenarios {}

  @Nested
  class Stops extends StopScenarios {}

  @Nested
  class Outages extends OutageScenarios {}

  @Nested
  class Leads extends LeadScenarios {}

  @AfterAll
  static void every_edge_of_the_transition_tables_was_walked() {
    // Red when: any edge is added to TransitionTable that the engine never takes.
    assertThat(WALKS.missing()).isEmpty();
  }
}
