package io.aegis.recovery.execution;

import io.aegis.recovery.ExecutionState;
import io.aegis.recovery.StepId;
import io.aegis.recovery.StepState;
import io.aegis.recovery.journal.History;
import io.aegis.recovery.state.Picture;
import io.aegis.recovery.state.StepPicture;
import io.aegis.recovery.state.TransitionTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which edges of the transition tables the journals of tests have walked. */
final class Walks {
  private final Set<String> walked = new TreeSet<>();

  synchronized void record(History history) {
    var picture = Picture.of(new History(history.declared(), List.of()));
    var states = states(picture);
    var state = picture.state();
    for (var entry : history.entries()) {
      picture.apply(entry);
      for (var step : picture.steps()) {
        walk(states.put(step.id(), step.state()), step.state());
      }
      walk(state, picture.state());
      state = picture.state();
    }
  }

  private static Map<StepId, StepState> states(Picture picture) {
    var states = new HashMap<StepId, StepState>();
    for (StepPicture step : picture.steps()) {
      states.put(step.id(), step.state());
    }
    return states;
  }

  private void walk(Object from, Object to) {
    if (!from.equals(to)) {
      walked.add(from.getClass().getSimpleName() + " " + from + " -> " + to);
    }
  }

  synchronized List<String> missing() {
    var all = new ArrayList<String>();
    TransitionTable.STEPS
        .edges()
        .forEach(edge ->
            all.add(StepState.class.getSimpleName() + " " + edge.from() + " -> " + edge.to()));
    TransitionTable.EXECUTIONS
        .edges()
        .forEach(edge ->
            all.add(ExecutionState.class.getSimpleName() + " " + edge.from() + " -> " + edge.to()));
    all.removeAll(walked);
    return all;
  }
}
