package io.aegis.recovery.state;

import io.aegis.recovery.ExecutionState;
import io.aegis.recovery.Pages;
import io.aegis.recovery.StepState;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code docs/reference/execution-states.md} is drawn from the tables that the engine obeys. */
class StatesPageTest {

  @Test
  void the_page_of_states_is_drawn_from_the_transition_tables() {
    Pages.assertPage("reference/execution-states.md", """
        # States of steps and executions

        Generated from the transition tables (`TransitionTable`), the only place where this is said.

        ## Steps

        A step lets the steps after it go on in: %s.
        It is an exception of its execution in: %s.

        %s
        ## Executions

        Final, with the application free again: %s.

        %s""".formatted(
        names(Arrays.stream(StepState.values())
            .filter(StepState::letsOthersGoOn)
            .toArray(Enum[]::new)),
        names(
            Arrays.stream(StepState.values()).filter(StepState::isException).toArray(Enum[]::new)),
        drawn(TransitionTable.STEPS),
        names(Arrays.stream(ExecutionState.values())
            .filter(ExecutionState::isFinal)
            .toArray(Enum[]::new)),
        drawn(TransitionTable.EXECUTIONS)));
  }

  private static String names(Enum<?>... states) {
    return Arrays.stream(states).map(Enum::name).collect(Collectors.joining(", "));
  }

  private static <S extends Enum<S>> String drawn(TransitionTable<S> table) {
    var page = new StringBuilder("```mermaid\nstateDiagram-v2\n");
    table
        .edges()
        .forEach(edge -> page.append("  ")
            .append(edge.from())
            .append(" --> ")
            .append(edge.to())
            .append('\n'));
    page.append("```\n\n| from | to | because |\n| --- | --- | --- |\n");
    table
        .edges()
        .forEach(edge ->
            page.append("| %s | %s | %s |\n".formatted(edge.from(), edge.to(), edge.because())));
    return page.toString();
  }
}
